#include "app/heads.h"
#include "app/broadcast.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PUBLISH_EACH_US 60000000

void heads_publish(struct broadcast *b)
{
    struct store *store = b->core->store;
    struct signed_head last = {0}, next = {.at_utc_us = clock_utc_us()};
    struct store_head head;
    int r = store_last_head(store, b->config->id, &last);
    if (r == 0 || r == -ENOENT)
        r = store_head(store, b->config->id, &head);
    if (r == 0 && head.seq > last.seq) {
        snprintf(next.meeting, sizeof next.meeting, "%s", b->config->id);
        next.seq = head.seq;
        memcpy(next.hash, head.hash, sizeof next.hash);
        log_key_sign(&b->core->log_key, &next);
        r = store_put_head(store, &next);
    }
    if (r < 0)
        log_error("heads", "%s: its head can't be published: %s", b->config->id, strerror(-r));
}

void heads_tick(struct core *c)
{
    int64_t now_us = clock_boot_us();
    if (now_us < c->heads_due_us)
        return;
    c->heads_due_us = now_us + PUBLISH_EACH_US;
    for (int i = 0; i < c->broadcast_count; i++)
        heads_publish(c->broadcasts[i]);
}

void heads_check(struct core *c)
{
    for (int i = 0; i < c->broadcast_count; i++) {
        const char *id = c->broadcasts[i]->config->id;
        struct signed_head last;
        uint8_t hash[STORE_HASH_BYTES];
        if (store_last_head(c->store, id, &last) < 0)
            continue;
        if (log_key_check(c->log_key.public_part, &last) < 0)
            log_error("heads", "%s: what was published of its log was not signed with log-key", id);
        else if (store_hash_at(c->store, id, last.seq, hash) < 0 ||
                 memcmp(hash, last.hash, sizeof hash) != 0)
            log_error("heads", "%s: its log is not the one that was published up to event %llu", id,
                      (unsigned long long)last.seq);
    }
}
