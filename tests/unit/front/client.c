#include "client.h"

#include "../cmocka_all.h"
#include "front/ws_frame.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define WAIT_MS 15000

int client_connect(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

void client_send(int fd, const void *data, size_t size)
{
    const char *at = data;
    while (size) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* the server may have closed already: the answer tells */
        at += n;
        size -= (size_t)n;
    }
}

void client_send_text(int fd, const char *text)
{
    client_send(fd, text, strlen(text));
}

int client_read(int fd, void *data, size_t size, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, timeout_ms) <= 0)
        return -1;
    ssize_t n = recv(fd, data, size, 0);
    return n < 0 ? 0 : (int)n;
}

static long length_of(const struct client_response *r)
{
    const char *text = client_header(r, "Content-Length");
    return text[0] ? strtol(text, NULL, 10) : 0;
}

int client_response_read(int fd, bool head_only, struct client_response *ret)
{
    struct client_response r = {0};
    size_t size = 0;
    buf_init(&r.body, 64u << 20);
    while (size < 4 || memcmp(r.head + size - 4, "\r\n\r\n", 4) != 0) {
        if (size + 1 == sizeof r.head || client_read(fd, r.head + size, 1, WAIT_MS) != 1)
            return -1;
        size++;
    }
    r.status = (int)strtol(r.head + 9, NULL, 10);
    long left = head_only || r.status == 304 ? 0 : length_of(&r);
    while (left > 0) {
        uint8_t chunk[65536];
        int n = client_read(fd, chunk, (size_t)left < sizeof chunk ? (size_t)left : sizeof chunk,
                            WAIT_MS);
        if (n <= 0) {
            buf_finish(&r.body);
            return -1;
        }
        buf_add(&r.body, chunk, (size_t)n);
        left -= n;
    }
    buf_text(&r.body);
    *ret = r;
    return 0;
}

void client_response_finish(struct client_response *r)
{
    buf_finish(&r->body);
}

void client_get(int port, const char *path, const char *headers, struct client_response *ret)
{
    char request[4096];
    int fd = client_connect(port);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\n\r\n",
             path, headers ? headers : "");
    client_send_text(fd, request);
    assert_int_equal(client_response_read(fd, false, ret), 0);
    char byte;
    assert_int_equal(client_read(fd, &byte, 1, WAIT_MS), 0);
    close(fd);
}

int client_status(int port, const char *path)
{
    struct client_response r;
    client_get(port, path, NULL, &r);
    client_response_finish(&r);
    return r.status;
}

int client_say(int port, const char *request)
{
    struct client_response r;
    int fd = client_connect(port);
    client_send_text(fd, request);
    int status = client_response_read(fd, false, &r) == 0 ? r.status : -1;
    if (status > 0)
        client_response_finish(&r);
    close(fd);
    return status;
}

