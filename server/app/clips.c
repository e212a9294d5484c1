/* GET /api/v1/meetings/ID/clip.mp4 and clip.m4a: the core thread knows which part of the media time
 * is meant, the pool makes the file's head; the media are the recording's own bytes. */
#include "app/clips.h"
#include "app/broadcast.h"
#include "app/routes.h"
#include "app/spans.h"
#include "archive/clip.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_NUMBER 24
/* One is made at a time, so that the pool's other threads stay free; so many wait, the next is
 * refused as busy. */
#define MAX_WAITING 32
#define MAX_SECONDS 1e10

struct clip_job {
    struct letter letter;
    struct list node; /* of core->clips */
    struct core *core;
    struct request *request;
    struct clip_wish wish;
    char picture[16];
    char file_name[96];
    bool sound, attached;
    struct span_of_item *items; /* owned; what becomes chapters */
    size_t item_count;
};

static void job_free(struct clip_job *j)
{
    free(j->items);
    free(j);
}

/* ---- what is asked for: core thread ---- */

/* Returns 0, -ENOENT where it is not said, or -EINVAL. */
static int read_seconds(const struct request *r, const char *name, int64_t *ret_us)
{
    char text[MAX_NUMBER], *end;
    int size = front_request_query_value(r->front, name, text, sizeof text);
    if (size == -ENOENT)
        return -ENOENT;
    if (size <= 0 || strspn(text, "0123456789.") != strlen(text))
        return -EINVAL;
    double seconds = strtod(text, &end);
    if (*end || !(seconds <= MAX_SECONDS))
        return -EINVAL;
    *ret_us = (int64_t)(seconds * 1e6 + 0.5);
    return 0;
}

/* Letters and digits alone: the name is for a header and for file systems. */
static void name_file(struct clip_job *j, const char *meeting, const char *what, const char *name)
{
    char plain[32] = "";
    size_t n = 0;
    for (; *name && n + 1 < sizeof plain; name++) {
        bool fine = (*name >= '0' && *name <= '9') || (*name >= 'a' && *name <= 'z') ||
                    (*name >= 'A' && *name <= 'Z');
        plain[n++] = fine ? *name : '-';
    }
    snprintf(j->file_name, sizeof j->file_name, "%s%s%s%s%s.%s", meeting, what[0] ? "-" : "", what,
             plain[0] ? "-" : "", plain, j->sound ? "m4a" : "mp4");
}

/* Returns 1 where one of these is asked for, 0 where none is, or -ENOENT, -EINVAL. */
static int read_thing(struct clip_job *j, struct hall *h)
{
    static const struct {
        const char *name;
        enum span_what what;
    } things[] = {
        {"item", SPAN_ITEM}, {"question", SPAN_QUESTION}, {"turn", SPAN_TURN}, {"vote", SPAN_VOTE}};
    int64_t place = request_query_number(j->request, "span", 1);
    int found = 0;
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        char name[TEXT_CODE];
        int size = front_request_query_value(j->request->front, things[i].name, name, sizeof name);
        if (size == -ENOENT)
            continue;
        if (size <= 0 || found++ || place < 1 || place > 1000)
            return -EINVAL;
        int r = spans_find(h, things[i].what, name, (int)place, &j->wish.from_us, &j->wish.to_us);
        if (r < 0)
            return r;
        name_file(j, h->b->config->id, things[i].name, name);
    }
    return found;
}

static int read_wish(struct clip_job *j, struct hall *h)
{
    char text[16];
    j->wish = (struct clip_wish){.from_us = 0, .to_us = INT64_MAX};
    name_file(j, h->b->config->id, "", "");
    int thing = read_thing(j, h);
    if (thing < 0)
        return thing;
    int64_t us;
    int from = read_seconds(j->request, "from", &us);
    j->wish.from_us = from == 0 ? us : j->wish.from_us;
    int to = read_seconds(j->request, "to", &us);
    j->wish.to_us = to == 0 ? us : j->wish.to_us;
    if (from == -EINVAL || to == -EINVAL || (thing && (from == 0 || to == 0)) ||
        j->wish.to_us <= j->wish.from_us)
        return -EINVAL;
    int size =
        front_request_query_value(j->request->front, "picture", j->picture, sizeof j->picture);
    if (size != -ENOENT && (size <= 0 || j->sound))
        return -EINVAL;
    j->wish.picture = j->sound ? "" : size > 0 ? j->picture : NULL;
    size = front_request_query_value(j->request->front, "download", text, sizeof text);
    j->attached = size == 1 && text[0] == '1';
    return 0;
}

/* ---- making it: pool thread ---- */

