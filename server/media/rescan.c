#include "media/rescan.h"

#include "media/cmaf_read.h"
#include "media/init_file.h"

#include <errno.h>
#include <unistd.h>

/* A hole in the time line shorter than this many microseconds is rounding or an uneven frame rate.
 */
#define GAP_US 250000

static ssize_t read_at(int fd, void *data, size_t size, uint64_t offset)
{
    ssize_t n;
    do
        n = pread(fd, data, size, (off_t)offset);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

/* The whole sequence number: the bytes hold its low 32 bits only. */
static uint64_t whole_seq(uint64_t before, uint32_t low)
{
    uint64_t seq = (before & ~(uint64_t)UINT32_MAX) | low;
    return seq < before ? seq + (UINT64_C(1) << 32) : seq;
}

static struct index_record make_record(const struct rescan *s, const struct cmaf_head *h)
{
    const struct index_record *before = &s->before;
    struct index_record r = {
        .kind = INDEX_FRAGMENT,
        .track = h->track,
        .flags = h->flags,
        .init = before->init,
        .seq = whole_seq(before->seq, h->seq),
        .dts = h->dts,
        .cts = h->cts,
        .duration = h->duration,
        .timescale = before->timescale,
        .size = h->size,
        .offset = s->offset,
    };
    if (before->size == 0)
        return r;
    if (before->capture_utc_us)
        r.capture_utc_us = before->capture_utc_us +
                           ticks_to_us(r.dts + r.cts - before->dts - before->cts, r.timescale);
    if (ticks_to_us(r.dts - before->dts - before->duration, r.timescale) > GAP_US)
        r.flags |= FRAGMENT_DISCONTINUITY;
    return r;
}

int rescan_next(struct rescan *s, struct index_record *ret)
{
    uint8_t head[CMAF_HEAD_BYTES];
    ssize_t n = read_at(s->fd, head, sizeof head, s->offset);
    if (n < 0)
        return (int)n;
    struct cmaf_head h;
    if (s->offset > s->end || cmaf_read_fragment(head, (size_t)n, &h) < 0 ||
        h.size > s->end - s->offset || h.track != s->before.track)
        return 0;
    struct index_record made = make_record(s, &h), r;
    /* What would not be believed when it is read back is not given out. */
    uint8_t bytes[INDEX_RECORD_BYTES];
    index_encode(&made, bytes);
    if (index_decode(bytes, &r) < 0)
        return 0;
    s->before = r;
    s->offset += r.size;
    *ret = r;
    return 1;
}

void rescan_begin(const char *folder, const struct track *track, struct index_record *ret)
{
    uint32_t number = 1;
    struct track_init init = {0};
    if (init_file_newest(folder, track->name, &number) == 0 &&
        init_file_read(folder, track->name, number, &init) != -ENOENT)
        bytes_unref(init.bytes);
    uint32_t usual = track->kind == TRACK_VIDEO ? 90000 : 48000;
    *ret = (struct index_record){
        .track = init.track ? init.track : track->id,
        .init = number,
        .timescale = init.timescale ? init.timescale : usual,
    };
}

bool rescan_holds(int fd, uint64_t size, const struct index_record *r)
{
    uint8_t head[CMAF_HEAD_BYTES];
    struct cmaf_head h;
    if (r->offset > size || r->size > size - r->offset)
        return false;
    ssize_t n = read_at(fd, head, sizeof head, r->offset);
    return n > 0 && cmaf_read_fragment(head, (size_t)n, &h) == 0 && h.size == r->size &&
           h.dts == r->dts;
}
