/* What was when, as open data: spans and statistics from the core thread; chapters, whose times
 * begin with the recording, from the pool. */
#include "app/broadcast.h"
#include "app/routes.h"
#include "app/spans.h"
#include "archive/recording.h"
#include "protocol/chapters_text.h"
#include "protocol/spans_text.h"

#include <errno.h>
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

void chapters_spans(struct request *r, void *place)
{
    const struct broadcast *b = find(r, place);
    if (!b)
        return;
    const struct actor public = hall_nobody(FRONT_PUBLIC);
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    spans_print(&out, b->config->id, hall_meeting(b->hall), &public, b->state.utc_offset_us);
    request_reply(r, 200, buf_to_bytes(&out));
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
    request_reply(r, 200, buf_to_bytes(&out));
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
        struct front_response response = {.status = 200,
                                          .content_type = j->vtt ? "text/vtt; charset=utf-8"
                                                                 : "application/json+chapters",
                                          .cache_control = "public, max-age=10",
                                          .cors = true,
                                          .body = buf_to_bytes(&out)};
        response.status = response.body ? 200 : 500;
        request_reply_with(r, &response);
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
