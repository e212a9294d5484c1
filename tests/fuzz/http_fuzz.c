#include "front/http_parse.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

static void inside(struct http_text t, const char *text, size_t size)
{
    require(t.size == 0 || (t.at >= text && t.at + t.size <= text + size));
}

static void check(const struct http_head *h, const char *text, size_t size)
{
    char out[256];
    uint64_t first, last;
    require(h->size <= size && h->size <= HTTP_MAX_HEAD + size && h->path.size > 0);
    const struct http_text all[] = {h->path,          h->query,         h->host,
                                    h->authorization, h->if_none_match, h->range,
                                    h->forwarded_for, h->ws_key,        h->ws_protocol};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        inside(all[i], text, h->size);
    int n = http_decode(h->path.at, h->path.size, out, sizeof out);
    require(n < 0 || ((size_t)n <= h->path.size && strlen(out) == (size_t)n));
    n = http_query_value(h->query.at, h->query.size, "a", out, sizeof out);
    require(n < 0 || strlen(out) == (size_t)n);
    if (http_range(h->range, 1000, &first, &last) == 0)
        require(first <= last && last < 1000);
    http_list_has(h->ws_protocol, "meclis.media.v1");
    http_etag_matches(h->if_none_match, "\"x\"");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_head h, part;
    char *text = malloc(size ? size : 1); /* its end is the memory's end */
    require(text != NULL);
    memcpy(text, data, size);
    int r = http_parse(text, size, &h);
    if (r == 0) {
        check(&h, text, size);
        /* its beginning is not a request yet */
        require(http_parse(text, h.size - 1, &part) != 0);
    }
    free(text);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "GET /m/demo?a=%41+b&c HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0.5, br\r\n\r\n",
        "GET /hls/demo/720p/1.m4s HTTP/1.1\r\nHost: x\r\nRange: bytes=5-99\r\n"
        "If-None-Match: \"a\", W/\"x\"\r\nX-Forwarded-For: 1.2.3.4, ::1\r\n\r\n",
        "POST http://x/api/v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        "Expect: 100-continue\r\nAuthorization: Bearer t\r\n\r\nhello",
        "GET /ws/demo/media HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: meclis.media.v1\r\n\r\n",
        "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};
    if (i < 0 || (size_t)i >= sizeof examples / sizeof examples[0] || strlen(examples[i]) > room)
        return 0;
    memcpy(ret, examples[i], strlen(examples[i]));
    return strlen(examples[i]);
}
