/* What the server says on the events socket (docs/protocol.md). All texts are returned owned, NULL
 * without memory. */
#ifndef MECLIS_PROTOCOL_SERVER_MESSAGE_H
#define MECLIS_PROTOCOL_SERVER_MESSAGE_H

#include "base/buf.h"
#include "meeting/meeting.h"
#include "meeting/pile.h"
#include "meeting/sitting.h"

#define SERVER_MAX_STATE_BYTES (32u << 20)

struct server_hello {
    const char *meeting;
    const struct actor *you;
    uint64_t seq; /* the newest event */
    int64_t server_utc_us, media_time_us;
    int64_t epoch_utc_us; /* UTC at media time 0; 0: there is none yet */
};

struct bytes *server_hello_text(const struct server_hello *h);

struct bytes *server_accepted_text(const char *id, uint64_t first_seq, uint64_t last_seq);

/* `id` and `member` may be "". */
struct bytes *server_refused_text(const char *id, const char *code, const char *message,
                                  const char *member);

struct bytes *server_pong_text(const char *id, int64_t server_utc_us, int64_t media_time_us);

/* ---- the state ---- */

/* Everything that the actor may see, as "snapshot". */
struct bytes *server_snapshot_text(const struct meeting *m, const struct actor *actor);

/* What has changed after that event, as "changes"; what the actor may not see (any more) is
 * "gone". */
struct bytes *server_changes_text(const struct meeting *m, const struct actor *actor,
                                  uint64_t since);

/* What the actor may see and the other, of the same class but nobody in particular, may not, as
 * "own". NULL also where there is nothing: then *ret_empty is true. */
struct bytes *server_own_text(const struct meeting *m, const struct actor *actor,
                              const struct actor *nobody, uint64_t since, bool *ret_empty);

/* Appends the members of a state: "sitting":{…},"parts":[…],… */
void server_print_changes(struct buf *out, const struct meeting *m, const struct actor *actor,
                          uint64_t since);

/* ---- events ---- */

struct server_side {
    const char *name, *text; /* text NULL: erased */
};

struct server_event {
    uint64_t seq;
    int64_t at_utc_us, media_us;
    const char *actor, *type, *audience;
    const char *body;          /* JSON object, NULL: not to be seen; then the commitment goes */
    const uint8_t *commitment; /* 32 bytes */
    const struct server_side *sides;
    size_t side_count;
};

/* Appends the event as an object. */
void server_print_event(struct buf *out, const struct server_event *e);

#endif
