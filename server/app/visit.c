#include "app/visit.h"

#include "app/batch.h"
#include "app/cookies.h"
#include "app/entry.h"
#include "app/hall.h"
#include "base/clock.h"
#include "protocol/client_message.h"
#include "protocol/server_message.h"

#include <errno.h>
#include <string.h>

#define POLICY 1008
#define LATER 1013

/* Events in one message of those that were missed, and bytes; pages of one reading in the pool. */
#define PAGE_EVENTS 500
#define PAGE_BYTES (256u << 10)
#define READING_PAGES 32

struct visit *visit_ref(struct visit *v)
{
    atomic_fetch_add(&v->refs, 1);
    return v;
}

void visit_unref(struct visit *v)
{
    if (atomic_fetch_sub(&v->refs, 1) > 1)
        return;
    free(v->cookies);
    free(v);
}

void visit_send(struct visit *v, struct bytes *text)
{
    if (v->gone)
        bytes_unref(text);
    else
        front_events_send(v->core->front, v->peer, text);
}

static void refuse(struct visit *v, enum refusal code, const char *id, const char *member)
{
    visit_send(
        v, server_refused_text(id, refusal_code(code), refusal_message(code, v->language), member));
}

/* ---- what it is told ---- */

void visit_join(struct visit *v, uint64_t seq)
{
    v->joined = true;
    v->hall->listeners[v->class]++;
    front_events_join(v->core->front, v->peer, v->meeting, v->class, seq);
}

void visit_reclass(struct visit *v)
{
    struct actor actor = hall_actor(v->hall, &v->who);
    enum front_class class = hall_class_of(v->hall, &actor);
    if (!v->joined || class == v->class)
        return;
    v->hall->listeners[v->class]--;
    v->class = class;
    visit_send(v, hall_snapshot(v->hall, class));
    visit_join(v, v->hall->told);
}

static void send_own(struct visit *v, uint64_t since)
{
    struct actor actor = hall_actor(v->hall, &v->who), nobody = hall_nobody(v->class);
    bool empty = false;
    struct bytes *own = server_own_text(hall_meeting(v->hall), &actor, &nobody, since, &empty);
    if (!empty)
        visit_send(v, own);
}

static void page_begin(struct buf *page)
{
    buf_init(page, SERVER_MAX_STATE_BYTES);
    buf_add_str(page, "{\"type\":\"events\",\"events\":[");
}

static struct bytes *page_end(struct buf *page)
{
    buf_add_str(page, "]}");
    struct bytes *b = buf_to_bytes(page);
    buf_finish(page);
    return b;
}

static void send_from_tail(struct visit *v, uint64_t since, uint64_t last)
{
    while (since < last) {
        struct buf page;
        uint64_t upto = last - since > PAGE_EVENTS ? since + PAGE_EVENTS : last;
        page_begin(&page);
        tail_print(&page, &v->hall->tail, since, upto, v->class);
        visit_send(v, page_end(&page));
        since = upto;
    }
}

/* ---- events that are read in the pool ---- */

struct reading {
    struct letter letter;
    struct visit *visit; /* one reference */
    struct core *core;
    char meeting[ID_MAX];
    enum front_class class;
    uint64_t from, since; /* what it had first; what it has with these pages */
    int events, error, count;
    struct buf page;
    struct bytes *pages[READING_PAGES];
};

static void reading_free(struct reading *r)
{
    for (int i = 0; i < r->count; i++)
        bytes_unref(r->pages[i]);
    buf_finish(&r->page);
    free(r);
}

static void finish_page(struct reading *r)
{
    struct bytes *b = page_end(&r->page);
    if (b)
        r->pages[r->count++] = b;
    else
        r->error = -ENOMEM;
    r->events = 0;
}

static int read_event(void *ctx, const struct store_event *e)
{
    struct reading *r = ctx;
    if (r->events == 0 && r->count == READING_PAGES)
        return 1;
    if (r->events++ == 0)
        page_begin(&r->page);
    else
        buf_add_u8(&r->page, ',');
    tail_print_event(&r->page, e, r->class);
    r->since = e->seq;
    if (r->events == PAGE_EVENTS || r->page.size > PAGE_BYTES)
        finish_page(r);
    return r->error;
}

static void catch_up(struct visit *v, uint64_t from, uint64_t since);

/* Back on the core thread. */
static void open_read(struct letter *letter, void *owner)
{
    struct reading *r = (struct reading *)letter;
    struct visit *v = r->visit;
    for (int i = 0; i < r->count; i++)
        visit_send(v, bytes_ref(r->pages[i]));
    if (!v->gone && r->error < 0)
        front_events_close(v->core->front, v->peer, LATER, "store_failed");
    else if (!v->gone)
        catch_up(v, r->from, r->since);
    reading_free(r);
    visit_unref(v);
}

