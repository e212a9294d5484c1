/* TLS on a port of the front's own, at the same address. */
#ifndef MECLIS_FRONT_FRONT_TLS_H
#define MECLIS_FRONT_FRONT_TLS_H

#define FRONT_REASON 256

struct front;

struct front_tls {
    const char *certificate, *key; /* files, PEM; copied. NULL: no TLS */
    int port;                      /* 0: any free one, see front_tls_port() */
};

/* Whether TLS can be spoken with these files. May wait for a disk. Returns 0, or a negative errno
 * and a sentence. */
int front_check_tls(const struct front_tls *tls, char ret_reason[FRONT_REASON]);

/* Reads certificate and key again, for connections from now on. Any thread that may wait for a
 * disk. Returns 0, or a negative errno and a sentence: all stays as it was. Without TLS there is
 * nothing to do. */
int front_reload_tls(struct front *f, char ret_reason[FRONT_REASON]);

/* 0 without TLS. */
int front_tls_port(const struct front *f);

#endif