/* What was discussed within the clip, from its own beginning. */
static int make(struct clip_job *j, const struct recording *r, struct clip *ret)
{
    struct movie_chapter *chapters = calloc(j->item_count + 1, sizeof *chapters);
    int64_t from, to;
    int e = chapters ? recording_span(r, &from, &to) : -ENOMEM;
    if (e == 0 && from < j->wish.from_us)
        from = j->wish.from_us;
    int count = 0;
    for (size_t i = 0; e == 0 && i < j->item_count; i++) {
        const struct span_of_item *s = &j->items[i];
        if (s->to_us > from && s->from_us < j->wish.to_us)
            chapters[count++] = (struct movie_chapter){
                .at_us = s->from_us > from ? s->from_us - from : 0, .title = s->title};
    }
    j->wish.chapters = chapters;
    j->wish.chapter_count = count;
    e = e < 0 ? e : clip_make(r, &j->wish, ret);
    free(chapters);
    return e;
}

static void refuse(struct request *r, int error)
{
    request_refuse(r, error == -ENOENT                            ? REFUSAL_NO_RECORDING
                      : error == -ERANGE || error == -EFBIG       ? REFUSAL_BAD_REQUEST
                      : error == -EOPNOTSUPP || error == -EBADMSG ? REFUSAL_NOT_AVAILABLE
                                                                  : REFUSAL_INTERNAL);
}

static void start_next(struct core *c);

/* Core thread: the next one's turn. */
static void open_done(struct letter *letter, void *owner)
{
    struct clip_job *j = (struct clip_job *)letter;
    struct core *c = j->core;
    job_free(j);
    start_next(c);
}

static void discard_done(struct letter *letter)
{
    job_free((struct clip_job *)letter);
}

/* Back to the core thread; a letter that is lost is made good by the next request. */
static void be_done(struct clip_job *j)
{
    struct core *c = j->core;
    j->letter.open = open_done;
    j->letter.discard = discard_done;
    atomic_store(&c->clip_is_made, false);
    if (mailbox_post(c->box, &j->letter) < 0)
        job_free(j);
}

static void reply(struct clip_job *j, const struct clip *clip)
{
    struct front_response response = {.status = 200,
                                      .content_type = j->sound ? "audio/mp4" : "video/mp4",
                                      .cache_control = "public, max-age=60",
                                      .cors = true,
                                      .attached = j->attached,
                                      .pieces = clip->pieces,
                                      .piece_count = clip->count};
    memcpy(response.etag, clip->etag, sizeof clip->etag);
    memcpy(response.file_name, j->file_name, sizeof response.file_name);
    request_reply_with(j->request, &response);
}

static void open_in_pool(struct letter *letter, void *owner)
{
    struct clip_job *j = (struct clip_job *)letter;
    struct clip clip = {0};
    const struct recording *recording = pool_thread_recording(owner, j->request->parts[0]);
    int e = recording ? make(j, recording, &clip) : -ENOENT;
    if (e < 0)
        refuse(j->request, e);
    else
        reply(j, &clip);
    be_done(j);
}

static void discard(struct letter *letter)
{
    struct clip_job *j = (struct clip_job *)letter;
    request_refuse(j->request, REFUSAL_BUSY);
    atomic_store(&j->core->clip_is_made, false);
    job_free(j);
}

/* ---- one at a time: core thread ---- */

static void start_next(struct core *c)
{
    if (c->ending || c->clips_waiting == 0 || atomic_exchange(&c->clip_is_made, true))
        return; /* at the end the pool goes first */
    struct clip_job *j = list_entry(c->clips.next, struct clip_job, node);
    list_remove(&j->node);
    c->clips_waiting--;
    if (pool_post(c->pool, &j->letter) < 0)
        discard(&j->letter);
}

static void wait_for_turn(struct core *c, struct clip_job *j)
{
    if (c->ending || c->clips_waiting == MAX_WAITING) {
        request_refuse(j->request, REFUSAL_BUSY);
        job_free(j);
        return;
    }
    list_append(&c->clips, &j->node);
    c->clips_waiting++;
    start_next(c);
}

void clips_discard(struct core *c)
{
    while (c->clips_waiting > 0) {
        struct clip_job *j = list_entry(c->clips.next, struct clip_job, node);
        list_remove(&j->node);
        c->clips_waiting--;
        request_refuse(j->request, REFUSAL_BUSY);
        job_free(j);
    }
}

static void answer(struct request *r, struct core *c, bool sound)
{
    const struct broadcast *b = core_find(c, r->parts[0]);
    struct clip_job *j = b ? calloc(1, sizeof *j) : NULL;
    if (!j) {
        request_refuse(r, b ? REFUSAL_INTERNAL : REFUSAL_NOT_FOUND);
        return;
    }
    j->letter.open = open_in_pool;
    j->letter.discard = discard;
    j->core = c;
    j->request = r;
    j->sound = sound;
    int e = read_wish(j, b->hall);
    if (e < 0) {
        request_refuse(r, e == -ENOENT ? REFUSAL_NOT_FOUND : REFUSAL_BAD_REQUEST);
        job_free(j);
        return;
    }
    j->item_count = spans_of_items(b->hall, &j->items);
    wait_for_turn(c, j);
}

void clips_movie(struct request *r, void *place)
{
    answer(r, place, false);
}

void clips_sound(struct request *r, void *place)
{
    answer(r, place, true);
}
