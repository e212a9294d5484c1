/* Personal links on their way to their people, each as soon as it is made, since it is shown only
 * once: as a table, on paper, by mail. Blocks. */
#ifndef MECLIS_APP_LINK_LETTERS_H
#define MECLIS_APP_LINK_LETTERS_H

#include "app/guests.h"
#include "protocol/language.h"

struct link_letters;

struct link_letters_wish {
    const char *title;      /* of the meeting; borrowed until the end */
    enum language language; /* of the mails */
    const char *table;      /* a file; NULL: standard output gets what goes nowhere else */
    const char *slips;      /* a file; NULL: none */
    const char *config;     /* the configuration's file, for mail; NULL: no mail */
    char separator;         /* of the table */
};

/* Makes the files, mode 0600: who has them may come in as those people. Never over another: the
 * links in it may be nowhere else. Of mail it goes as far as signing in at its server. Returns 0,
 * or TOOL_FAILED having complained; then no file is left. */
int link_letters_begin(const struct link_letters_wish *wish, struct link_letters **ret);

/* Hands out one person's link; it is on the disk when this returns. A mail that fails is named.
 * Returns 0, TOOL_FAILED where it could not be written (it is on standard output then), after which
 * no other should be made. */
int link_letters_add(struct link_letters *l, const struct guest *guest, const char *address);

/* Ends the files and tells how many mails went. Returns 0, TOOL_WRONG where some did not, or
 * TOOL_FAILED. Frees it. NULL is fine. */
int link_letters_end(struct link_letters *l);

#endif
