#include "front/pace.h"

/* A report counts for so long. */
#define REPORT_US 2500000
#define MINUTE_US 60000000

void pace_init(struct pace *p, int64_t now_us)
{
    *p = (struct pace){.up_wait_us = PACE_UP_US, .came_up_us = INT64_MIN / 2};
    pace_settle(p, now_us);
}

void pace_settle(struct pace *p, int64_t now_us)
{
    p->settle_until_us = now_us + PACE_SETTLE_US;
    p->good_since_us = now_us;
    p->reported_us = 0;
}

void pace_report(struct pace *p, int64_t now_us, int64_t behind_us)
{
    p->reported_us = behind_us;
    p->reported_at_us = now_us;
}

int64_t pace_behind_us(const struct pace *p, int64_t now_us, int64_t behind_us)
{
    bool counts = now_us - p->reported_at_us < REPORT_US;
    return counts && p->reported_us > behind_us ? p->reported_us : behind_us;
}

static enum pace_action slow_down(struct pace *p, int64_t now_us)
{
    if (now_us - p->came_up_us < PACE_RELAPSE_US) {
        p->up_wait_us *= 2;
        if (p->up_wait_us > PACE_UP_MAX_US)
            p->up_wait_us = PACE_UP_MAX_US;
    }
    pace_settle(p, now_us);
    return PACE_DOWN;
}

enum pace_action pace_judge(struct pace *p, int64_t now_us, int64_t behind_us, bool can_go_down,
                            bool can_go_up, bool changing)
{
    int64_t behind = pace_behind_us(p, now_us, behind_us);
    if (behind > PACE_GOOD_US)
        p->good_since_us = now_us;
    if (changing)
        return behind_us > PACE_LOST_US ? PACE_JUMP : PACE_STAY;
    if (now_us < p->settle_until_us)
        return PACE_STAY;
    if (behind > PACE_SLOW_US)
        return can_go_down ? slow_down(p, now_us) : PACE_JUMP;
    if (can_go_up && now_us - p->good_since_us >= p->up_wait_us) {
        p->came_up_us = now_us;
        pace_settle(p, now_us);
        return PACE_UP;
    }
    return PACE_STAY;
}

bool pace_jumped(struct pace *p, int64_t now_us, bool did, int64_t behind_us)
{
    if (!did && behind_us <= PACE_LOST_US)
        return true;
    if (p->jumps == 0 || now_us - p->jumps_since_us > MINUTE_US) {
        p->jumps = 0;
        p->jumps_since_us = now_us;
    }
    pace_settle(p, now_us);
    return ++p->jumps <= PACE_MAX_JUMPS;
}
