#include "source_pull.h"

#include "base/clock.h"

#include <stdio.h>

/* A connection that lived so long was a good one: the next try comes soon. */
#define GOOD_US 3000000

struct pulling {
    struct source *s;
    const struct pull *p;
    int64_t began_us;
    bool delivered;
};

/* Looks after a session until it ends; returns why. 0: it came to its end, or the source stops. */
static enum reason look_after(struct pulling *t, struct session *n, char *ret_detail)
{
    while (!source_stopping(t->s)) {
        switch (session_poll(n, SOURCE_TICK_US / 1000)) {
        case SESSION_BROKEN:
            return session_reason(n, ret_detail);
        case SESSION_ENDED:
            return REASON_DISCONNECTED;
        default:
            break;
        }
        int64_t silent = outlet_watch(session_outlet(n));
        /* Connected, and nobody there yet. */
        if (session_fed(n) && silent == INT64_MAX)
            outlet_say_waiting(session_outlet(n));
        if (silent != INT64_MAX)
            t->delivered = true;
        else if (clock_boot_us() - t->began_us > t->p->give_up_first_us)
            return REASON_SILENT;
        if (t->delivered && silent > t->p->give_up_us)
            return REASON_SILENT;
    }
    return 0;
}

static enum reason try_once(struct pulling *t, char *ret_detail)
{
    enum reason reason = REASON_LOW_MEMORY;
    struct session *n = t->p->connect(t->s, &reason, ret_detail);
    if (!n)
        return reason;
    int live = session_play(n);
    if (live < 0) {
        /* The reason, if there is one, is on the bus. */
        session_poll(n, 0);
        session_break(n, REASON_BROKEN, "");
        reason = session_reason(n, ret_detail);
    } else if (!live && t->p->live_only) {
        reason = REASON_NOT_LIVE;
    } else {
        reason = look_after(t, n, ret_detail);
    }
    session_close(n);
    source_set_codec(t->s, SOURCE_VIDEO, "");
    source_set_codec(t->s, SOURCE_AUDIO, "");
    return reason;
}

void pull_run(struct source *s, const struct pull *p)
{
    int64_t wait_us = 0;
    while (!source_stopping(s)) {
        struct pulling t = {.s = s, .p = p, .began_us = clock_boot_us()};
        char detail[200] = "";
        enum reason reason = try_once(&t, detail);
        if (source_stopping(s))
            return;
        /* Another stream on the same line: no trouble at all. */
        if (reason == REASON_CHANGED && t.delivered)
            continue;
        bool refused = reason_is_refusal(reason);
        source_set_state(s, refused ? SOURCE_REFUSED : SOURCE_FAILED, reason, detail);
        bool good = t.delivered && clock_boot_us() - t.began_us > GOOD_US;
        wait_us = refused ? SOURCE_RETRY_LAST_US : source_next_retry_us(good ? 0 : wait_us);
        source_sleep_us(s, wait_us);
    }
}
