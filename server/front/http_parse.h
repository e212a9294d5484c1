/* A request's head, HTTP/1.0 and 1.1 (RFC 9112). Pure; strict where leniency lets requests be
 * smuggled past a proxy. */
#ifndef MECLIS_FRONT_HTTP_PARSE_H
#define MECLIS_FRONT_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a head, of its first line, and header lines, at the most. */
#define HTTP_MAX_HEAD 8192
#define HTTP_MAX_LINE 4096
#define HTTP_MAX_HEADERS 64

enum http_method {
    HTTP_OTHER = 1,
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_DELETE,
    HTTP_OPTIONS
};

/* Not terminated; size 0 where absent. Points into what was parsed. */
struct http_text {
    const char *at;
    size_t size;
};

struct http_head {
    size_t size; /* bytes of the head, its empty line included */
    enum http_method method;
    int minor; /* HTTP/1.minor */
    bool keep_alive;
    bool upgrade_websocket;
    bool expect_continue;
    bool accepts_gzip;
    int64_t content_length; /* -1: none said */
    struct http_text path;  /* raw, from the first slash */
    struct http_text query; /* raw, without '?' */
    struct http_text host, accept, authorization, accept_language, if_none_match, if_range, range,
        user_agent, origin, forwarded_for, forwarded, forwarded_proto, cookie, ws_key, ws_protocol,
        ws_version;
};

/* Returns 0 and the head, -EAGAIN while its end has not come, or the status that refuses it: 400,
 * 411 (a body of unknown length), 414, 431, 505. */
int http_parse(const char *data, size_t size, struct http_head *ret);

/* Whether the list holds the word, compared without case, parameters left aside. */
bool http_list_has(struct http_text list, const char *word);

/* Undoes percent-encoding; ends ret_text with a NUL. Returns the length, -EINVAL for a bad escape
 * or a control character, or -EMSGSIZE. */
int http_decode(const char *text, size_t size, char *ret_text, size_t room);

/* Finds a parameter in a query and decodes it ('+' is a space). Returns its length, -ENOENT,
 * -EINVAL or -EMSGSIZE. */
int http_query_value(const char *query, size_t size, const char *name, char *ret_text, size_t room);

/* A single range of a body of that size. Returns 0 and first and last byte, -ENOENT for a header
 * that is to be ignored, or -ERANGE. */
int http_range(struct http_text range, uint64_t size, uint64_t *ret_first, uint64_t *ret_last);

/* Whether an If-None-Match names the (quoted) tag. */
bool http_etag_matches(struct http_text if_none_match, const char *etag);

#endif
