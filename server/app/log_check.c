#include "app/log_check.h"
#include "protocol/event.h"
#include "protocol/log_export.h"
#include "store/chain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A piece of side data that is not shown: until an event says that it was erased, it is withheld.
 */
struct missing {
    uint64_t seq;
    char name[64];
};

struct log_check {
    char meeting[ID_MAX];
    struct chain chain;
    bool begun, in_page, more;
    uint64_t withheld, erased;
    uint8_t (*hashes)[STORE_HASH_BYTES]; /* of event 1, 2, … */
    size_t hash_room;
    struct missing *missing;
    size_t missing_count, missing_room;
    char reason[512];
};

struct log_check *log_check_create(void)
{
    return calloc(1, sizeof(struct log_check));
}

void log_check_destroy(struct log_check *c)
{
    if (!c)
        return;
    free(c->hashes);
    free(c->missing);
    free(c);
}

/* Makes room for one more; doubles. */
static int make_room(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return 0;
    size_t more = *room ? 2 * *room : 256;
    void *moved = reallocarray(*array, more, size);
    if (!moved)
        return -ENOMEM;
    *array = moved;
    *room = more;
    return 0;
}

static int wrong(struct log_check *c, int error, const char *turkish, const char *english,
                 uint64_t seq)
{
    snprintf(c->reason, sizeof c->reason, "%llu. olay: %s / event %llu: %s",
             (unsigned long long)seq, turkish, (unsigned long long)seq, english);
    return error;
}

static int take_begin(struct log_check *c, const struct log_export_begin *b)
{
    if (!c->begun) {
        if (chain_start(&c->chain, b->scheme, b->meeting) < 0)
            return wrong(c, -EINVAL, "bu sürümün bilmediği bir düzende",
                         "of a scheme that this version does not know", 1);
        memcpy(c->meeting, b->meeting, sizeof c->meeting);
    }
    if (strcmp(b->meeting, c->meeting) != 0 || b->scheme != c->chain.scheme)
        return wrong(c, -EBADMSG, "başka bir kaydın sayfası geldi", "a page of another log came",
                     c->chain.seq + 1);
    if (b->since != c->chain.seq)
        return wrong(c, -EBADMSG, "bu olay eksik; sonrası başka yerden başlıyor",
                     "it is missing; what comes begins elsewhere", c->chain.seq + 1);
    if (!b->known)
        return wrong(c, -EBADMSG, "kayıt artık bu olaya varmadan bitiyor",
                     "the log now ends before it", c->chain.seq);
    if (memcmp(b->before, c->chain.hash, sizeof b->before) != 0)
        return wrong(c, -EBADMSG, "buraya kadarki geçmiş değiştirilmiş",
                     "history up to here was rewritten", c->chain.seq);
    c->begun = c->in_page = true;
    return 0;
}

static int take_end(struct log_check *c, const struct log_export_end *e)
{
    if (!c->in_page || e->seq != c->chain.seq)
        return wrong(c, -EBADMSG, "sayfanın son olayları eksik",
                     "the page's last events are missing", c->chain.seq + 1);
    c->in_page = false;
    c->more = e->more;
    return 0;
}

/* The event as the chain wants it. What is shown comes without its commitment: that is computed. */
struct converted {
    struct store_event event;
    struct store_side sides[STORE_MAX_SIDES];
    uint8_t commitments[1 + STORE_MAX_SIDES][STORE_HASH_BYTES];
};

static const uint8_t *commitment_of(const char *text, const uint8_t *salt, const uint8_t *given,
                                    uint8_t computed[STORE_HASH_BYTES])
{
    if (!text || !salt)
        return given ? given : computed;
    chain_commit(salt, text, computed);
    return computed;
}

static void convert(const struct log_export_event *x, struct converted *ret)
{
    *ret = (struct converted){.event = {.seq = x->seq,
                                        .at_utc_us = x->at_utc_us,
                                        .media_us = x->media_us,
                                        .actor = x->actor,
                                        .type = x->type,
                                        .audience = x->audience,
                                        .version = x->version,
                                        .body = x->body,
                                        .salt = x->salt,
                                        .hash = x->hash,
                                        .sides = ret->sides,
                                        .side_count = x->side_count}};
    ret->event.commitment = commitment_of(x->body, x->salt, x->commitment, ret->commitments[0]);
    for (size_t i = 0; i < x->side_count; i++) {
        const struct log_export_side *s = &x->sides[i];
        ret->sides[i] = (struct store_side){.name = s->name, .text = s->text, .salt = s->salt};
        ret->sides[i].commitment =
            commitment_of(s->text, s->salt, s->commitment, ret->commitments[i + 1]);
    }
}

