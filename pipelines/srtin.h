/* Receives one SRT stream, listening or calling: the home of libsrt.
 *
 * libsrt itself and not GStreamer's srtsrc, because a listener must stay open while encoders come
 * and go, an encoder that was killed must not hold the place until SRT notices (seconds), the one
 * who is turned away must be told and shown why, and ending must not block. It has no thread: its
 * owner polls it.
 *
 * A second encoder that calls while the first delivers is turned away; when the first has been
 * silent for SRTIN_STALE_US the newcomer takes its place. */
#ifndef MECLIS_PIPELINES_SRTIN_H
#define MECLIS_PIPELINES_SRTIN_H

#include "base/cleanup.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Without data for so long, an encoder's place may be taken by another. */
#define SRTIN_STALE_US 500000

struct srtin;

struct srtin_address {
    bool listen;
    char host[256]; /* empty with `listen`: all addresses */
    uint16_t port;
    char passphrase[80]; /* empty: unencrypted */
    char stream_id[513]; /* listening: what a caller must name, empty: anything; calling: ours */
};

/* Called from inside of srtin_poll(). Details are borrowed. */
struct srtin_events {
    void (*listening)(void *ctx); /* a listener's port is open */
    void (*connected)(void *ctx); /* what follows is a stream from its beginning */
    void (*data)(void *ctx, const uint8_t *data, size_t size); /* one packet, borrowed */
    void (*disconnected)(void *ctx);                           /* after `connected` only */
    /* Somebody was turned away, or we can't listen or reach: it goes on trying. */
    void (*trouble)(void *ctx, enum reason reason, const char *detail);
};

/* Reads srt://HOST:PORT (also [v6]:PORT and :PORT; what follows a '?' or '/' is ignored). Fills
 * host and port only. Returns 0 or -EINVAL. Pure. */
int srtin_parse_url(const char *url, struct srtin_address *ret);

/* What an SRT reject reason means for us. Pure. */
enum reason srtin_reject_reason(int srt_reason);

/* Borrows `events`; copies the address. Nothing happens before the first poll. Returns 0, -EINVAL
 * for a passphrase that SRT does not take (10 to 79 bytes), or a negative errno. */
int srtin_create(const struct srtin_address *address, const struct srtin_events *events, void *ctx,
                 struct srtin **ret);

/* Waits for something to happen, at most so long, and does all that is due: listening, calling,
 * trying again, receiving. A look-up of a name may take longer. Always on one thread. */
void srtin_poll(struct srtin *s, int timeout_ms);

/* Closes the connection if there is one, without `disconnected`: the next caller is welcome, and a
 * call is made again after so long. The polling thread. */
void srtin_drop(struct srtin *s, int64_t retry_us);

/* Does not block. Not from inside of an event. */
void srtin_destroy(struct srtin *s);

DEFINE_CLEANUP(struct srtin *, srtin_destroy)

#endif
