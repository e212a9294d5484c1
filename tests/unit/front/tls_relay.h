/* Undoes TLS: whoever connects to its port speaks plainly to a front's port of TLS, so that tests
 * made for the one run over the other. It holds little, so that a client that stalls stalls the
 * front too. */
#ifndef MECLIS_FRONT_TLS_RELAY_H
#define MECLIS_FRONT_TLS_RELAY_H

struct tls_relay;

/* A port of loopback, each connection a thread. Fails the test where that can't be. */
struct tls_relay *tls_relay_start(int tls_port);
int tls_relay_port(const struct tls_relay *r);

/* Ends all its connections, and it. */
void tls_relay_stop(struct tls_relay *r);

/* Makes a certificate and its key, and returns the two files' paths, for the program's life. */
void tls_relay_certificate(const char **ret_certificate, const char **ret_key);

#endif