const char *client_header(const struct client_response *r, const char *name)
{
    static char value[1024];
    size_t size = strlen(name);
    value[0] = 0;
    for (const char *line = strstr(r->head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
        const char *at = line + 2;
        if (strncasecmp(at, name, size) == 0 && at[size] == ':')
            snprintf(value, sizeof value, "%.*s", (int)strcspn(at + size + 2, "\r"), at + size + 2);
    }
    return value;
}

int client_ws_try(int port, const char *path, const char *protocol, const char *headers,
                  struct client_socket *ret)
{
    char request[1024];
    struct client_response r;
    int fd = client_connect(port);
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: %s\r\n%s\r\n",
             path, protocol, headers ? headers : "");
    client_send_text(fd, request);
    assert_int_equal(client_response_read(fd, true, &r), 0);
    client_response_finish(&r);
    if (r.status != 101) {
        close(fd);
        return r.status;
    }
    /* the example of RFC 6455, 1.3 */
    assert_string_equal(client_header(&r, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_string_equal(client_header(&r, "Sec-WebSocket-Protocol"), protocol);
    ret->fd = fd;
    buf_init(&ret->in, 256u << 20);
    return 101;
}

void client_ws_open(int port, const char *path, struct client_socket *ret)
{
    assert_int_equal(client_ws_try(port, path, "meclis.media.v1", NULL, ret), 101);
}

void client_ws_close(struct client_socket *s)
{
    close(s->fd);
    buf_finish(&s->in);
}

void client_ws_send(struct client_socket *s, int opcode, const void *payload, size_t size)
{
    uint8_t frame[WS_HEADER_MAX + 4 + 70000];
    assert_true(size <= 70000);
    size_t n = ws_header_write((enum ws_opcode)opcode, size, frame);
    frame[1] |= 0x80;
    const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
    memcpy(frame + n, mask, 4);
    for (size_t i = 0; i < size; i++)
        frame[n + 4 + i] = ((const uint8_t *)payload)[i] ^ mask[i & 3];
    client_send(s->fd, frame, n + 4 + size);
}

void client_ws_send_text(struct client_socket *s, const char *text)
{
    client_ws_send(s, WS_TEXT, text, strlen(text));
}

/* Header and payload sizes of the frame at the beginning; false while it is not whole. */
static bool frame_sizes(const struct buf *in, size_t *ret_header, size_t *ret_payload)
{
    if (in->size < 2)
        return false;
    assert_false(in->data[1] & 0x80); /* a server does not mask */
    size_t payload = in->data[1] & 127, extended = payload == 126 ? 2 : payload == 127 ? 8 : 0;
    if (in->size < 2 + extended)
        return false;
    if (extended) {
        payload = 0;
        for (size_t i = 0; i < extended; i++)
            payload = payload << 8 | in->data[2 + i];
    }
    *ret_header = 2 + extended;
    *ret_payload = payload;
    return in->size >= *ret_header + payload;
}

bool client_ws_whole(const struct client_socket *s)
{
    size_t header, payload;
    return frame_sizes(&s->in, &header, &payload);
}

int client_ws_read(struct client_socket *s, int timeout_ms, struct bytes **ret)
{
    size_t header, payload;
    while (!frame_sizes(&s->in, &header, &payload)) {
        uint8_t chunk[65536];
        int n = client_read(s->fd, chunk, sizeof chunk, timeout_ms);
        if (n <= 0)
            return -1;
        assert_int_equal(buf_add(&s->in, chunk, (size_t)n), 0);
    }
    assert_true(s->in.data[0] & 0x80);
    int opcode = s->in.data[0] & 15;
    *ret = bytes_copy(s->in.data + header, payload);
    buf_drop(&s->in, header + payload);
    return opcode;
}

void feed_fill(uint8_t *data, size_t size, int track, uint64_t seq)
{
    uint64_t state = seq * 0x9e3779b97f4a7c15u + (uint64_t)track;
    for (size_t i = 0; i < size; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        data[i] = (uint8_t)(state >> 56);
    }
}

bool feed_check(const uint8_t *data, size_t size, int track, uint64_t seq)
{
    cleanup_free uint8_t *expected = malloc(size ? size : 1);
    feed_fill(expected, size, track, seq);
    return memcmp(data, expected, size) == 0;
}

static void publish_init(struct front *f, const char *meeting, uint8_t track)
{
    char text[32];
    int size = snprintf(text, sizeof text, "init of %d", track);
    struct track_init init = {.track = track,
                              .number = 1,
                              .timescale = 90000,
                              .width = track == FEED_HIGH  ? 1280
                                       : track == FEED_LOW ? 640
                                                           : 0,
                              .height = track == FEED_HIGH  ? 720
                                        : track == FEED_LOW ? 360
                                                            : 0,
                              .bytes = bytes_copy(text, (size_t)size)};
    snprintf(init.codec, sizeof init.codec, "%s",
             track == FEED_SOUND ? "mp4a.40.2" : "avc1.64001f");
    front_channel_init(f, meeting, &init);
    bytes_unref(init.bytes);
}

void feed_open(struct front *f, const char *meeting, const struct feed_options *o)
{
    struct front_channel_info info = {
        .grid_us = o->grid_ms * 1000,
        .epoch_boot_us = o->epoch_boot_us,
        .track_count = 3,
        .tracks = {{FEED_HIGH, TRACK_VIDEO, "720p", 1500000},
                   {FEED_LOW, TRACK_VIDEO, "360p", 450000},
                   {FEED_SOUND, TRACK_AUDIO, "audio", 48000}},
    };
    snprintf(info.meeting, sizeof info.meeting, "%s", meeting);
    front_channel_open(f, &info);
    for (uint8_t track = FEED_HIGH; track <= FEED_SOUND; track++)
        publish_init(f, meeting, track);
}

void feed_frame(struct front *f, const char *meeting, const struct feed_options *o, int frame)
{
    const size_t sizes[] = {0, o->high_bytes, o->low_bytes, 300};
    const uint8_t order[] = {FEED_HIGH, FEED_LOW, FEED_SOUND};
    for (int i = 0; i < 3; i++) {
        uint8_t track = order[i];
        bool keyframe = frame * 40 % o->grid_ms == 0;
        size_t size = track != FEED_SOUND && keyframe ? sizes[track] * 4 : sizes[track];
        struct fragment x = {.track = track,
                             .flags = track == FEED_SOUND || keyframe ? FRAGMENT_SYNC : 0,
                             .init = 1,
                             .seq = 1000 + (uint64_t)frame,
                             .dts = (int64_t)frame * 3600,
                             .duration = 3600,
                             .timescale = 90000,
                             .capture_utc_us = 1700000000000000 + (int64_t)frame * 40000,
                             .bytes = bytes_new(size)};
        feed_fill(x.bytes->data, size, track, x.seq);
        front_channel_fragment(f, meeting, &x);
        bytes_unref(x.bytes);
    }
}

static void reply_with_path(struct front_request *r)
{
    struct front_response response = {.status = 200, .content_type = "text/plain", .cors = true};
    const char *path = front_request_path(r);
    response.body = bytes_copy(path, strlen(path));
    if (front_request_body(r)) {
        bytes_unref(response.body);
        response.body = bytes_copy(front_request_body(r)->data, front_request_body(r)->size);
    }
    front_reply(r, &response);
}

static void on_request(void *ctx, struct front_request *r)
{
    struct test_app *app = ctx;
    if (strstr(front_request_path(r), "slow") && app->count < 64)
        app->held[app->count++] = r;
    else
        reply_with_path(r);
}

const struct front_ops test_app_ops = {.request = on_request};

void test_app_flush(struct test_app *app)
{
    while (app->count)
        reply_with_path(app->held[--app->count]);
}
