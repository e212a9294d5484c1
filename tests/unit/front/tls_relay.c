#include "tls_relay.h"

#include "../cmocka_all.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK_BYTES 16384
#define MAX_LINKS 4096
#define LAST_TURNS 40 /* after the stop: what the front said last is still handed on */

struct tls_relay {
    SSL_CTX *context;
    int fd, port, tls_port;
    atomic_bool stop;
    pthread_t acceptor;
    int count;
    pthread_t links[MAX_LINKS];
};

struct link {
    struct tls_relay *relay;
    int client, server;
    SSL *ssl;
    uint8_t down[CHUNK_BYTES]; /* for the client */
    size_t down_at, down_size;
    uint8_t up[CHUNK_BYTES]; /* for the server */
    size_t up_at, up_size;
    bool client_ended, server_ended, told;
};

static int open_socket(int port, bool listening)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), small = 16384, one = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listening) {
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
        if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 256) < 0)
            abort();
        return fd;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Each of the four returns false when its side has come to its end. */
static bool from_client(struct link *l)
{
    if (l->up_size || l->client_ended)
        return true;
    ssize_t n = recv(l->client, l->up, sizeof l->up, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN;
    l->client_ended = n == 0;
    l->up_at = 0;
    l->up_size = (size_t)n;
    return true;
}

static bool wants_more(const struct link *l, int r)
{
    int error = SSL_get_error(l->ssl, r);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static bool to_server(struct link *l)
{
    size_t n;
    if (l->up_size == 0) {
        if (l->client_ended && !l->told)
            shutdown(l->server, SHUT_WR);
        l->told = l->client_ended;
        return true;
    }
    int r = SSL_write_ex(l->ssl, l->up + l->up_at, l->up_size, &n);
    if (r != 1)
        return wants_more(l, r);
    l->up_at += n;
    l->up_size -= n;
    return true;
}

static bool from_server(struct link *l)
{
    size_t n;
    if (l->down_size || l->server_ended)
        return true;
    int r = SSL_read_ex(l->ssl, l->down, sizeof l->down, &n);
    if (r != 1) {
        l->server_ended = !wants_more(l, r);
        if (l->server_ended)
            shutdown(l->client, SHUT_WR);
        return true;
    }
    l->down_at = 0;
    l->down_size = n;
    return true;
}

static bool to_client(struct link *l)
{
    if (l->down_size == 0)
        return true;
    ssize_t n = send(l->client, l->down + l->down_at, l->down_size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN;
    l->down_at += (size_t)n;
    l->down_size -= (size_t)n;
    if (l->down_size == 0 && l->server_ended)
        shutdown(l->client, SHUT_WR);
    return true;
}

static void *carry(void *arg)
{
    struct link *l = arg;
    for (int left = LAST_TURNS; left > 0;) {
        left -= atomic_load(&l->relay->stop);
        if (left < LAST_TURNS && l->server_ended && l->down_size == 0)
            break;
        bool on = from_client(l) && to_server(l) && from_server(l) && to_client(l);
        if (!on || (l->server_ended && l->down_size == 0 && l->client_ended))
            break;
        if (l->down_size == 0 && SSL_pending(l->ssl) > 0)
            continue;
        struct pollfd p[2] = {{.fd = l->client}, {.fd = l->server}};
        p[0].events =
            (short)((l->up_size || l->client_ended ? 0 : POLLIN) | (l->down_size ? POLLOUT : 0));
        p[1].events =
            (short)((l->down_size || l->server_ended ? 0 : POLLIN) | (l->up_size ? POLLOUT : 0));
        if (p[0].events == 0)
            p[0].fd = -1;
        if (p[1].events == 0)
            p[1].fd = -1;
        poll(p, 2, 50);
    }
    SSL_free(l->ssl);
    close(l->client);
    close(l->server);
    free(l);
    return NULL;
}

/* Takes the client's descriptor. */
static void begin(struct tls_relay *r, int client)
{
    struct link *l = calloc(1, sizeof *l);
    int server = open_socket(r->tls_port, false), one = 1;
    SSL *ssl = server >= 0 ? SSL_new(r->context) : NULL;
    if (l && ssl && SSL_set_fd(ssl, server) == 1 && SSL_connect(ssl) == 1 && r->count < MAX_LINKS) {
        fcntl(server, F_SETFL, O_NONBLOCK);
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        *l = (struct link){.relay = r, .client = client, .server = server, .ssl = ssl};
        if (pthread_create(&r->links[r->count], NULL, carry, l) == 0) {
            r->count++;
            return;
        }
    }
    SSL_free(ssl);
    free(l);
    close(client);
    if (server >= 0)
        close(server);
}

static void *accept_all(void *arg)
{
    struct tls_relay *r = arg;
    while (!atomic_load(&r->stop)) {
        struct pollfd p = {r->fd, POLLIN, 0};
        if (poll(&p, 1, 50) <= 0)
            continue;
        int client = accept4(r->fd, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0)
            begin(r, client);
    }
    return NULL;
}

struct tls_relay *tls_relay_start(int tls_port)
{
    struct tls_relay *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->tls_port = tls_port;
    r->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(r->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_AUTO_RETRY);
    r->fd = open_socket(0, true);
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    assert_int_equal(getsockname(r->fd, (struct sockaddr *)&a, &size), 0);
    r->port = ntohs(a.sin_port);
    assert_int_equal(pthread_create(&r->acceptor, NULL, accept_all, r), 0);
    return r;
}

int tls_relay_port(const struct tls_relay *r)
{
    return r->port;
}

void tls_relay_stop(struct tls_relay *r)
{
    atomic_store(&r->stop, true);
    pthread_join(r->acceptor, NULL);
    for (int i = 0; i < r->count; i++)
        pthread_join(r->links[i], NULL);
    SSL_CTX_free(r->context);
    close(r->fd);
    free(r);
}

static char certificate_file[64], key_file[64];

static void forget_files(void)
{
    unlink(certificate_file);
    unlink(key_file);
}

void tls_relay_certificate(const char **ret_certificate, const char **ret_key)
{
    *ret_certificate = certificate_file;
    *ret_key = key_file;
    if (certificate_file[0])
        return;
    snprintf(certificate_file, sizeof certificate_file, "/tmp/meclis-test-%d.pem", (int)getpid());
    snprintf(key_file, sizeof key_file, "/tmp/meclis-test-%d.key", (int)getpid());
    atexit(forget_files);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    assert_true(key && x);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    X509_set_pubkey(x, key);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    FILE *f = fopen(certificate_file, "we"), *k = fopen(key_file, "we");
    assert_true(f && k);
    assert_int_equal(PEM_write_X509(f, x), 1);
    assert_int_equal(PEM_write_PrivateKey(k, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(f);
    fclose(k);
    X509_free(x);
    EVP_PKEY_free(key);
}
