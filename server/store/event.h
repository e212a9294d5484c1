/* An event of the log, and what it is made from. */
#ifndef MECLIS_STORE_EVENT_H
#define MECLIS_STORE_EVENT_H

#include "base/audience.h"

#include <stddef.h>
#include <stdint.h>

#define STORE_HASH_BYTES 32
#define STORE_SALT_BYTES 16
#define STORE_MAX_BODY_BYTES (64u << 10)
#define STORE_MAX_SIDE_BYTES (16u << 10)
#define STORE_MAX_SIDES 8
#define STORE_MAX_NAME_BYTES 63 /* of an actor, a type, a piece of side data */

/* A piece of side data: what a viewer may have erased by law (KVKK, GDPR), a name or a text. Its
 * own name is part of the log and must say nothing of anybody. */
struct store_side_draft {
    const char *name;
    const char *text;
};

/* What is to be appended. All texts are borrowed, and UTF-8; the body is JSON, kept to the byte. */
/* The events by which a meeting is listed, as SQL says it of a type: what it is called, whose it
 * is, when, its agenda; not who spoke, asked and voted. An index of the file is made of just this
 * text.
 */
#define STORE_OUTLINE                                                                              \
    "(type GLOB 'meeting.*' OR type GLOB 'sitting.*' OR type GLOB 'part.*'"                        \
    " OR type GLOB 'body.*' OR type GLOB 'broadcast.*' OR type GLOB 'recording.*'"                 \
    " OR type GLOB 'agenda.*')"

struct store_draft {
    const char *meeting; /* id_valid() */
    int64_t at_utc_us;
    int64_t media_us;  /* media time; 0 before the meeting has an epoch */
    const char *actor; /* a role, or an opaque principal's id: never a person's name */
    const char *type;
    enum audience audience;
    uint32_t version; /* of the body, from 1 */
    const char *body;
    const struct store_side_draft *sides; /* names differ from each other */
    size_t side_count;
};

struct store_side {
    const char *name;
    const uint8_t *commitment;
    const char *text;    /* NULL: erased or withheld, and the salt with it */
    const uint8_t *salt; /* STORE_SALT_BYTES */
};

struct store_event {
    uint64_t seq; /* from 1, rising by one */
    int64_t at_utc_us, media_us;
    const char *actor, *type;
    enum audience audience;
    uint32_t version;
    const char *body;    /* NULL: withheld, and the salt with it */
    const uint8_t *salt; /* STORE_SALT_BYTES; NULL in a log of scheme 1 */
    const uint8_t *commitment;
    const uint8_t *hash; /* STORE_HASH_BYTES */
    const struct store_side *sides;
    size_t side_count;
};

#endif
