#include "app/certificate.h"

#include <errno.h>
#include <string.h>

static struct certificate_print look_at(const char *file)
{
    struct stat s;
    struct certificate_print p = {0};
    if (stat(file, &s) < 0) {
        p.error = errno;
        return p;
    }
    p.device = s.st_dev;
    p.number = s.st_ino;
    p.size = s.st_size;
    p.written = s.st_mtim;
    p.changed = s.st_ctim;
    return p;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same(const struct certificate_print *a, const struct certificate_print *b)
{
    return a->error == b->error && a->device == b->device && a->number == b->number &&
           a->size == b->size && same_time(a->written, b->written) &&
           same_time(a->changed, b->changed);
}

void certificate_init(struct certificate *c, const char *certificate, const char *key)
{
    *c = (struct certificate){.files = {certificate, key}};
    for (int i = 0; i < 2 && certificate; i++)
        c->taken[i] = c->seen[i] = look_at(c->files[i]);
}

bool certificate_look(struct certificate *c)
{
    bool changed = false, still = true;
    for (int i = 0; i < 2 && c->files[0]; i++) {
        struct certificate_print now = look_at(c->files[i]);
        changed = changed || !same(&now, &c->taken[i]);
        still = still && same(&now, &c->seen[i]);
        c->seen[i] = now;
    }
    if (!changed || !still)
        return false;
    memcpy(c->taken, c->seen, sizeof c->taken);
    return true;
}
