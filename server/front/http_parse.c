#include "front/http_parse.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static bool is_token(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is(struct http_text t, const char *word)
{
    return t.size == strlen(word) && strncasecmp(t.at, word, t.size) == 0;
}

static struct http_text trim(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return (struct http_text){at, (size_t)(end - at)};
}

/* Cuts the list's next element off. */
static bool next_in_list(struct http_text *list, struct http_text *ret)
{
    if (list->size == 0)
        return false;
    const char *comma = memchr(list->at, ',', list->size), *end = list->at + list->size;
    *ret = trim(list->at, comma ? comma : end);
    list->at = comma ? comma + 1 : end;
    list->size = (size_t)(end - list->at);
    return true;
}

bool http_list_has(struct http_text list, const char *word)
{
    struct http_text element;
    while (next_in_list(&list, &element)) {
        const char *semicolon = memchr(element.at, ';', element.size);
        if (is(trim(element.at, semicolon ? semicolon : element.at + element.size), word))
            return true;
    }
    return false;
}

static bool gzip_is_welcome(struct http_text list)
{
    struct http_text element;
    while (next_in_list(&list, &element)) {
        if (element.size < 4 || strncasecmp(element.at, "gzip", 4) != 0)
            continue;
        struct http_text rest = trim(element.at + 4, element.at + element.size);
        bool refused = rest.size >= 4 && memcmp(rest.at, ";q=0", 4) == 0 &&
                       (rest.size == 4 || strspn(rest.at + 4, ".0") >= rest.size - 4);
        return !refused;
    }
    return false;
}

static enum http_method method_of(struct http_text t)
{
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = {{"DELETE", HTTP_DELETE},   {"GET", HTTP_GET},   {"HEAD", HTTP_HEAD},
                   {"OPTIONS", HTTP_OPTIONS}, {"POST", HTTP_POST}, {"PUT", HTTP_PUT}};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (t.size == strlen(methods[i].name) && memcmp(t.at, methods[i].name, t.size) == 0)
            return methods[i].method;
    return HTTP_OTHER;
}

static int parse_target(const char *at, const char *end, struct http_head *h)
{
    if (end - at >= 7 && strncasecmp(at, "http://", 7) == 0) { /* the absolute form */
        const char *slash = memchr(at + 7, '/', (size_t)(end - at - 7));
        if (!slash)
            return 400;
        at = slash;
    }
    if (at == end || (*at != '/' && !(h->method == HTTP_OPTIONS && *at == '*' && end == at + 1)))
        return 400;
    for (const char *p = at; p < end; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f)
            return 400;
    const char *question = memchr(at, '?', (size_t)(end - at));
    h->path = (struct http_text){at, (size_t)((question ? question : end) - at)};
    if (question)
        h->query = (struct http_text){question + 1, (size_t)(end - question - 1)};
    return 0;
}

static int parse_first_line(const char *at, const char *end, struct http_head *h)
{
    if (end - at > HTTP_MAX_LINE)
        return 414;
    const char *p = at;
    while (p < end && is_token((unsigned char)*p))
        p++;
    if (p == at || p == end || *p != ' ' || p - at > 16)
        return 400;
    h->method = method_of((struct http_text){at, (size_t)(p - at)});
    const char *target = p + 1, *space = memrchr(target, ' ', (size_t)(end - target));
    if (!space || end - space - 1 != 8 || memcmp(space + 1, "HTTP/", 5) != 0)
        return 400;
    if (memcmp(space + 6, "1.0", 3) != 0 && memcmp(space + 6, "1.1", 3) != 0)
        return 505;
    h->minor = space[8] - '0';
    h->keep_alive = h->minor == 1;
    return parse_target(target, space, h);
}

static int parse_length(struct http_text value, struct http_head *h)
{
    if (h->content_length >= 0 || value.size == 0 || value.size > 15)
        return 400;
    int64_t length = 0;
    for (size_t i = 0; i < value.size; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return 400;
        length = length * 10 + value.at[i] - '0';
    }
    h->content_length = length;
    return 0;
}

static void parse_connection(struct http_text value, struct http_head *h, bool *upgrade)
{
    if (http_list_has(value, "close"))
        h->keep_alive = false;
    else if (http_list_has(value, "keep-alive"))
        h->keep_alive = true;
    if (http_list_has(value, "upgrade"))
        *upgrade = true;
}

struct progress {
    bool host, upgrade, websocket;
};

/* Headers whose text is only kept. */
static void keep_header(struct http_text name, struct http_text value, struct http_head *h)
{
    const struct {
        const char *name;
        struct http_text *to;
    } kept[] = {{"accept", &h->accept},
                {"authorization", &h->authorization},
                {"accept-language", &h->accept_language},
                {"if-none-match", &h->if_none_match},
                {"if-range", &h->if_range},
                {"range", &h->range},
                {"user-agent", &h->user_agent},
                {"origin", &h->origin},
                {"x-forwarded-for", &h->forwarded_for},
                {"forwarded", &h->forwarded},
                {"x-forwarded-proto", &h->forwarded_proto},
                {"cookie", &h->cookie},
                {"sec-websocket-key", &h->ws_key},
                {"sec-websocket-protocol", &h->ws_protocol},
                {"sec-websocket-version", &h->ws_version}};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (is(name, kept[i].name))
            *kept[i].to = value;
}

