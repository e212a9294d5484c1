/* What anybody may verify with: the signing key, signed heads, exported logs. Pool threads, save
 * the key. */
#include "protocol/published.h"
#include "app/broadcast.h"
#include "app/log_page.h"
#include "app/routes.h"

#include <errno.h>
#include <string.h>

#define MAX_HEADS 1000 /* of one answer */
void api_key(struct request *r, void *place)
{
    const struct core *c = place;
    request_reply(r, 200, published_print_key(c->log_key.public_part));
}

static void refuse_error(struct request *r, int error)
{
    request_refuse(r, error == -ENOENT  ? REFUSAL_NOT_FOUND
                      : error == -EBUSY ? REFUSAL_BUSY
                                        : REFUSAL_STORE);
}

/* The pool thread's store, or NULL after having refused. */
static struct store *find_store(struct request *r, struct pool_thread *t)
{
    if (!core_find(r->core, r->parts[0])) {
        request_refuse(r, REFUSAL_NOT_FOUND);
        return NULL;
    }
    struct store *s = pool_thread_store(t);
    if (!s)
        request_refuse(r, REFUSAL_STORE);
    return s;
}

static struct published_head to_publish(const struct signed_head *h)
{
    struct published_head p = {.seq = h->seq, .at_utc_us = h->at_utc_us};
    memcpy(p.meeting, h->meeting, sizeof p.meeting);
    memcpy(p.hash, h->hash, sizeof p.hash);
    memcpy(p.signature, h->signature, sizeof p.signature);
    return p;
}

void api_head(struct request *r, void *place)
{
    struct store *s = find_store(r, place);
    if (!s)
        return;
    struct signed_head head;
    int e = store_last_head(s, r->parts[0], &head);
    if (e < 0) {
        refuse_error(r, e);
        return;
    }
    struct published_head p = to_publish(&head);
    request_reply(r, 200, published_print_head(&p));
}

struct head_list {
    struct published_head heads[MAX_HEADS];
    size_t count;
};

static int add_head(void *ctx, const struct signed_head *head)
{
    struct head_list *l = ctx;
    if (l->count == MAX_HEADS)
        return 1;
    l->heads[l->count++] = to_publish(head);
    return 0;
}

void api_heads(struct request *r, void *place)
{
    int64_t since = request_query_number(r, "since", 0);
    if (since < 0) {
        request_refuse(r, REFUSAL_BAD_REQUEST);
        return;
    }
    struct store *s = find_store(r, place);
    if (!s)
        return;
    cleanup_free struct head_list *l = calloc(1, sizeof *l);
    int e =
        l ? store_read_heads(s, r->parts[0], (uint64_t)since, MAX_HEADS + 1, add_head, l) : -ENOMEM;
    if (e < 0)
        refuse_error(r, e);
    else
        request_reply(
            r, 200,
            published_print_heads(r->parts[0], (uint64_t)since, l->heads, l->count, e == 1));
}

/* ---- the exported log ---- */

static bool query_is(const struct request *r, const char *name, const char *value)
{
    char text[16];
    int size = front_request_query_value(r->front, name, text, sizeof text);
    return size >= 0 && strcmp(text, value) == 0;
}

bool published_wants_export(const struct request *r)
{
    return query_is(r, "format", "export");
}

void published_export(struct request *r, struct pool_thread *t, uint64_t since)
{
    struct store *s = find_store(r, t);
    if (!s)
        return;
    cleanup_buf struct buf out;
    buf_init(&out, LOG_PAGE_LIMIT_BYTES);
    int e = log_page_print(s, r->parts[0], since, !query_is(r, "sides", "0"), &out, NULL, NULL);
    if (e < 0) {
        refuse_error(r, e);
    } else {
        struct front_response response = {.content_type = "application/x-ndjson; charset=utf-8",
                                          .cors = true};
        response.body = buf_to_bytes(&out);
        response.status = response.body ? 200 : 500;
        request_reply_with(r, &response);
    }
}
