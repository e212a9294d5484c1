#include "front/http.h"

#include "front/events.h"
#include "front/full.h"
#include "front/hls.h"
#include "front/hls_path.h"
#include "front/request.h"
#include "front/response.h"
#include "front/viewer.h"
#include "front/ws_upgrade.h"

#include <stdio.h>
#include <string.h>

void http_text(struct conn *c, int status, const char *type, const char *text, const char *headers)
{
    struct bytes *body = bytes_copy(text, strlen(text));
    struct answer a = {.status = status,
                       .content_type = type,
                       .headers = headers,
                       .cors = true,
                       .parts = &body,
                       .count = body ? 1 : 0};
    response_begin(c, &a);
    bytes_unref(body);
}

/* Turkish first, as everything that people read. */
static const char *sentence(int status)
{
    switch (status) {
    case 400:
        return "İstek anlaşılamadı.\nThe request could not be understood.\n";
    case 403:
        return "Bu sayfanın buraya bağlanmasına izin verilmiyor.\n"
               "That page may not connect here.\n";
    case 404:
        return "Böyle bir sayfa yok.\nThere is no such page.\n";
    case 405:
        return "Bu adres bu yöntemi kabul etmiyor.\nThis address does not take that method.\n";
    case 408:
        return "İstek tamamlanmadı.\nThe request did not come to its end.\n";
    case 411:
        return "İsteğin uzunluğu belirtilmeli.\nThe request must say its length.\n";
    case 413:
        return "İstek çok büyük.\nThe request is too large.\n";
    case 414:
        return "Adres çok uzun.\nThe address is too long.\n";
    case 426:
        return "Bu adres yalnızca WebSocket içindir.\nThis address is for WebSockets only.\n";
    case 431:
        return "İsteğin başlıkları çok büyük.\nThe request's headers are too large.\n";
    case 503:
        return "Şu anda yanıt verilemiyor.\nNo answer can be given at the moment.\n";
    case 505:
        return "Yalnızca HTTP/1.0 ve 1.1.\nHTTP/1.0 and 1.1 only.\n";
    default:
        return "İstek yerine getirilemedi.\nThe request could not be carried out.\n";
    }
}

void http_error(struct conn *c, int status)
{
    const char *headers = NULL;
    if (status == 405)
        headers = "Allow: GET, HEAD\r\n";
    else if (status == 426)
        headers = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    else if (status == 503)
        headers = "Retry-After: 2\r\n";
    if (c->body == NULL && c->head.content_length > 0)
        c->close_after = true; /* a body that nobody reads */
    http_text(c, status, "text/plain; charset=utf-8", sentence(status), headers);
}

bool http_path(const struct conn *c, char path[HTTP_PATH_BYTES])
{
    return http_decode(c->head.path.at, c->head.path.size, path, HTTP_PATH_BYTES) > 0;
}

void http_meeting(const char *path, char ret[ID_MAX])
{
    const char *slash = path[0] == '/' ? strchr(path + 1, '/') : NULL;
    size_t size = slash ? strcspn(slash + 1, "/") : 0;
    ret[0] = 0;
    if (size == 0 || size >= ID_MAX)
        return;
    memcpy(ret, slash + 1, size);
    ret[size] = 0;
    if (!id_valid(ret))
        ret[0] = 0;
}

