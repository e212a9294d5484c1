/* What the command line's tools read of the server's answers. */
#ifndef MECLIS_PROTOCOL_TOOL_MESSAGE_H
#define MECLIS_PROTOCOL_TOOL_MESSAGE_H

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

/* Gives each to `each`. Returns 0, or -EINVAL for what is no such list. */
int tool_meetings_read(const char *text, size_t size,
                       void (*each)(void *ctx, const struct tool_meeting *m), void *ctx);

#endif
