/* Checks an exported log line by line, without a server: what `meclis verify` and `meclis mirror`
 * have in common. */
#ifndef MECLIS_APP_LOG_CHECK_H
#define MECLIS_APP_LOG_CHECK_H

#include "base/cleanup.h"
#include "protocol/published.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_check;

struct log_check_result {
    const char *meeting; /* borrowed; "" before the first line */
    uint64_t events;
    uint64_t withheld; /* bodies, and pieces of side data, that are not shown */
    uint64_t erased;   /* pieces of side data that an event says were erased */
    bool whole;        /* the last page is complete, and says that nothing follows */
};

/* Returns NULL without memory. */
struct log_check *log_check_create(void);
void log_check_destroy(struct log_check *c);

/* The next line, without its newline. Returns 0; -EINVAL: it is no line of an export; -EBADMSG: the
 * log is wrong there, and the check stays where it was; -ENOMEM. */
int log_check_line(struct log_check *c, const char *line, size_t size);

/* All lines of the text, the last one with or without its newline. */
int log_check_text(struct log_check *c, const char *text, size_t size);

/* What was wrong, for people: Turkish, English. */
const char *log_check_reason(const struct log_check *c);

/* Whether the head is of this log: 0; -EBADMSG: another history; -EAGAIN: of an event that did not
 * come. The signature is not looked at. */
int log_check_head(struct log_check *c, const struct published_head *head);

void log_check_result(const struct log_check *c, struct log_check_result *ret);

DEFINE_CLEANUP(struct log_check *, log_check_destroy)

#endif