static bool begins(const char *path, const char *prefix)
{
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

static bool is_application(const char *path)
{
    static const char *const others[] = {"/calendar.ics", "/feed.xml",   "/healthz",    "/metrics",
                                         "/oembed",       "/robots.txt", "/sitemap.xml"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(path, others[i]) == 0)
            return true;
    return begins(path, "/api/");
}

static bool reads(const struct conn *c)
{
    return c->head.method == HTTP_GET || c->head.method == HTTP_HEAD;
}

/* Another site's page may read what is public, and change nothing: the browser would lend it its
 * reader's cookies. */
static bool is_of_our_pages(const struct conn *c)
{
    return ws_origin_allowed(c->head.origin, c->head.host, c->net->front->allowed_origins);
}

bool http_wants_body(struct conn *c)
{
    char path[HTTP_PATH_BYTES];
    if (c->refused) {
        full_answer(c);
        return false;
    }
    if (c->head.content_length > FRONT_MAX_BODY_BYTES) {
        http_error(c, 413);
        return false;
    }
    if (http_path(c, path) && is_application(path) && !reads(c))
        return true;
    http_error(c, reads(c) ? 400 : 405);
    return false;
}

static void page_headers(const struct conn *c, const struct page *page, const char *path,
                         char *text, size_t size)
{
    const char *ancestors = "'none'";
    if (begins(path, "/embed/"))
        ancestors = c->net->front->embed_ancestors;
    int n = snprintf(text, size, "%s", page->gzip ? "Vary: Accept-Encoding\r\n" : "");
    if (page->html)
        snprintf(text + n, size - (size_t)n,
                 "Content-Security-Policy: default-src 'self'; script-src 'self'; "
                 "style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
                 "connect-src 'self' ws: wss:; worker-src 'self' blob:; base-uri 'none'; "
                 "form-action 'self'; object-src 'none'; frame-ancestors %s\r\n"
                 "Referrer-Policy: strict-origin-when-cross-origin\r\n",
                 ancestors);
}

static struct bytes *filling_of(const struct page_slot *slot, const struct front_filling *fillings)
{
    for (int i = 0; i < FRONT_MAX_FILLINGS; i++)
        if (fillings[i].html && strcmp(fillings[i].slot, slot->name) == 0)
            return fillings[i].html;
    return slot->built;
}

/* A page with its slots filled; it is the reader's alone, so nothing keeps it. */
static void answer_filled(struct conn *c, const struct page *page,
                          const struct front_filling *fillings, char *headers, size_t size)
{
    size_t n = strlen(headers);
    snprintf(headers + n, size - n, "Vary: Accept-Language\r\n");
    struct bytes *parts[2 * PAGES_MAX_SLOTS + 1];
    struct answer a = {
        .status = 200, .content_type = page->content_type, .headers = headers, .parts = parts};
    for (int i = 0; i < page->slot_count; i++) {
        parts[a.count++] = page->slots[i].before;
        parts[a.count++] = filling_of(&page->slots[i], fillings);
    }
    parts[a.count++] = page->after;
    response_begin(c, &a);
}

static bool is_filled(const struct front_filling *fillings)
{
    for (int i = 0; fillings && i < FRONT_MAX_FILLINGS; i++)
        if (fillings[i].html)
            return true;
    return false;
}

void http_page(struct conn *c, const char *path, int status, const struct front_filling *fillings)
{
    const struct page *page = pages_find(c->net->front->pages, path);
    if (!page) {
        http_error(c, 404);
        return;
    }
    char headers[1200];
    page_headers(c, page, path, headers, sizeof headers);
    if (page->slot_count && is_filled(fillings)) {
        answer_filled(c, page, fillings, headers, sizeof headers);
        return;
    }
    bool gzip = page->gzip && c->head.accepts_gzip;
    struct answer a = {.status = status,
                       .content_type = page->content_type,
                       .cache_control = page->immutable ? "public, max-age=31536000, immutable"
                                        : page->html    ? "no-cache"
                                                        : "public, max-age=3600",
                       .etag = gzip ? page->gzip_etag : page->etag,
                       .headers = headers,
                       .cors = !page->html,
                       .gzip = gzip,
                       .ranges = true,
                       .parts = gzip ? &page->gzip : &page->plain,
                       .count = 1};
    response_begin(c, &a);
}

/* A page with slots is the application's to fill. */
static void answer_page(struct conn *c, const char *path)
{
    const struct page *page = pages_find(c->net->front->pages, path);
    if (page && page->slot_count)
        request_hand_over(c, path);
    else
        http_page(c, path, 200, NULL);
}

static void answer_preflight(struct conn *c, const char *path)
{
    struct answer a = {.status = 204,
                       .cache_control = "max-age=86400",
                       .headers = "Allow: GET, HEAD, OPTIONS\r\n"
                                  "Access-Control-Allow-Methods: GET, HEAD\r\n"
                                  "Access-Control-Allow-Headers: Range, If-None-Match\r\n"
                                  "Access-Control-Max-Age: 86400\r\n",
                       .cors = begins(path, "/hls/") || begins(path, "/api/")};
    response_begin(c, &a);
}

static void answer_socket(struct conn *c, const char *path)
{
    char meeting[ID_MAX];
    http_meeting(path, meeting);
    const char *which = strchr(path + 4, '/') ? strchr(path + 4, '/') : "";
    bool events = strcmp(which, "/events") == 0;
    if (!meeting[0] || (!events && strcmp(which, "/media") != 0))
        http_error(c, 404);
    else if (!reads(c))
        http_error(c, 405);
    else if (!c->head.upgrade_websocket)
        http_error(c, 426);
    else if (events)
        events_upgrade(c, meeting);
    else
        viewer_upgrade(c, meeting);
}

void http_handle(struct conn *c)
{
    char path[HTTP_PATH_BYTES];
    struct hls_path hls;
    if (!http_path(c, path)) {
        http_error(c, 400);
        return;
    }
    if (c->refused) {
        full_answer(c);
    } else if (c->head.method == HTTP_OPTIONS) {
        answer_preflight(c, path);
    } else if (is_application(path) && c->head.method != HTTP_OTHER) {
        if (reads(c) || is_of_our_pages(c))
            request_hand_over(c, path);
        else
            http_error(c, 403);
    } else if (begins(path, "/ws/")) {
        answer_socket(c, path);
    } else if (!reads(c)) {
        http_error(c, 405);
    } else if (begins(path, "/hls/")) {
        if (hls_path_parse(path, &hls) < 0)
            http_error(c, 404);
        else
            hls_answer(c, path, &hls);
    } else {
        answer_page(c, path);
    }
}
