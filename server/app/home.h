/* The meetings as the home page says them before its script runs: HTML for the page's slot. */
#ifndef MECLIS_APP_HOME_H
#define MECLIS_APP_HOME_H

#include "base/buf.h"
#include "protocol/api.h"
#include "protocol/language.h"

/* A meeting; texts are borrowed. */
struct home_meeting {
    const char *id, *title, *language;
    enum broadcast_phase state;
    const char *body;      /* whose meeting; NULL or "": not said */
    int64_t starts_utc_us; /* as announced; 0: not said */
};

/* Appends the sections: live, not begun, recorded. Errors stick to the buffer. */
void home_print(struct buf *out, const struct home_meeting *list, size_t count,
                enum language language);

#endif