static int take_header(struct http_text name, struct http_text value, struct http_head *h,
                       struct progress *p)
{
    if (is(name, "host")) {
        if (p->host)
            return 400;
        p->host = true;
        h->host = value;
    } else if (is(name, "content-length")) {
        return parse_length(value, h);
    } else if (is(name, "transfer-encoding")) {
        return 411;
    } else if (is(name, "connection")) {
        parse_connection(value, h, &p->upgrade);
    } else if (is(name, "upgrade")) {
        p->websocket |= http_list_has(value, "websocket");
    } else if (is(name, "expect")) {
        h->expect_continue = is(value, "100-continue");
    } else if (is(name, "accept-encoding")) {
        h->accepts_gzip = gzip_is_welcome(value);
    } else {
        keep_header(name, value, h);
    }
    return 0;
}

static int parse_header(const char *at, const char *end, struct http_head *h, struct progress *p)
{
    const char *colon = at;
    while (colon < end && is_token((unsigned char)*colon))
        colon++;
    if (colon == at || colon == end || *colon != ':')
        return 400; /* folded lines and spaces before the colon, too */
    for (const char *c = colon; c < end; c++)
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
            return 400;
    return take_header((struct http_text){at, (size_t)(colon - at)}, trim(colon + 1, end), h, p);
}

static int parse_lines(const char *data, const char *end, struct http_head *h)
{
    struct progress p = {0};
    const char *at = data;
    for (int line = 0; at < end; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline || newline == at || newline[-1] != '\r')
            return 400;
        if (line > HTTP_MAX_HEADERS)
            return 431;
        int r =
            line == 0 ? parse_first_line(at, newline - 1, h) : parse_header(at, newline - 1, h, &p);
        if (r)
            return r;
        at = newline + 1;
    }
    if (h->minor == 1 && !p.host)
        return 400;
    h->upgrade_websocket = p.upgrade && p.websocket && h->minor == 1 && h->method == HTTP_GET;
    return 0;
}

int http_parse(const char *data, size_t size, struct http_head *ret)
{
    const char *start = data;
    while (size >= 2 && start[0] == '\r' && start[1] == '\n') /* left over from a body before */
        start += 2, size -= 2;
    size_t looked_at = size < HTTP_MAX_HEAD ? size : HTTP_MAX_HEAD;
    const char *end = memmem(start, looked_at, "\r\n\r\n", 4);
    if (!end) {
        if (size < HTTP_MAX_HEAD)
            return -EAGAIN;
        return memchr(start, '\n', HTTP_MAX_LINE) ? 431 : 414;
    }
    struct http_head h = {.content_length = -1, .size = (size_t)(end + 4 - data)};
    int r = parse_lines(start, end + 2, &h);
    if (r)
        return r;
    *ret = h;
    return 0;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static int decode(const char *text, size_t size, bool form, char *ret_text, size_t room)
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '%') {
            if (i + 2 >= size || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0)
                return -EINVAL;
            c = (unsigned char)(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else if (form && c == '+') {
            c = ' ';
        }
        if (c < ' ' || c == 0x7f)
            return -EINVAL;
        if (length + 1 >= room)
            return -EMSGSIZE;
        ret_text[length++] = (char)c;
    }
    if (room == 0)
        return -EMSGSIZE;
    ret_text[length] = 0;
    return (int)length;
}

int http_decode(const char *text, size_t size, char *ret_text, size_t room)
{
    return decode(text, size, false, ret_text, room);
}

int http_query_value(const char *query, size_t size, const char *name, char *ret_text, size_t room)
{
    size_t name_size = strlen(name);
    const char *end = query + size;
    while (query < end) {
        const char *next = memchr(query, '&', (size_t)(end - query));
        const char *stop = next ? next : end;
        const char *equals = memchr(query, '=', (size_t)(stop - query));
        const char *name_end = equals ? equals : stop;
        if ((size_t)(name_end - query) == name_size && memcmp(query, name, name_size) == 0) {
            const char *value = equals ? equals + 1 : stop;
            return decode(value, (size_t)(stop - value), true, ret_text, room);
        }
        query = next ? next + 1 : end;
    }
    return -ENOENT;
}

/* Digits up to the end or a stop; -1 where there are none or too many. */
static int64_t number(const char **at, const char *end)
{
    int64_t value = 0;
    const char *start = *at;
    while (*at < end && **at >= '0' && **at <= '9' && *at - start < 16)
        value = value * 10 + *(*at)++ - '0';
    return *at == start ? -1 : value;
}

int http_range(struct http_text range, uint64_t size, uint64_t *ret_first, uint64_t *ret_last)
{
    const char *at = range.at, *end = at + range.size;
    if (range.size < 7 || strncasecmp(at, "bytes=", 6) != 0)
        return -ENOENT;
    at += 6;
    int64_t first = number(&at, end);
    if (at == end || *at != '-')
        return -ENOENT;
    at++;
    int64_t last = number(&at, end);
    if (at != end || (first < 0 && last < 0) || (last >= 0 && first > last))
        return -ENOENT; /* several ranges, too: the whole is a right answer */
    if (first < 0) {
        if (last == 0 || size == 0)
            return -ERANGE;
        first = (uint64_t)last < size ? (int64_t)(size - (uint64_t)last) : 0;
        last = (int64_t)size - 1;
    }
    if ((uint64_t)first >= size)
        return -ERANGE;
    *ret_first = (uint64_t)first;
    *ret_last = last < 0 || (uint64_t)last >= size ? size - 1 : (uint64_t)last;
    return 0;
}

bool http_etag_matches(struct http_text if_none_match, const char *etag)
{
    struct http_text element;
    if (is(if_none_match, "*"))
        return true;
    while (next_in_list(&if_none_match, &element)) {
        if (element.size > 2 && memcmp(element.at, "W/", 2) == 0)
            element = (struct http_text){element.at + 2, element.size - 2};
        if (element.size == strlen(etag) && memcmp(element.at, etag, element.size) == 0)
            return true;
    }
    return false;
}
