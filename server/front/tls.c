#include "front/tls.h"

#include "front/sending.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define RECORD_BYTES 16384
#define RECORD_MOST (RECORD_BYTES + SSL3_RT_MAX_ENCRYPTED_OVERHEAD + SSL3_RT_HEADER_LENGTH)
/* One send's: four records, and room for what OpenSSL has to say itself. */
#define SEND_BYTES (5 * RECORD_MOST)
#define REST_MAX TLS_SEALED_MAX(TLS_SEAL_BYTES)
#define TICKET_KEYS_BYTES 80

struct tls_house {
    char certificate[1024], key[1024];
    BIO_METHOD *method;
    pthread_mutex_t lock; /* held to take or replace the context; never while a disk is read */
    SSL_CTX *context;
};

struct tls {
    SSL *ssl;
    int fd;
    const uint8_t *in; /* received, not read yet; borrowed */
    size_t in_size;
    bool begun;
    struct room *room; /* where records go while they are made; else NULL */
    uint8_t *rest;     /* made, not taken by the socket; nothing else goes before it */
    size_t rest_size, rest_sent;
};

struct room {
    uint8_t *at;
    size_t size, used;
};

/* ---- the socket, as OpenSSL sees it ---- */

static int bio_read(BIO *bio, char *ret, int size)
{
    struct tls *t = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (t->in_size == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t n = t->in_size < (size_t)size ? t->in_size : (size_t)size;
    memcpy(ret, t->in, n);
    t->in += n;
    t->in_size -= n;
    return (int)n;
}

/* Returns the bytes that the socket took, 0 when it takes none now, or a negative errno. */
static ssize_t to_socket(const struct tls *t, const uint8_t *data, size_t size)
{
    ssize_t sent = send(t->fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0)
        return sent;
    return sending_waits(errno) ? 0 : -errno;
}

/* What OpenSSL says on its own account (new keys, an alert) behind what waits already. Returns the
 * bytes, or 0 where that would be too much. */
static ssize_t keep(struct tls *t, const uint8_t *data, size_t size)
{
    if (size > REST_MAX - t->rest_size)
        return 0;
    uint8_t *more = realloc(t->rest, t->rest_size + size);
    if (!more)
        return 0;
    memcpy(more + t->rest_size, data, size);
    t->rest = more;
    t->rest_size += size;
    return (ssize_t)size;
}

static int bio_write(BIO *bio, const char *data, int size)
{
    struct tls *t = BIO_get_data(bio);
    struct room *room = t->room;
    BIO_clear_retry_flags(bio);
    if (room && (size_t)size <= room->size - room->used) {
        memcpy(room->at + room->used, data, (size_t)size);
        room->used += (size_t)size;
        return size;
    }
    ssize_t sent = 0;
    if (!room)
        sent = t->rest ? keep(t, (const uint8_t *)data, (size_t)size)
                       : to_socket(t, (const uint8_t *)data, (size_t)size);
    if (sent == 0)
        BIO_set_retry_write(bio);
    return sent > 0 ? (int)sent : -1;
}

static long bio_ctrl(BIO *bio, int command, long number, void *data)
{
    return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *new_method(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "meclis");
    if (m && BIO_meth_set_read(m, bio_read) && BIO_meth_set_write(m, bio_write) &&
        BIO_meth_set_ctrl(m, bio_ctrl))
        return m;
    BIO_meth_free(m);
    return NULL;
}

/* ---- certificate and key ---- */

static int fail(char ret_reason[TLS_REASON], const char *file)
{
    char text[160];
    ERR_error_string_n(ERR_peek_last_error(), text, sizeof text);
    snprintf(ret_reason, TLS_REASON, "%.80s: %s", file, text);
    ERR_clear_error();
    return -EINVAL;
}

static bool set_up(SSL_CTX *x)
{
    SSL_CTX_set_options(x, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    /* no buffers while idle; as much as the socket takes; the caller's bytes may have moved */
    SSL_CTX_set_mode(x, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(x, SSL_SESS_CACHE_OFF); /* tickets keep nothing here */
    SSL_CTX_set_num_tickets(x, 1);
    return SSL_CTX_set_min_proto_version(x, TLS1_2_VERSION) &&
           SSL_CTX_set_cipher_list(x, "ECDHE+AESGCM:ECDHE+CHACHA20") &&
           SSL_CTX_set_ciphersuites(x, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                       "TLS_CHACHA20_POLY1305_SHA256");
}

static int load(const struct tls_house *h, SSL_CTX **ret, char ret_reason[TLS_REASON])
{
    ERR_clear_error();
    SSL_CTX *x = SSL_CTX_new(TLS_server_method());
    if (!x)
        return -ENOMEM;
    int r = set_up(x) ? 0 : fail(ret_reason, "OpenSSL");
    if (r == 0 && SSL_CTX_use_certificate_chain_file(x, h->certificate) != 1)
        r = fail(ret_reason, h->certificate);
    if (r == 0 && (SSL_CTX_use_PrivateKey_file(x, h->key, SSL_FILETYPE_PEM) != 1 ||
                   SSL_CTX_check_private_key(x) != 1))
        r = fail(ret_reason, h->key);
    if (r < 0) {
        SSL_CTX_free(x);
        return r;
    }
    *ret = x;
    return 0;
}

int tls_house_create(const char *certificate, const char *key, struct tls_house **ret,
                     char ret_reason[TLS_REASON])
{
    struct tls_house *h = calloc(1, sizeof *h);
    if (!h)
        return -ENOMEM;
    pthread_mutex_init(&h->lock, NULL);
    h->method = new_method();
    int r = h->method ? 0 : -ENOMEM;
    if (strlen(certificate) >= sizeof h->certificate || strlen(key) >= sizeof h->key)
        r = -ENAMETOOLONG;
    if (r == 0) {
        memcpy(h->certificate, certificate, strlen(certificate) + 1);
        memcpy(h->key, key, strlen(key) + 1);
        r = load(h, &h->context, ret_reason);
    }
    if (r < 0) {
        tls_house_destroy(h);
        return r;
    }
    *ret = h;
    return 0;
}

void tls_house_destroy(struct tls_house *h)
{
    if (!h)
        return;
    SSL_CTX_free(h->context);
    BIO_meth_free(h->method);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

int tls_house_reload(struct tls_house *h, char ret_reason[TLS_REASON])
{
    unsigned char keys[TICKET_KEYS_BYTES]; /* who has a ticket comes again with it */
    SSL_CTX *fresh;
    int r = load(h, &fresh, ret_reason);
    if (r < 0)
        return r;
    pthread_mutex_lock(&h->lock);
    SSL_CTX *old = h->context;
    if (SSL_CTX_get_tlsext_ticket_keys(old, keys, sizeof keys) == 1)
        SSL_CTX_set_tlsext_ticket_keys(fresh, keys, sizeof keys);
    h->context = fresh;
    pthread_mutex_unlock(&h->lock);
    OPENSSL_cleanse(keys, sizeof keys);
    SSL_CTX_free(old); /* its connections keep it */
    return 0;
}

/* ---- a connection ---- */

struct tls *tls_create(struct tls_house *h, int fd)
{
    struct tls *t = calloc(1, sizeof *t);
    BIO *bio = BIO_new(h->method);
    pthread_mutex_lock(&h->lock);
    SSL *ssl = SSL_new(h->context);
    pthread_mutex_unlock(&h->lock);
    if (!t || !bio || !ssl) {
        SSL_free(ssl);
        BIO_free(bio);
        free(t);
        return NULL;
    }
    t->fd = fd;
    t->ssl = ssl;
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
    return t;
}

void tls_destroy(struct tls *t)
{
    if (!t)
        return;
    SSL_free(t->ssl);
    free(t->rest);
    free(t);
}

void tls_give(struct tls *t, const uint8_t *data, size_t size)
{
    t->in = data;
    t->in_size = size;
    t->begun = true;
}

bool tls_begun(const struct tls *t)
{
    return t->begun;
}

/* Returns 0 where it is to be called again later. */
static int outcome(struct tls *t, int r)
{
    switch (SSL_get_error(t->ssl, r)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return 0;
    case SSL_ERROR_ZERO_RETURN:
        return -ECONNRESET;
    case SSL_ERROR_SYSCALL:
        return -EPIPE;
    default:
        return -EPROTO;
    }
}

ssize_t tls_read(struct tls *t, uint8_t *ret, size_t size)
{
    size_t n = 0;
    ERR_clear_error();
    int r = SSL_read_ex(t->ssl, ret, size, &n);
    if (r == 1)
        return (ssize_t)n;
    /* A fresh socket takes every answer of a handshake. Who asks for new keys again and again and
     * reads nothing is let go: what it sent besides is not kept. */
    return SSL_get_error(t->ssl, r) == SSL_ERROR_WANT_WRITE ? -EPROTO : outcome(t, r);
}

bool tls_waits(const struct tls *t)
{
    return t->rest;
}

int tls_flush(struct tls *t)
{
    if (!t->rest)
        return 1;
    ssize_t sent = to_socket(t, t->rest + t->rest_sent, t->rest_size - t->rest_sent);
    if (sent < 0)
        return (int)sent;
    t->rest_sent += (size_t)sent;
    if (t->rest_sent < t->rest_size)
        return 0;
    free(t->rest);
    t->rest = NULL;
    return 1;
}

int tls_took(struct tls *t, const uint8_t *sealed, size_t size, ssize_t sent)
{
    if (sent < 0)
        return sending_waits((int)-sent) ? tls_took(t, sealed, size, 0) : (int)sent;
    size_t left = size - (size_t)sent;
    if (left == 0)
        return 1;
    t->rest = malloc(left);
    if (!t->rest)
        return -ENOMEM;
    memcpy(t->rest, sealed + sent, left);
    t->rest_size = left;
    t->rest_sent = 0;
    return 0;
}

/* One record's bytes from the offset on: where they lie, or gathered. Returns their number. */
static size_t next_record(const struct iovec *parts, int count, size_t offset, uint8_t *scratch,
                          const uint8_t **ret)
{
    size_t size = 0;
    for (int i = 0; i < count && size < RECORD_BYTES; i++) {
        if (offset >= parts[i].iov_len) {
            offset -= parts[i].iov_len;
            continue;
        }
        const uint8_t *from = (const uint8_t *)parts[i].iov_base + offset;
        size_t left = parts[i].iov_len - offset, room = RECORD_BYTES - size;
        offset = 0;
        if (size == 0 && (left >= room || i == count - 1)) {
            *ret = from;
            return left < room ? left : room;
        }
        size_t n = left < room ? left : room;
        memcpy(scratch + size, from, n);
        size += n;
        *ret = scratch;
    }
    return size;
}

/* Makes records of the bytes from the offset on, as many as there is room for. Returns how far it
 * came, or a negative errno. */
static ssize_t make_records(struct tls *t, struct room *room, const struct iovec *parts, int count,
                            size_t offset)
{
    uint8_t scratch[RECORD_BYTES];
    const uint8_t *from = NULL;
    int r = 1;
    t->room = room;
    while (r == 1 && room->size - room->used >= RECORD_MOST) {
        size_t made = 0, size = next_record(parts, count, offset, scratch, &from);
        if (size == 0)
            break;
        ERR_clear_error();
        r = SSL_write_ex(t->ssl, from, size, &made);
        offset += made;
    }
    t->room = NULL;
    if (r == 1)
        return (ssize_t)offset;
    r = outcome(t, r);
    return r ? r : -EPROTO;
}

static size_t size_of(const struct iovec *parts, int count)
{
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += parts[i].iov_len;
    return size;
}

ssize_t tls_seal(struct tls *t, const struct iovec *parts, int count, uint8_t *ret)
{
    size_t size = size_of(parts, count);
    struct room room = {.at = ret, .size = TLS_SEALED_MAX(size)};
    ssize_t r = make_records(t, &room, parts, count, 0);
    if (r < 0)
        return r;
    return (size_t)r == size ? (ssize_t)room.used : -EPROTO;
}

ssize_t tls_send(struct tls *t, const struct iovec *parts, int count)
{
    uint8_t bytes[SEND_BYTES];
    size_t sent = 0, size = size_of(parts, count);
    int r = tls_flush(t);
    if (r <= 0)
        return r;
    while (sent < size && r > 0) {
        struct room room = {.at = bytes, .size = sizeof bytes};
        ssize_t to = make_records(t, &room, parts, count, sent);
        if (to < 0)
            return to;
        sent = (size_t)to;
        r = tls_took(t, bytes, room.used, to_socket(t, bytes, room.used));
    }
    return r < 0 ? r : (ssize_t)sent;
}

void tls_bye(struct tls *t)
{
    ERR_clear_error();
    if (SSL_is_init_finished(t->ssl) && !tls_waits(t))
        SSL_shutdown(t->ssl);
    ERR_clear_error();
}
