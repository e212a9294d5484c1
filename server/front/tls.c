#include "front/tls.h"

#include "front/sending.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define RECORD_BYTES 16384
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
    size_t waiting; /* of a record that the socket took in part, or not at all */
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

static int bio_write(BIO *bio, const char *data, int size)
{
    struct tls *t = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = send(t->fd, data, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && sending_waits(errno))
        BIO_set_retry_write(bio);
    return (int)sent;
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
    return t->waiting > 0;
}

int tls_flush(struct tls *t)
{
    size_t n;
    uint8_t none;
    ERR_clear_error();
    if (t->waiting == 0)
        return 1;
    /* the record is made already: of the bytes only their number is looked at */
    int r = SSL_write_ex(t->ssl, &none, t->waiting, &n);
    if (r != 1)
        return outcome(t, r);
    t->waiting = 0;
    return 1;
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

ssize_t tls_send(struct tls *t, const struct iovec *parts, int count)
{
    uint8_t scratch[RECORD_BYTES];
    const uint8_t *from = NULL;
    size_t sent = 0, size;
    if (tls_waits(t)) {
        int r = tls_flush(t);
        if (r <= 0)
            return r;
    }
    while ((size = next_record(parts, count, sent, scratch, &from)) > 0) {
        size_t n;
        ERR_clear_error();
        int r = SSL_write_ex(t->ssl, from, size, &n);
        if (r == 1) {
            sent += n;
            continue;
        }
        if (outcome(t, r) < 0 || SSL_get_error(t->ssl, r) != SSL_ERROR_WANT_WRITE)
            return sent ? (ssize_t)sent : outcome(t, r);
        t->waiting = size;
        return (ssize_t)(sent + size);
    }
    return (ssize_t)sent;
}

void tls_bye(struct tls *t)
{
    ERR_clear_error();
    if (SSL_is_init_finished(t->ssl) && !tls_waits(t))
        SSL_shutdown(t->ssl);
    ERR_clear_error();
}
