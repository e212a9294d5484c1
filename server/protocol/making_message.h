/* A meeting that is to be made, over HTTP. */
#ifndef MECLIS_PROTOCOL_MAKING_MESSAGE_H
#define MECLIS_PROTOCOL_MAKING_MESSAGE_H

#include "base/buf.h"
#include "base/id.h"
#include "meeting/sitting.h"
#include "protocol/client_message.h"

struct making {
    char id[ID_MAX];        /* its name in addresses */
    char title[256];        /* what people read */
    char language[8];       /* "tr" (also where left out) or "en" */
    char room[ID_MAX];      /* of the configuration; "": no source of its own */
    char like[ID_MAX];      /* the meeting whose body, rules and people it begins with; "": none */
    bool carry;             /* and the items that the other one left open */
    enum sitting_kind kind; /* 0: ordinary */
    char term[TEXT_CODE], session[TEXT_CODE], number[TEXT_CODE];
    char place[TEXT_NAME];
    int64_t starts_utc_us; /* 0: not said */
};

extern const struct shape making_shape;

/* Returns 0 or -EPROTO with what is wrong; the language is filled. */
int making_read(const struct bytes *body, struct making *ret, struct client_wrong *ret_wrong);

/* Appends the request's body. */
void making_print(struct buf *out, const struct making *m);

/* {"id", "address", "desk"}, returned owned; NULL without memory. */
struct bytes *making_text(const char *id);

#endif
