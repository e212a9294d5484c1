/* What our own nginx asks before it lets anyone publish or play over RTMP. */
#include "app/routes.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

/* nginx appends what the encoder sent; a name given twice could mean two things. */
static bool named_once(const char *query)
{
    int count = 0;
    for (const char *at = query; at; at = strchr(at, '&')) {
        at += *at == '&';
        count += strncmp(at, "name=", 5) == 0;
    }
    return count == 1;
}

static bool is_our_nginx(const struct request *r)
{
    return token_equals(&r->core->ingest_secret, r->parts[0]) &&
           (front_request_is_loopback(r->front) ||
            strcmp(front_request_address(r->front), r->core->config->address) == 0);
}

static void answer(struct request *r, bool play)
{
    char key[TOKEN_MAX] = "", token[TOKEN_MAX] = "", address[64] = "";
    if (!is_our_nginx(r)) {
        request_refuse(r, REFUSAL_NOT_FOUND);
        return;
    }
    front_request_query_value(r->front, "addr", address, sizeof address);
    front_request_query_value(r->front, "token", token, sizeof token);
    bool allowed = named_once(front_request_query(r->front)) &&
                   front_request_query_value(r->front, "name", key, sizeof key) > 0 &&
                   core_ingest_allowed(r->core, play, key, token);
    if (allowed)
        request_reply(r, 200, bytes_copy("{}", 2));
    else
        request_refuse(r, REFUSAL_UNAUTHORIZED);
    if (!play)
        log_info("core", "RTMP: an encoder at %s was %s", address,
                 allowed ? "let in" : "refused: its key is no meeting's that is on air");
}

void ingest_play(struct request *r, void *place)
{
    answer(r, true);
}

void ingest_publish(struct request *r, void *place)
{
    answer(r, false);
}
