/* An exported log: one JSON object a line, with all that is needed to verify it.
 *
 * A page begins with its header and ends with its end; an export is one page after the other. See
 * docs/protocol.md. */
#ifndef MECLIS_PROTOCOL_LOG_EXPORT_H
#define MECLIS_PROTOCOL_LOG_EXPORT_H

#include "base/audience.h"
#include "base/buf.h"
#include "base/id.h"

#include <stdbool.h>

#define LOG_EXPORT_HASH_BYTES 32
#define LOG_EXPORT_SALT_BYTES 16
#define LOG_EXPORT_MAX_SIDES 8
#define LOG_EXPORT_MAX_LINE_BYTES (2u << 20)

struct log_export_begin {
    char meeting[ID_MAX];
    int scheme;
    uint64_t since;                        /* the page's events come after this one */
    bool known;                            /* the log has that event (or it is 0) */
    uint8_t before[LOG_EXPORT_HASH_BYTES]; /* its hash, where it is known */
};

struct log_export_side {
    const char *name;
    const char *text;          /* NULL: withheld or erased, and the salt with it */
    const uint8_t *salt;       /* LOG_EXPORT_SALT_BYTES */
    const uint8_t *commitment; /* LOG_EXPORT_HASH_BYTES */
};

struct log_export_event {
    uint64_t seq;
    int64_t at_utc_us, media_us;
    const char *actor, *type;
    enum audience audience;
    uint32_t version;
    const char *body;          /* NULL: withheld, and the salt with it */
    const uint8_t *salt;       /* NULL in scheme 1 */
    const uint8_t *commitment; /* read: NULL where the body is there */
    const uint8_t *hash;
    size_t side_count;
    struct log_export_side sides[LOG_EXPORT_MAX_SIDES]; /* read: no commitment where a text is */
};

struct log_export_end {
    uint64_t seq; /* the page's last event's, or since */
    bool more;    /* the log has later ones */
};

/* Each appends a line and returns 0, or the buffer's error. */
int log_export_print_begin(struct buf *out, const struct log_export_begin *b);
int log_export_print_event(struct buf *out, const struct log_export_event *e);
int log_export_print_end(struct buf *out, const struct log_export_end *e);

enum log_export_kind { LOG_EXPORT_BEGIN = 1, LOG_EXPORT_EVENT, LOG_EXPORT_END };

struct log_export_line {
    enum log_export_kind kind;
    struct log_export_begin begin;
    struct log_export_event event; /* its pointers are the line's */
    struct log_export_end end;
    void *json; /* owned */
    uint8_t bytes[2 + 2 * LOG_EXPORT_MAX_SIDES + 1][LOG_EXPORT_HASH_BYTES];
    size_t byte_count;
};

/* Reads a line, without its newline. Returns 0, or -EINVAL for anything but such a line. On success
 * it is to be finished. */
int log_export_parse(const char *text, size_t size, struct log_export_line *ret);
void log_export_finish(struct log_export_line *line);

#endif
