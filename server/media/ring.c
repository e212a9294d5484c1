#include "media/ring.h"

#include <errno.h>

struct ring {
    uint32_t mask;
    size_t max_bytes, bytes;
    int64_t max_us;
    uint64_t first, end;
    uint64_t newest_keyframe; /* position + 1; 0: none */
    struct ring_message messages[];
};

int ring_create(uint32_t capacity, size_t max_bytes, int64_t max_us, struct ring **ret)
{
    if (capacity == 0 || (capacity & (capacity - 1)))
        return -EINVAL;
    struct ring *r = calloc(1, sizeof *r + capacity * sizeof r->messages[0]);
    if (!r)
        return -ENOMEM;
    r->mask = capacity - 1;
    r->max_bytes = max_bytes;
    r->max_us = max_us;
    *ret = r;
    return 0;
}

static struct ring_message *slot(const struct ring *r, uint64_t position)
{
    return (struct ring_message *)&r->messages[position & r->mask];
}

static void drop_oldest(struct ring *r)
{
    struct ring_message *m = slot(r, r->first++);
    r->bytes -= m->bytes->size;
    bytes_unref(m->bytes);
    m->bytes = NULL;
}

void ring_destroy(struct ring *r)
{
    if (!r)
        return;
    while (r->first < r->end)
        drop_oldest(r);
    free(r);
}

void ring_push(struct ring *r, const struct ring_message *m)
{
    if (r->end - r->first > r->mask)
        drop_oldest(r);
    *slot(r, r->end) = *m;
    bytes_ref(m->bytes);
    r->bytes += m->bytes->size;
    r->end++;
    if (m->keyframe)
        r->newest_keyframe = r->end;
    while (r->end - r->first > 1 &&
           (r->bytes > r->max_bytes || m->time_us - slot(r, r->first)->time_us > r->max_us))
        drop_oldest(r);
}

uint64_t ring_first(const struct ring *r)
{
    return r->first;
}

uint64_t ring_end(const struct ring *r)
{
    return r->end;
}

const struct ring_message *ring_at(const struct ring *r, uint64_t position)
{
    return position >= r->first && position < r->end ? slot(r, position) : NULL;
}

int64_t ring_newest_us(const struct ring *r)
{
    return r->end > r->first ? slot(r, r->end - 1)->time_us : INT64_MIN;
}

bool ring_newest_keyframe(const struct ring *r, uint64_t *ret)
{
    if (r->newest_keyframe <= r->first) /* none, or it has left */
        return false;
    *ret = r->newest_keyframe - 1;
    return true;
}

bool ring_keyframe_from(const struct ring *r, int64_t time_us, uint64_t *ret)
{
    bool found = false;
    for (uint64_t p = r->end; p-- > r->first;) {
        const struct ring_message *m = slot(r, p);
        if (!m->keyframe)
            continue;
        if (m->time_us < time_us)
            break;
        *ret = p;
        found = true;
    }
    return found;
}

bool ring_audio_from(const struct ring *r, uint64_t seq, uint64_t *ret)
{
    uint64_t low = r->first, high = r->end; /* audio_next never falls */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (slot(r, middle)->audio_next > seq)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == r->end)
        return false;
    *ret = low;
    return true;
}

int64_t ring_time_of_video(const struct ring *r, uint64_t seq)
{
    for (uint64_t p = r->end; p-- > r->first;) {
        const struct ring_message *m = slot(r, p);
        if (m->video_init && m->video_seq <= seq)
            return m->time_us;
    }
    return INT64_MIN;
}

int64_t ring_time_of_audio(const struct ring *r, uint64_t seq)
{
    for (uint64_t p = r->end; p-- > r->first;) {
        const struct ring_message *m = slot(r, p);
        if (m->audio_from < m->audio_next && m->audio_from <= seq)
            return m->time_us;
    }
    return INT64_MIN;
}
