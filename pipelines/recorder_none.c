/* In the recorder's place until it is there: no recording can be opened. */
#include "recorder.h"

#include <errno.h>

int recorder_last_init(const char *folder, const struct track *track, struct track_init *ret)
{
    return -ENOENT;
}

int recorder_create(const struct recorder_config *config, const struct recorder_ops *ops, void *ctx,
                    struct recorder **ret)
{
    return -ENOSYS;
}

void recorder_destroy(struct recorder *r)
{
}

void recorder_add_init(struct recorder *r, const struct track_init *init)
{
}

void recorder_add_fragment(struct recorder *r, const struct fragment *fragment)
{
}

int recorder_start(struct recorder *r)
{
    return -ENOSYS;
}

void recorder_stop(struct recorder *r)
{
}

void recorder_get_status(struct recorder *r, struct link_status *ret)
{
}
