/* Shapes: plain C structs described as data. One table serves JSON both ways, JSON Schema, random
 * tests, fuzzing, digests and checking, so that nothing about a message is written twice.
 *
 * A struct that has a shape holds its values inline: no pointers, nothing to free. Zeroed, every
 * optional member is absent: text "", number, enum and ref 0, flag false, an empty list. */
#ifndef MECLIS_MEETING_SHAPE_H
#define MECLIS_MEETING_SHAPE_H

#include "meeting/shape_fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shape_kind {
    SHAPE_TEXT = 1,  /* char[size]: UTF-8 with its NUL, trimmed, no control characters but \n */
    SHAPE_SIDE_TEXT, /* the same, of a person who may have it erased: kept as a commitment */
    SHAPE_NUMBER,    /* int64_t, min to max */
    SHAPE_FLAG,      /* bool */
    SHAPE_ENUM,      /* a 4-byte enum, from 1; names[value - 1], `max` names */
    SHAPE_REF,       /* uint64_t: the seq of the event that made the thing; absent is 0 */
    SHAPE_REFS,      /* struct { uint16_t count; uint64_t at[max]; } */
    SHAPE_STRUCT,    /* one struct of `of`, inline */
    SHAPE_LIST,      /* struct { uint16_t count; struct of at[max]; } */
};

struct shape_field {
    const char *name; /* the member's, and in JSON */
    enum shape_kind kind;
    bool optional; /* a list that is not optional has at least one entry */
    bool hidden;   /* of the state alone: in digests, never written out or taken in */
    uint32_t offset, size;
    uint32_t at; /* a list's first entry, from the member's beginning */
    int64_t min, max;
    const char *const *names;
    const struct shape *of;
};

struct shape {
    const char *name; /* the struct's tag */
    const struct shape_field *fields;
    size_t count;
    size_t size; /* of the struct */
};

/* A struct without members: its pointer is never followed. */
extern const struct shape empty_shape;

/* A zeroed struct of such a shape (all of it: padding too) filled by anyone may be checked: texts
 * end and are good UTF-8, trimmed; what is needed is there; numbers, enums and counts lie within
 * their bounds. Returns NULL, or the first wrong field. */
const struct shape_field *shape_check(const struct shape *shape, const void *data);

/* FNV-1a over the values, field by field: equal for equal values, whatever lies after a text's NUL
 * or in padding. Chained: pass what the last call returned, SHAPE_DIGEST_START first. */
#define SHAPE_DIGEST_START 0xcbf29ce484222325u
uint64_t shape_digest(const struct shape *shape, const void *data, uint64_t digest);

/* A list's number of entries, and one of them (borrowed from `data`). */
size_t shape_list_count(const struct shape_field *field, const void *data);
const void *shape_list_entry(const struct shape_field *field, const void *data, size_t index);

/* Whether these bytes are UTF-8 (no surrogates, nothing overlong) without control characters other
 * than a line's end, and begin and end with something else than a space or a line's end. */
bool shape_text_good(const char *text, size_t size);

/* Copies a text; what follows its NUL is zeroed. `src` fits, or is cut at a whole character. */
void shape_text_copy(char *ret, size_t size, const char *src);

#define text_set(dst, src) shape_text_copy((dst), sizeof(dst), (src))

#endif
