/* TLS of our own listener: OpenSSL, between lws, who brings what the socket received, and the
 * socket, which is written straight. The home of libssl.
 *
 * Several records go in one send. What the socket did not take of them stays here, for as long as
 * it waits (some 110 KB at the most): it counts as sent, nothing else goes before it, and
 * tls_flush() is to be called when the socket can be written. So whoever sends is as free as with a
 * plain socket to send something else the next time.
 */
#ifndef MECLIS_FRONT_TLS_H
#define MECLIS_FRONT_TLS_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#define TLS_REASON 256

/* Certificate and key, for all threads. */
struct tls_house;

/* Reads the files (PEM; the certificate first, then its chain). Returns 0, or a negative errno and
 * a sentence. */
int tls_house_create(const char *certificate, const char *key, struct tls_house **ret,
                     char ret_reason[TLS_REASON]);
void tls_house_destroy(struct tls_house *h);

/* Reads them again, for connections from now on; where that fails, all stays as it was. Any thread
 * that may wait for a disk. */
int tls_house_reload(struct tls_house *h, char ret_reason[TLS_REASON]);

/* One connection's; its net thread. */
struct tls;

/* Borrows the descriptor. NULL without memory. */
struct tls *tls_create(struct tls_house *h, int fd);
void tls_destroy(struct tls *t);

/* What the socket received: borrowed until tls_read() says that there is no more. */
void tls_give(struct tls *t, const uint8_t *data, size_t size);

/* Whether anything was given. */
bool tls_begun(const struct tls *t);

/* Goes on with the handshake, or reads. Returns bytes, 0 when more must be received first, or a
 * negative errno: -ECONNRESET (it said goodbye), -EPROTO, -EPIPE. */
ssize_t tls_read(struct tls *t, uint8_t *ret, size_t size);

/* Sends; returns how many bytes count as sent (0: none now), or a negative errno. */
ssize_t tls_send(struct tls *t, const struct iovec *parts, int count);

/* The same in two steps, for who sends to many at once: the bytes' records, and then how many bytes
 * of them the socket took, or a negative errno. Not while tls_waits(). tls_seal() writes up to
 * TLS_SEALED_MAX() and returns how much, or a negative errno; tls_took() returns 1, 0 where
 * something waits now, or a negative errno. All bytes count as sent. */
ssize_t tls_seal(struct tls *t, const struct iovec *parts, int count, uint8_t *ret);
int tls_took(struct tls *t, const uint8_t *sealed, size_t size, ssize_t sent);

/* At most so many bytes at once; and what becomes of them. */
#define TLS_SEAL_BYTES (96u << 10)
#define TLS_SEALED_MAX(size) ((size) + ((size) / 16384 + 2) * 512 + 16384)

/* Where those of several connections lie until they are sent: no more than the processor's nearer
 * cache holds, which would cost more than the system calls that it saves. */
struct tls_sealed {
    size_t used;
    uint8_t bytes[512 << 10];
};

/* Whether something waits for the socket to be writable; sends it. tls_flush() returns 1 when
 * nothing waits any more, 0, or a negative errno. */
bool tls_waits(const struct tls *t);
int tls_flush(struct tls *t);

/* Says goodbye, as far as the socket takes it. */
void tls_bye(struct tls *t);

DEFINE_CLEANUP(struct tls_house *, tls_house_destroy)

#endif
