/* What the command line's tools read of the server's answers. */
#ifndef MECLIS_PROTOCOL_TOOL_MESSAGE_H
#define MECLIS_PROTOCOL_TOOL_MESSAGE_H

#include "base/buf.h"
#include "meeting/shape.h"

#include "protocol/language.h"

#include <stddef.h>
#include <stdint.h>

#define TOOL_WORDS 512

/* A refusal's words, with the member that is wrong. Returns 0, or -EINVAL for anything else. */
int tool_refusal_read(const char *text, size_t size, char ret_words[TOOL_WORDS]);

/* A meeting of a list; borrowed for the call. */
struct tool_meeting {
    const char *id, *title, *state, *body;
    int64_t starts_utc_us; /* 0: not said */
};

/* The title and the language of the one meeting that the answer is of. Returns 0 or -EINVAL. */
int tool_about_read(const char *text, size_t size, char ret_title[TOOL_WORDS],
                    enum language *ret_language);

/* Gives each to `each`. Returns 0, or -EINVAL for what is no such list. */
int tool_meetings_read(const char *text, size_t size,
                       void (*each)(void *ctx, const struct tool_meeting *m), void *ctx);

/* Somebody of the roster who has not left; borrowed for the call. */
struct tool_person {
    uint64_t person;
    const char *name, *kind, *organisation;
};

/* The people of a meeting's state. */
int tool_people_read(const char *text, size_t size,
                     void (*each)(void *ctx, const struct tool_person *p), void *ctx);

struct tool_link {
    const char *principal, *role; /* role: the first of them */
    uint64_t person;
    int64_t made_utc_us;
};

int tool_links_read(const char *text, size_t size,
                    void (*each)(void *ctx, const struct tool_link *l), void *ctx);

/* What a command was answered: its first event's number. Returns 0 or -EINVAL. */
int tool_accepted_read(const char *text, size_t size, uint64_t *ret_first_seq);

/* The secret's address ("/speak/ID#…") in the answer to a link's making. Returns 0 or -EINVAL. */
int tool_address_read(const char *text, size_t size, char *ret, size_t ret_size);

/* Appends {"id","name","args"}; `args` is of the shape. */
void tool_command_print(struct buf *out, const char *id, const char *name,
                        const struct shape *shape, const void *args);

#endif
