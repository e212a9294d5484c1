/* A server at the worker's end of the link, for tests. What it waits for comes within
 * LINK_CLIENT_PATIENCE_US, or the test fails. */
#ifndef MECLIS_TESTS_LINK_CLIENT_H
#define MECLIS_TESTS_LINK_CLIENT_H

#include "link/message.h"

#define LINK_CLIENT_PATIENCE_US 30000000

struct link_client {
    int fd;
    struct link_decoder in;
};

/* Connects to FOLDER/programme.sock. */
void link_client_connect(const char *folder, struct link_client *c);
/* The same, and says hello: the worker's own has come. */
void link_client_join(const char *folder, struct link_client *c);
void link_client_close(struct link_client *c);

/* Sends the frames and empties the buffer. */
void link_client_send(struct link_client *c, struct buf *out);
void link_client_hello(struct link_client *c, uint32_t version);
void link_client_command(struct link_client *c, uint32_t id);

/* The next frame; false: the publisher closed the connection. */
bool link_client_next(struct link_client *c, struct link_frame *ret);
/* The next frame of that type; others are passed over. */
void link_client_wait(struct link_client *c, enum link_type type, struct link_frame *ret);
/* The next fragment's sequence; its bytes are those that publisher_test.c made. */
uint64_t link_client_fragment(struct link_client *c);
/* Waits until the publisher has taken everything that was posted: a reply comes after it. */
void link_client_settle(struct link_client *c);

#endif
