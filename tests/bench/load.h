/* The load client: very many clients of one kind in one process and one thread.
 *
 * load.c is its main and its clock, load_socket.c connects and moves bytes, load_ws.c reads what
 * WebSockets bring, load_hls.c pulls HLS. */
#ifndef MECLIS_BENCH_LOAD_H
#define MECLIS_BENCH_LOAD_H

#include "bench.h"
#include "histogram.h"

#include <openssl/ssl.h>

enum load_kind {
    LOAD_MEDIA = 1, /* the media socket; the bare limit and npm ws speak its messages too */
    LOAD_FLV,       /* a WebSocket whose messages are only counted */
    LOAD_EVENTS,    /* the events socket */
    LOAD_HLS,
};

enum load_state {
    LOAD_IDLE = 1,   /* connects when it is due */
    LOAD_CONNECTING, /* TCP, then TLS */
    LOAD_ASKING,     /* sent its request, reads the answer's head */
    LOAD_OPEN,       /* the socket is open, nothing that counts came yet */
    LOAD_PLAYING,
    LOAD_STALLED, /* reads no more */
    LOAD_DEAD,
};

/* Bytes of a message that are looked at. */
#define LOAD_KEPT 320

struct load;

struct client {
    struct load *load;
    int fd; /* -1: none */
    int index;
    enum load_state state;
    bool told_playing;
    SSL *ssl;
    int64_t due_us; /* what happens depends on the state */
    /* what is being read: a message's or an answer's head, then so many bytes that are only
     * counted */
    uint16_t have;
    uint8_t kept[LOAD_KEPT];
    uint64_t skip;
    uint64_t payload;
    uint8_t opcode;
    int64_t captured_us;
    /* LOAD_MEDIA */
    bool known;
    uint64_t sequence;
    /* LOAD_HLS */
    bool in_body, first_line;
    char *text; /* the playlist's; owned */
    size_t text_size, body_left;
    char segment[96]; /* the newest that it has */
};

struct load_figures {
    int64_t messages, bytes, gaps, broken, closed, failed, segments, playlists;
    struct histogram arrived, read; /* delay: at the socket, and when it was read */
};

struct load {
    struct sockaddr_in server;
    char host[64], path[256];
    enum load_kind kind;
    int count, per_address, at_once, stalled;
    bool tls, report, again;
    SSL_CTX *ssl;
    int epoll;
    struct client *clients;
    int connecting, playing;
    int64_t began_us; /* of connecting all */
    bool told;
    char last_error[96];
    struct load_figures figures;
    uint8_t *in; /* LOAD_IN_BYTES, what was just read */
};

#define LOAD_IN_BYTES (256 << 10)

/* ---- load_socket.c ---- */

/* Begins to connect; on failure the client is lost as by client_lost(). */
void client_connect(struct client *c);
void client_ready(struct client *c, uint32_t events);

/* Sends all of it or loses the client. Returns whether it was sent. */
bool client_send(struct client *c, const void *data, size_t size);

/* It is closed, by whom the reason tells; connects again where that is wanted. */
void client_lost(struct client *c, const char *reason);
void client_close(struct client *c);

/* Stops reading for good. */
void client_stall(struct client *c);

/* ---- load.c ---- */
void load_tell_playing(struct client *c);

/* ---- load_ws.c: takes all the bytes; arrived_us is UTC. Returns false when it lost the client
 * ---- */
bool ws_ask(struct client *c);
bool ws_take(struct client *c, const uint8_t *data, size_t size, int64_t arrived_us);
void ws_report(struct client *c);

/* ---- load_hls.c ---- */
bool hls_ask(struct client *c);
bool hls_take(struct client *c, const uint8_t *data, size_t size);
void hls_finish(struct client *c);

#endif
