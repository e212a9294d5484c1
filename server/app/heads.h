/* Publishing logs' heads: each minute, and at a meeting's end, the head of each log that grew is
 * signed and kept. Core thread. */
#ifndef MECLIS_APP_HEADS_H
#define MECLIS_APP_HEADS_H

struct broadcast;
struct core;

/* Before anything is logged: says in our own log where a log no longer agrees with what was
 * published of it. */
void heads_check(struct core *c);

/* Each second. */
void heads_tick(struct core *c);

/* Now, where it grew. */
void heads_publish(struct broadcast *b);

#endif
