/* What clients say on the events socket (docs/protocol.md), read strictly: all that is wrong has a
 * name and a place. */
#ifndef MECLIS_PROTOCOL_CLIENT_MESSAGE_H
#define MECLIS_PROTOCOL_CLIENT_MESSAGE_H

#include "base/bytes.h"
#include "meeting/command.h"
#include "protocol/refusal.h"

#define EVENTS_PROTOCOL_NAME "meclis.events.v1"
#define EVENTS_VERSION 1

#define CLIENT_MAX_DEPTH 8
#define CLIENT_KEY_BYTES 64
#define CLIENT_TOKEN_BYTES 96
#define CLIENT_MEMBER_BYTES 96

/* Shapes, for the schema too. */
struct client_hello {
    int64_t v;
    int64_t since;                  /* the newest event that the client has; 0: none */
    char token[CLIENT_TOKEN_BYTES]; /* "": the cookie counts, or nobody in particular */
    char language[3];
    bool in_hall; /* staff's word that it sits in the hall */
};
struct client_ping {
    char id[CLIENT_KEY_BYTES];
};
extern const struct shape client_hello_shape, client_ping_shape;

enum client_kind { CLIENT_HELLO = 1, CLIENT_COMMAND, CLIENT_PING };

struct client_message {
    enum client_kind kind;
    char id[CLIENT_KEY_BYTES]; /* of a command (its key) or a ping */
    struct client_hello hello;
    struct meeting_command command; /* some 6 KB */
};

struct client_wrong {
    enum refusal code;
    char member[CLIENT_MEMBER_BYTES]; /* "": the message itself */
};

/* Returns 0, or -EPROTO with what is wrong; then only ret->id is filled, with what the message
 * gives, so that its sender knows which one is meant. `text` is UTF-8. */
int client_message_read(const void *text, size_t size, struct client_message *ret,
                        struct client_wrong *ret_wrong);

/* The same for a command over HTTP: {"id","name","args"}. */
int client_command_read(const void *text, size_t size, struct client_message *ret,
                        struct client_wrong *ret_wrong);

/* A request's body that is one object of the shape: strictly, into `ret`, which is zeroed. Returns
 * 0 or -EPROTO with what is wrong. */
int client_object_read(const struct bytes *body, const struct shape *shape, void *ret,
                       struct client_wrong *ret_wrong);

#endif
