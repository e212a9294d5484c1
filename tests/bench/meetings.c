/* bench-meetings DATABASE FROM COUNT: COUNT more meetings whose logs say what FROM's says. */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct copying {
    struct store *from, *to;
    char name[64];
    int error;
};

static int copy(void *ctx, const struct store_event *e)
{
    struct copying *c = ctx;
    struct store_side_draft sides[STORE_MAX_SIDES];
    uint64_t seq;
    for (size_t i = 0; i < e->side_count; i++)
        sides[i] = (struct store_side_draft){.name = e->sides[i].name, .text = e->sides[i].text};
    const struct store_draft d = {.meeting = c->name,
                                  .at_utc_us = e->at_utc_us,
                                  .media_us = e->media_us,
                                  .actor = e->actor,
                                  .type = e->type,
                                  .audience = e->audience,
                                  .version = e->version,
                                  .body = e->body,
                                  .sides = sides,
                                  .side_count = e->side_count};
    return store_add(c->to, &d, &seq);
}

static int copy_all(struct copying *c, const char *meeting, int count)
{
    for (int i = 0; i < count; i++) {
        struct store_outcome known;
        snprintf(c->name, sizeof c->name, "%s-%04d", meeting, i + 1);
        int r = store_begin(c->to);
        if (r == 0)
            r = store_command_begin(c->to, NULL, &known);
        if (r == 0)
            r = store_read(c->from, meeting, 0, SIZE_MAX, copy, c);
        if (r == 0)
            r = store_command_end(c->to, "");
        if (r == 0)
            r = store_commit(c->to);
        if (r < 0)
            return r;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct copying c = {0};
    char reason[256] = "bench-meetings DATABASE FROM COUNT";
    if (argc != 4 || store_open(argv[1], STORE_WRITE, &c.to, reason) < 0 ||
        store_open(argv[1], STORE_READ, &c.from, reason) < 0) {
        fprintf(stderr, "%s\n", reason);
        return 1;
    }
    int r = copy_all(&c, argv[2], (int)strtol(argv[3], NULL, 10));
    if (r < 0)
        fprintf(stderr, "%s\n", strerror(-r));
    store_close(c.from);
    store_close(c.to);
    return r < 0;
}