/* The core thread has ended: nobody else holds the visit. */
static void discard_read(struct letter *letter)
{
    struct reading *r = (struct reading *)letter;
    visit_unref(r->visit);
    reading_free(r);
}

static void open_reading(struct letter *letter, void *owner)
{
    struct reading *r = (struct reading *)letter;
    struct store *s = pool_thread_store(owner);
    int e = s ? store_read(s, r->meeting, r->since, VISIT_MAX_CATCH_UP, read_event, r) : -EIO;
    if (e < 0)
        r->error = e;
    else if (r->events)
        finish_page(r);
    r->letter = (struct letter){.open = open_read, .discard = discard_read};
    if (mailbox_post(r->core->box, &r->letter) < 0)
        reading_free(r); /* its visit's memory stays: only the core thread may count it */
}

static void begin_reading(struct visit *v, uint64_t from, uint64_t since)
{
    struct reading *r = calloc(1, sizeof *r);
    if (!r) {
        front_events_close(v->core->front, v->peer, LATER, "busy");
        return;
    }
    r->letter = (struct letter){.open = open_reading, .discard = discard_read};
    r->visit = visit_ref(v);
    r->core = v->core;
    memcpy(r->meeting, v->meeting, sizeof r->meeting);
    r->class = v->class;
    r->from = from;
    r->since = since;
    if (pool_post(v->core->pool, &r->letter) == 0)
        return;
    discard_read(&r->letter);
    front_events_close(v->core->front, v->peer, LATER, "busy");
}

/* Tells what it has missed; then it hears. `from` is what it had, `since` what it has by now. */
static void catch_up(struct visit *v, uint64_t from, uint64_t since)
{
    struct hall *h = v->hall;
    bool whole = from == 0 || since > h->told || h->told - since > VISIT_MAX_CATCH_UP;
    if (whole) {
        from = 0;
        visit_send(v, hall_snapshot(h, v->class));
    } else if (since < h->told && !tail_holds(&h->tail, since)) {
        begin_reading(v, from, since);
        return;
    } else {
        send_from_tail(v, since, h->told);
    }
    if (!whole && from < h->told) {
        struct actor nobody = hall_nobody(v->class);
        visit_send(v, server_changes_text(hall_meeting(h), &nobody, from));
    }
    if (!(v->class & FRONT_STAFF))
        send_own(v, from);
    visit_join(v, h->told);
}

/* ---- what it says ---- */

static void send_hello(struct visit *v)
{
    const struct broadcast *b = v->hall->b;
    struct actor you = hall_actor(v->hall, &v->who);
    int64_t media_us = broadcast_media_us(b);
    const struct server_hello hello = {.meeting = v->meeting,
                                       .you = &you,
                                       .seq = v->hall->told,
                                       .server_utc_us = clock_utc_us(),
                                       .media_time_us = media_us,
                                       .epoch_utc_us =
                                           b->has_epoch ? clock_utc_us() - media_us : 0};
    visit_send(v, server_hello_text(&hello));
}

static void turn_away(struct visit *v, enum refusal code, const char *member)
{
    refuse(v, code, "", member);
    front_events_close(v->core->front, v->peer, POLICY, refusal_code(code));
}

/* By the token that it says, else by its session's cookie, else by its viewer's. */
static bool recognise(struct visit *v, const struct client_hello *hello)
{
    const char *cookies = v->cookies ? v->cookies : "";
    if (hello->token[0]) {
        if (identity_by_token(v->core, hello->token, hello->in_hall, &v->who) < 0 &&
            entry_by_session(v->core, v->meeting, hello->token, &v->who) < 0)
            return false;
    } else if (cookies_find(v->core, cookies, v->https, v->meeting, &v->who) < 0) {
        identity_viewer(v->core, cookies, v->https, &v->who);
    }
    v->who.in_hall = hello->in_hall && (v->who.roles & ROLES_STAFF);
    return true;
}

static void greet(struct visit *v, const struct client_hello *hello)
{
    struct broadcast *b = core_find(v->core, v->meeting);
    if (hello->language[0])
        v->language = language_from_accept(hello->language);
    if (!b) {
        turn_away(v, REFUSAL_NOT_FOUND, "");
        return;
    }
    if (!recognise(v, hello)) {
        turn_away(v, REFUSAL_UNAUTHORIZED, "token");
        return;
    }
    v->greeted = true;
    v->hall = b->hall;
    struct actor actor = hall_actor(v->hall, &v->who);
    v->class = hall_class_of(v->hall, &actor);
    list_append(&v->hall->visits, &v->node);
    free(v->cookies);
    v->cookies = NULL;
    send_hello(v);
    catch_up(v, (uint64_t)hello->since, (uint64_t)hello->since);
}

