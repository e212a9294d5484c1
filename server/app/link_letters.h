/* Personal links that were made, on their way to their people: as a table, on paper, by mail. */
#ifndef MECLIS_APP_LINK_LETTERS_H
#define MECLIS_APP_LINK_LETTERS_H

#include "app/guests.h"

struct link_letter {
    const struct guest *guest;
    char address[256]; /* whole; "": has one already, which is shown to nobody again */
};

struct link_letters {
    const char *title; /* of the meeting */
    size_t count;
    const struct link_letter *list;
};

/* Each returns 0, or TOOL_FAILED having complained. Files are new, mode 0600: who has them may come
 * in as those people. */
int link_letters_table(const struct link_letters *l, const char *path); /* NULL: standard output */
int link_letters_print(const struct link_letters *l, const char *path);

/* One mail each, to who has an address; one that fails is named and the others go on. `config` is
 * the configuration's file. Returns 0, TOOL_WRONG where some did not go, or TOOL_FAILED. */
int link_letters_mail(const struct link_letters *l, const char *config);

#endif