static int note_missing(struct log_check *c, const struct log_export_event *x)
{
    c->withheld += !x->body;
    for (size_t i = 0; i < x->side_count; i++) {
        if (x->sides[i].text)
            continue;
        int r =
            make_room((void **)&c->missing, c->missing_count, &c->missing_room, sizeof *c->missing);
        if (r < 0)
            return r;
        struct missing *m = &c->missing[c->missing_count++];
        m->seq = x->seq;
        snprintf(m->name, sizeof m->name, "%s", x->sides[i].name);
        c->withheld++;
    }
    return 0;
}

/* An event that says what was erased explains why a piece is missing. */
static void note_erased(struct log_check *c, const char *body)
{
    int64_t seq = 0;
    char name[64] = "";
    if (!body || event_body_number(body, "seq", &seq) != 1 ||
        event_body_text(body, "side", name, sizeof name) != 1)
        return;
    for (size_t i = 0; i < c->missing_count; i++) {
        struct missing *m = &c->missing[i];
        if (m->seq != (uint64_t)seq || strcmp(m->name, name) != 0)
            continue;
        *m = c->missing[--c->missing_count];
        c->withheld--;
        c->erased++;
        return;
    }
}

static int take_event(struct log_check *c, const struct log_export_event *x)
{
    struct converted converted;
    if (!c->in_page)
        return wrong(c, -EINVAL, "bir sayfanın dışında", "outside of a page", x->seq);
    if (x->seq > c->chain.seq + 1)
        return wrong(c, -EBADMSG, "eksik", "it is missing", c->chain.seq + 1);
    int r = make_room((void **)&c->hashes, c->chain.seq, &c->hash_room, sizeof *c->hashes);
    if (r < 0)
        return r;
    convert(x, &converted);
    if (chain_step(&c->chain, &converted.event) < 0)
        return wrong(c, -EBADMSG, "değiştirilmiş: karması içeriğini tutmuyor",
                     "it was changed: its hash is not what its contents give", c->chain.seq + 1);
    memcpy(c->hashes[c->chain.seq - 1], c->chain.hash, STORE_HASH_BYTES);
    if (strcmp(x->type, "side.erased") == 0)
        note_erased(c, x->body);
    return note_missing(c, x);
}

int log_check_line(struct log_check *c, const char *text, size_t size)
{
    struct log_export_line line;
    if (log_export_parse(text, size, &line) < 0)
        return wrong(c, -EINVAL, "dışa aktarılmış bir kaydın satırı değil",
                     "this is no line of an exported log", c->chain.seq + 1);
    int r = line.kind == LOG_EXPORT_BEGIN   ? take_begin(c, &line.begin)
            : line.kind == LOG_EXPORT_EVENT ? take_event(c, &line.event)
                                            : take_end(c, &line.end);
    log_export_finish(&line);
    return r;
}

int log_check_text(struct log_check *c, const char *text, size_t size)
{
    int r = 0;
    while (size && r == 0) {
        const char *end = memchr(text, '\n', size);
        size_t line = end ? (size_t)(end - text) : size;
        if (line)
            r = log_check_line(c, text, line);
        text += line + (end != NULL);
        size -= line + (end != NULL);
    }
    return r;
}

const char *log_check_reason(const struct log_check *c)
{
    return c->reason;
}

int log_check_head(struct log_check *c, const struct published_head *head)
{
    if (strcmp(head->meeting, c->meeting) != 0)
        return wrong(c, -EBADMSG, "imzalı baş başka bir toplantının",
                     "the signed head is another meeting's", head->seq);
    if (head->seq > c->chain.seq)
        return wrong(c, -EAGAIN, "yayımlanan baş ondan söz ediyor, kayıtta yok: sonu kesilmiş",
                     "a published head speaks of it, the log does not have it: its tail was cut",
                     head->seq);
    if (head->seq == 0 || memcmp(head->hash, c->hashes[head->seq - 1], sizeof head->hash) != 0)
        return wrong(c, -EBADMSG, "yayımlanan başla uyuşmuyor: geçmiş yeniden yazılmış",
                     "it is not what was published: history was rewritten", head->seq);
    return 0;
}

void log_check_result(const struct log_check *c, struct log_check_result *ret)
{
    *ret = (struct log_check_result){.meeting = c->meeting,
                                     .events = c->chain.seq,
                                     .withheld = c->withheld,
                                     .erased = c->erased,
                                     .whole = c->begun && !c->in_page && !c->more};
}
