/* GET /api/v1/search, on the pool. */
#include "store/search.h"
#include "app/markup.h"
#include "app/pool.h"
#include "app/routes.h"
#include "base/fold.h"
#include "base/utf8.h"
#include "protocol/search_text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define PAGE_HITS 20
#define MAX_SKIP 1000
#define MAX_BYTES (1u << 20)
#define ADDRESS_BYTES 512

struct asked {
    struct search_words words;
    struct search_wish wish;
    char text[SEARCH_MAX_TEXT_BYTES], body[512], person[256], folded[256], kind[32];
};

struct answering {
    struct request *request;
    const struct asked *asked;
    struct buf *out;
    int count;
    bool more;
};

/* ---- one hit ---- */

static void mark(const struct search_words *words, const char *text, struct found_text *ret)
{
    size_t at = 0, begin, size;
    ret->text = text;
    ret->count = 0;
    while (ret->count < FOUND_MAX_MARKS && (size = search_words_next(text + at, &begin)) > 0) {
        if (search_words_hit(words, text + at + begin, size)) {
            ret->marks[ret->count].begin = at + begin;
            ret->marks[ret->count++].size = size;
        }
        at += begin + size;
    }
}

/* The page at the second; where there is none, at the item. */
static const char *address_of(const struct search_hit *h, struct buf *out)
{
    buf_addf(out, "/m/%s", h->meeting.id);
    if (h->row.media_us >= 0) {
        buf_addf(out, "?t=%" PRId64, h->row.media_us / 1000000);
    } else if (h->row.item[0]) {
        buf_add_str(out, "?item=");
        markup_add_query(out, h->row.item);
    }
    return buf_text(out);
}

static const char *clip_of(const struct search_hit *h, struct buf *out)
{
    static const char *const by_event[] = {"turn", "question", "vote"};
    if (h->row.media_us < 0 || !h->meeting.recorded)
        return "";
    for (size_t i = 0; i < sizeof by_event / sizeof *by_event; i++) {
        if (strcmp(h->row.kind, by_event[i]) != 0)
            continue;
        buf_addf(out, "/api/v1/meetings/%s/clip.mp4?%s=%" PRIu64, h->meeting.id, by_event[i],
                 h->row.seq);
        return buf_text(out);
    }
    if (!h->row.item[0])
        return "";
    buf_addf(out, "/api/v1/meetings/%s/clip.mp4?item=", h->meeting.id);
    markup_add_query(out, h->row.item);
    return buf_text(out);
}

static int add_hit(void *ctx, const struct search_hit *h)
{
    struct answering *a = ctx;
    if (!core_find(a->request->core, h->meeting.id))
        return 0; /* it was once */
    if (a->count == PAGE_HITS) {
        a->more = true;
        return 0;
    }
    cleanup_buf struct buf address, clip;
    buf_init(&address, ADDRESS_BYTES);
    buf_init(&clip, ADDRESS_BYTES);
    const char *where = address_of(h, &address), *movie = clip_of(h, &clip);
    struct found f = {.meeting = h->meeting.id,
                      .title = h->meeting.title,
                      .body = h->meeting.body,
                      .language = h->meeting.language,
                      .at_utc_us = h->meeting.at_utc_us,
                      .kind = h->row.kind,
                      .seq = h->row.seq,
                      .media_us = h->row.media_us,
                      .item = h->row.item,
                      .person = h->row.person,
                      .address = where ? where : "",
                      .clip = movie ? movie : ""};
    mark(&a->asked->words, h->row.text, &f.text);
    mark(&a->asked->words, h->row.more, &f.more);
    buf_add_str(a->out, a->count++ ? "," : "");
    found_print(a->out, &f);
    return 0;
}

/* ---- what is asked ---- */

/* Returns 0, also where it is missing, or -EINVAL. */
static int read_text(const struct request *r, const char *name, char *ret, size_t size)
{
    int n = front_request_query_value(r->front, name, ret, size);
    if (n < 0)
        ret[0] = 0;
    return n == -ENOENT || (n >= 0 && utf8_valid(ret, (size_t)n)) ? 0 : -EINVAL;
}

static bool kind_is_known(const char *kind)
{
    for (int i = 0; found_kinds[i]; i++)
        if (strcmp(found_kinds[i], kind) == 0)
            return true;
    return !kind[0];
}

static int read_asked(const struct request *r, struct asked *a)
{
    int64_t year = request_query_number(r, "year", 0), skip = request_query_number(r, "after", 0);
    if (read_text(r, "q", a->text, sizeof a->text) < 0 ||
        read_text(r, "body", a->body, sizeof a->body) < 0 ||
        read_text(r, "person", a->person, sizeof a->person) < 0 ||
        read_text(r, "kind", a->kind, sizeof a->kind) < 0)
        return -EINVAL;
    if (year < 0 || year > 9999 || skip < 0 || skip > MAX_SKIP || !kind_is_known(a->kind))
        return -EINVAL;
    a->folded[fold_text(a->person, strlen(a->person), a->folded)] = 0;
    search_words_read(a->text, &a->words);
    a->wish = (struct search_wish){.words = &a->words,
                                   .body = a->body,
                                   .person = a->folded,
                                   .kind = a->kind,
                                   .year = (int)year,
                                   .skip = (int)skip,
                                   .max = PAGE_HITS + 1};
    return 0;
}

void search_answer(struct request *r, void *place)
{
    struct asked asked = {0};
    if (read_asked(r, &asked) < 0) {
        request_refuse(r, REFUSAL_BAD_REQUEST);
        return;
    }
    struct search *s = pool_thread_search(place);
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    struct answering a = {.request = r, .asked = &asked, .out = &out};
    buf_add_str(&out, "{\"hits\":[");
    int e = s ? search_find(s, &asked.wish, add_hit, &a) : -EIO;
    buf_addf(&out, "],\"words\":%d,\"more\":%s}", asked.words.count, a.more ? "true" : "false");
    if (e < 0)
        request_refuse(r, REFUSAL_STORE);
    else
        request_reply(r, 200, buf_to_bytes(&out));
}
