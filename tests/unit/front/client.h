/* What the front's tests stand on: a client of raw sockets, and a broadcast made of nothing. */
#ifndef MECLIS_FRONT_CLIENT_H
#define MECLIS_FRONT_CLIENT_H

#include "base/buf.h"
#include "front/front.h"

/* ---- a client ---- */

/* Connects to 127.0.0.1 and returns the descriptor; fails the test where that can't be. */
int client_connect(int port);
void client_send(int fd, const void *data, size_t size);
void client_send_text(int fd, const char *text);

/* Reads up to `size` bytes, at least one. Returns 0 at the end, -1 when nothing comes in time. */
int client_read(int fd, void *data, size_t size, int timeout_ms);

struct client_response {
    int status;
    char head[4096];
    struct buf body;
};

/* Reads one whole response; a HEAD's has no body. Returns 0, or -1 when it does not come. */
int client_response_read(int fd, bool head_only, struct client_response *ret);
void client_response_finish(struct client_response *r);

/* One request on a connection of its own. */
void client_get(int port, const char *path, const char *headers, struct client_response *ret);
int client_status(int port, const char *path);

/* The same of a request that is given whole, bad ones too; -1 where there is no answer. */
int client_say(int port, const char *request);

/* The header's value, "" where there is none; in a static buffer. */
const char *client_header(const struct client_response *r, const char *name);

/* ---- a client on a WebSocket ---- */

struct client_socket {
    int fd;
    struct buf in;
};

void client_ws_open(int port, const char *path, struct client_socket *ret);

/* The same of another subprotocol, with more header lines. Returns the answer's status; only at 101
 * is there a socket. */
int client_ws_try(int port, const char *path, const char *protocol, const char *headers,
                  struct client_socket *ret);
void client_ws_close(struct client_socket *s);

/* Sends a masked frame. */
void client_ws_send(struct client_socket *s, int opcode, const void *payload, size_t size);
void client_ws_send_text(struct client_socket *s, const char *text);

/* The next frame: its opcode, its payload in *ret (owned). -1 when none comes in time. */
int client_ws_read(struct client_socket *s, int timeout_ms, struct bytes **ret);

/* Whether a whole frame has been read already, so that client_ws_read() reads no further. */
bool client_ws_whole(const struct client_socket *s);

/* ---- a broadcast ---- */

/* Two renditions at 25 frames a second, a keyframe each two seconds, and sound of 40 ms. Every
 * fragment's bytes say what it is, so that a client can check each one. */
enum { FEED_HIGH = 1, FEED_LOW = 2, FEED_SOUND = 3 };

struct feed_options {
    size_t high_bytes, low_bytes;
    int grid_ms;
    int64_t epoch_boot_us; /* the boot clock at frame 0 */
};

/* Opens the channel with its inits. */
void feed_open(struct front *f, const char *meeting, const struct feed_options *o);

/* Publishes frame number `frame` of each track (40 ms of media time each). */
void feed_frame(struct front *f, const char *meeting, const struct feed_options *o, int frame);

/* The bytes of a fragment, as made and as checked. */
void feed_fill(uint8_t *data, size_t size, int track, uint64_t seq);
bool feed_check(const uint8_t *data, size_t size, int track, uint64_t seq);

/* ---- the application behind ---- */

/* Answers what it is asked with the path, as text; a path with "slow" is kept until
 * test_app_flush().
 */
extern const struct front_ops test_app_ops;

struct test_app {
    int count;
    struct front_request *held[64];
};

void test_app_flush(struct test_app *app);

#endif
