/* A council that meets again: what of an earlier meeting holds for the next one too. */
#ifndef MECLIS_APP_MAKING_COPY_H
#define MECLIS_APP_MAKING_COPY_H

struct meeting;

/* Says the commands that make a new meeting's body, rules, people, decisions' numbers and
 * permissions to broadcast be those of the other one. Consents, links and attendance stay behind:
 * they were given for that meeting. */
void making_copy(const struct meeting *from,
                 void (*say)(void *ctx, const char *verb, const void *args), void *ctx);

/* The items about which the other meeting settled nothing: waiting, suspended, heard, reported,
 * carried over. What was referred waits for its report, and what was only proposed was never on
 * the agenda. */
void making_carry(const struct meeting *from,
                  void (*say)(void *ctx, const char *verb, const void *args), void *ctx);

#endif