static void answer_command(void *ctx, const char *id, const struct batch_answer *a)
{
    struct visit *v = ctx;
    if (a->accepted)
        visit_send(v, server_accepted_text(id, a->first_seq, a->last_seq));
    else
        visit_send(v, server_refused_text(id, a->code, a->message, ""));
    visit_unref(v);
}

static void take_message(struct visit *v, struct client_message *m)
{
    if ((m->kind == CLIENT_HELLO) == v->greeted) {
        refuse(v, REFUSAL_HELLO_FIRST, m->id, "");
        if (!v->greeted)
            front_events_close(v->core->front, v->peer, POLICY, "hello_first");
        return;
    }
    switch (m->kind) {
    case CLIENT_HELLO:
        greet(v, &m->hello);
        break;
    case CLIENT_PING:
        visit_send(v, server_pong_text(m->id, clock_utc_us(), broadcast_media_us(v->hall->b)));
        break;
    case CLIENT_COMMAND:
        if (v->core->ending)
            refuse(v, REFUSAL_BUSY, m->id, "");
        else
            batch_add(v->core->batch, v->hall, m, &v->who, v->language, answer_command,
                      visit_ref(v));
        break;
    }
}

struct said {
    struct letter letter;
    struct visit *visit; /* lives longer: its closing comes after */
    struct bytes *text;
    bool too_fast;
};

static void said_free(struct said *s)
{
    atomic_fetch_sub(&s->visit->core->said, 1);
    bytes_unref(s->text);
    free(s);
}

static void open_said(struct letter *letter, void *owner)
{
    struct said *s = (struct said *)letter;
    struct visit *v = s->visit;
    struct client_message *m = v->core->message;
    struct client_wrong wrong;
    if (v->gone) { /* it was ended meanwhile */
        said_free(s);
        return;
    }
    int r = client_message_read(s->text->data, s->text->size, m, &wrong);
    if (s->too_fast)
        refuse(v, REFUSAL_TOO_FAST, m->id, "");
    else if (r == 0)
        take_message(v, m);
    else if (v->greeted)
        refuse(v, wrong.code, m->id, wrong.member);
    else
        turn_away(v, wrong.code, wrong.member);
    said_free(s);
}

static void discard_said(struct letter *letter)
{
    said_free((struct said *)letter);
}

bool visit_said(void *session, struct bytes *text, bool too_fast)
{
    struct visit *v = session;
    struct said *s = malloc(sizeof *s);
    if (!s) {
        bytes_unref(text);
        return false;
    }
    *s = (struct said){.letter = {.open = open_said, .discard = discard_said},
                       .visit = v,
                       .text = text,
                       .too_fast = too_fast};
    if (atomic_fetch_add(&v->core->said, 1) >= VISIT_MAX_WAITING ||
        mailbox_post(v->core->box, &s->letter) < 0) {
        said_free(s);
        return false;
    }
    return true;
}

/* ---- coming and going ---- */

static struct visit *of_closing(struct letter *letter)
{
    return (struct visit *)((char *)letter - offsetof(struct visit, closing));
}

static void leave(struct visit *v)
{
    v->gone = true;
    list_remove(&v->node);
    if (v->joined)
        v->hall->listeners[v->class]--;
    v->joined = false;
}

static void open_closing(struct letter *letter, void *owner)
{
    struct visit *v = of_closing(letter);
    leave(v);
    visit_unref(v);
}

void visit_end(struct visit *v, const char *reason)
{
    front_events_close(v->core->front, v->peer, POLICY, reason);
    leave(v);
}

static void discard_closing(struct letter *letter)
{
    visit_unref(of_closing(letter)); /* the hall has let go of it */
}

void *visit_opened(void *ctx, uint64_t peer, const struct front_events_facts *facts)
{
    struct visit *v = calloc(1, sizeof *v);
    if (!v)
        return NULL;
    list_init(&v->node);
    v->core = ctx;
    atomic_init(&v->refs, 1);
    v->peer = peer;
    v->https = facts->https;
    v->language = language_from_accept(facts->accept_language);
    memcpy(v->meeting, facts->meeting, strnlen(facts->meeting, sizeof v->meeting - 1));
    v->cookies = strdup(facts->cookies);
    v->closing = (struct letter){.open = open_closing, .discard = discard_closing};
    return v;
}

void visit_closed(void *session)
{
    struct visit *v = session;
    /* the box has room for all connections there can be; without one the core has ended */
    if (mailbox_post(v->core->box, &v->closing) < 0)
        visit_unref(v);
}
