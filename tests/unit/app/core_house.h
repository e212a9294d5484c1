/* A core of one meeting without threads, for tests of what commands do: its DATA is a folder of its
 * own, gone with it. */
#ifndef MECLIS_TESTS_APP_CORE_HOUSE_H
#define MECLIS_TESTS_APP_CORE_HOUSE_H

#include "app/batch.h"
#include "app/hall.h"

struct said { /* what was answered, in order */
    int count;
    bool accepted[256];
    uint64_t first[256], last[256];
    char code[256][32];
};

struct house {
    char data[64];
    struct config *config;
    struct core *core;
    struct hall *hall; /* of "deneme" */
    struct said said;
};

extern const struct principal house_clerk;

/* Of cmocka. */
int house_set_up(void **state);
int house_tear_down(void **state);

/* As after a restart of the server. */
void house_reopen(struct house *x);

/* Puts a command in line; the clerk's, or somebody's. `args` may be NULL. */
void house_say_as(struct house *x, const struct principal *who, const char *id, const char *verb,
                  const void *args);
void house_say(struct house *x, const char *id, const char *verb, const void *args);

/* Carries out what waits. */
void house_run(struct house *x);

#endif
