/* What was when, as open data: statistics from the core thread; spans, to which the recording adds
 * its gaps, and chapters, whose times begin with it, from the pool. */
#include "app/broadcast.h"
#include "app/routes.h"
#include "app/spans.h"
#include "archive/recording.h"
#include "media/index.h"
#include "protocol/chapters_text.h"
#include "protocol/spans_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_BYTES (16u << 20)

/* The meeting, or NULL after having refused. */
static const struct broadcast *find(struct request *r, const struct core *c)
{
    const struct broadcast *b = core_find(c, r->parts[0]);
    if (b && !b->hall->broken)
        return b;
    request_refuse(r, b ? REFUSAL_STORE : REFUSAL_NOT_FOUND);
    return NULL;
}

/* With a tag by which it need not be sent again while it is the same. */
static void reply_tagged(struct request *r, const char *type, struct bytes *body)
{
    struct front_response response = {.status = body ? 200 : 500,
                                      .content_type = type,
                                      .cache_control = "public, no-cache",
                                      .cors = true,
                                      .body = body};
    if (body)
        snprintf(response.etag, sizeof response.etag, "\"%08" PRIx32 "-%zx\"",
                 crc32c(0, body->data, body->size), body->size);
    request_reply_with(r, &response);
}

void chapters_statistics(struct request *r, void *place)
{
    const struct broadcast *b = find(r, place);
    if (!b)
        return;
    const struct actor public = hall_nobody(FRONT_PUBLIC);
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    spans_print_statistics(&out, b->config->id, hall_meeting(b->hall), &public,
                           broadcast_media_us(b));
    reply_tagged(r, "application/json", buf_to_bytes(&out));
}

/* ---- spans, to which the recording adds its gaps ---- */

struct spans_job {
    struct letter letter;
    struct request *request;
    struct buf out;
};

static void spans_job_free(struct spans_job *j)
{
    buf_finish(&j->out);
    free(j);
}

static void add_gaps(struct spans_job *j, const struct recording *recording)
{
    size_t count = 0;
    const struct recorded_gap *gaps = recording ? recording_gaps(recording, &count) : NULL;
    struct spans_gap *list = calloc(count + 1, sizeof *list);
    if (!list) {
        j->out.error = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        list[i] = (struct spans_gap){gaps[i].from_us, gaps[i].to_us, gap_cause_name(gaps[i].cause)};
    spans_print_gaps(&j->out, list, count);
    free(list);
}

static void open_spans(struct letter *letter, void *owner)
{
    struct spans_job *j = (struct spans_job *)letter;
    add_gaps(j, pool_thread_recording(owner, j->request->parts[0]));
    reply_tagged(j->request, "application/json", buf_to_bytes(&j->out));
    spans_job_free(j);
}

static void discard_spans(struct letter *letter)
{
    struct spans_job *j = (struct spans_job *)letter;
    request_refuse(j->request, REFUSAL_BUSY);
    spans_job_free(j);
}

void chapters_spans(struct request *r, void *place)
{
    const struct core *c = place;
    const struct broadcast *b = find(r, c);
    if (!b)
        return;
    struct spans_job *j = calloc(1, sizeof *j);
    if (!j) {
        request_refuse(r, REFUSAL_INTERNAL);
        return;
    }
    const struct actor public = hall_nobody(FRONT_PUBLIC);
    const struct meeting *m = hall_meeting(b->hall);
    j->letter = (struct letter){.open = open_spans, .discard = discard_spans};
    j->request = r;
    buf_init(&j->out, MAX_BYTES);
    spans_print(&j->out, b->config->id, m, &public, &b->hall->late, b->state.utc_offset_us);
    if (pool_post(c->pool, &j->letter) < 0)
        discard_spans(&j->letter);
}

/* ---- chapters ---- */

struct chapters_job {
    struct letter letter;
    struct request *request;
    bool vtt;
    struct span_of_item *items; /* owned */
    size_t count;
};

static void job_free(struct chapters_job *j)
{
    free(j->items);
    free(j);
}

/* From the recording's beginning; what is before or behind it is left out. */
static size_t relate(const struct chapters_job *j, int64_t from_us, int64_t to_us,
                     struct chapter *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < j->count; i++) {
        const struct span_of_item *s = &j->items[i];
        int64_t from = s->from_us > from_us ? s->from_us : from_us;
        int64_t to = s->to_us < to_us ? s->to_us : to_us;
        if (from < to)
            ret[count++] = (struct chapter){.from_us = from - from_us,
                                            .to_us = to - from_us,
                                            .number = s->number,
                                            .title = s->title};
    }
    return count;
}

static void open_in_pool(struct letter *letter, void *owner)
{
    struct chapters_job *j = (struct chapters_job *)letter;
    struct request *r = j->request;
    int64_t from, to;
    struct chapter *chapters = calloc(j->count + 1, sizeof *chapters);
    const struct recording *recording = pool_thread_recording(owner, r->parts[0]);
    if (!chapters || !recording || recording_span(recording, &from, &to) < 0) {
        request_refuse(r, chapters ? REFUSAL_NO_RECORDING : REFUSAL_INTERNAL);
    } else {
        size_t count = relate(j, from, to, chapters);
        cleanup_buf struct buf out;
        buf_init(&out, MAX_BYTES);
        if (j->vtt)
            chapters_print_vtt(&out, chapters, count);
        else
            chapters_print_json(&out, chapters, count);
        reply_tagged(r, j->vtt ? "text/vtt; charset=utf-8" : "application/json+chapters",
                     buf_to_bytes(&out));
    }
    free(chapters);
    job_free(j);
}

static void discard(struct letter *letter)
{
    struct chapters_job *j = (struct chapters_job *)letter;
    request_refuse(j->request, REFUSAL_BUSY);
    job_free(j);
}

static void answer(struct request *r, struct core *c, bool vtt)
{
    const struct broadcast *b = find(r, c);
    if (!b)
        return;
    struct chapters_job *j = calloc(1, sizeof *j);
    if (!j) {
        request_refuse(r, REFUSAL_INTERNAL);
        return;
    }
    j->letter.open = open_in_pool;
    j->letter.discard = discard;
    j->request = r;
    j->vtt = vtt;
    j->count = spans_of_items(b->hall, &j->items);
    if (pool_post(c->pool, &j->letter) < 0)
        discard(&j->letter);
}

void chapters_vtt(struct request *r, void *place)
{
    answer(r, place, true);
}

void chapters_json(struct request *r, void *place)
{
    answer(r, place, false);
}
