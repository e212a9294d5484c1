#include "app/request.h"
#include "app/routes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON "application/json; charset=utf-8"

void request_reply_with(struct request *r, const struct front_response *response)
{
    if (r->route) /* it was counted */
        atomic_fetch_sub(&r->core->requests, 1);
    front_reply(r->front, response);
    free(r);
}

static enum language language_of(const struct request *r)
{
    return language_from_accept(front_request_accept_language(r->front));
}

void request_reply(struct request *r, int status, struct bytes *json)
{
    bool public = !r->route || r->route->role == ROLE_ANYONE;
    struct front_response response = {
        .status = json ? status : 500, .content_type = JSON, .cors = public, .body = json};
    request_reply_with(r, &response);
}

void request_refuse(struct request *r, enum refusal refusal)
{
    if (r->route && r->route->place == ROUTE_PAGE) {
        struct front_response page = {.page = true};
        request_reply_with(r, &page);
        return;
    }
    request_reply(r, refusal_status(refusal), refusal_print(refusal, language_of(r)));
}

void request_origin(const struct request *r, char ret[REQUEST_ORIGIN])
{
    snprintf(ret, REQUEST_ORIGIN, "%s://%.200s",
             front_request_is_https(r->front) ? "https" : "http", front_request_host(r->front));
}

enum language request_language(const struct request *r)
{
    char asked[4] = "";
    front_request_query_value(r->front, "lang", asked, sizeof asked);
    if (strcmp(asked, "tr") == 0)
        return LANGUAGE_TURKISH;
    return strcmp(asked, "en") == 0 ? LANGUAGE_ENGLISH : language_of(r);
}

int64_t request_query_number(const struct request *r, const char *name, int64_t fallback)
{
    char text[24], *end;
    int size = front_request_query_value(r->front, name, text, sizeof text);
    if (size == -ENOENT)
        return fallback;
    if (size <= 0 || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18)
        return -1;
    return strtoll(text, &end, 10);
}

static void open_on_core(struct letter *letter, void *owner)
{
    struct request *r = (struct request *)letter;
    r->route->handler(r, r->core);
}

static void open_in_pool(struct letter *letter, void *owner)
{
    struct request *r = (struct request *)letter;
    r->route->handler(r, owner);
}

static void discard(struct letter *letter)
{
    request_refuse((struct request *)letter, REFUSAL_BUSY);
}

/* Without memory for a request of its own. */
static void refuse_bare(struct front_request *front)
{
    struct front_response response = {.status = 503, .content_type = JSON};
    front_reply(front, &response);
}

static int post(struct request *r)
{
    if (atomic_fetch_add(&r->core->requests, 1) >= CORE_MAX_REQUESTS)
        return -ENOBUFS;
    r->letter.discard = discard;
    if (r->route->place == ROUTE_POOL) {
        r->letter.open = open_in_pool;
        return pool_post(r->core->pool, &r->letter);
    }
    r->letter.open = open_on_core;
    return mailbox_post(r->core->box, &r->letter);
}

void request_take(void *ctx, struct front_request *front)
{
    struct core *c = ctx;
    struct request *r = calloc(1, sizeof *r);
    if (!r) {
        refuse_bare(front);
        return;
    }
    r->core = c;
    r->front = front;
    const struct route *route = NULL;
    int e = routes_find(front_request_path(front), front_request_method(front), &route, r->parts);
    if (e < 0) {
        request_refuse(r, e == -ENOENT ? REFUSAL_NOT_FOUND : REFUSAL_METHOD);
        return;
    }
    if (route->role == ROLE_ADMIN &&
        !token_authorizes(&c->admin_token, front_request_authorization(front))) {
        request_refuse(r, REFUSAL_UNAUTHORIZED);
        return;
    }
    r->route = route;
    if (post(r) < 0)
        request_refuse(r, REFUSAL_BUSY);
}
