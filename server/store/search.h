/* What was said and decided in all meetings, to be searched: a file of its own (SQLite's FTS5),
 * made from what everybody may know. It can be deleted at any time: it is made anew.
 *
 * One connection writes, by one thread at a time; any number read beside it, each used by its
 * thread. Errors as in store.h. */
#ifndef MECLIS_STORE_SEARCH_H
#define MECLIS_STORE_SEARCH_H

#include "base/cleanup.h"
#include "store/search_words.h"

#include <stdint.h>

struct search;

enum search_mode { SEARCH_READ = 1, SEARCH_WRITE };

/* Where the mode is SEARCH_WRITE, a file that is missing, damaged or of another version is begun
 * anew. Returns 0, -ENOENT, or an error with a sentence. */
int search_open(const char *path, enum search_mode mode, struct search **ret, char ret_reason[256]);
void search_close(struct search *s);

/* ---- writing ---- */

struct search_meeting {
    const char *id, *title, *body, *language;
    int64_t at_utc_us; /* when it is or was; 0: not known */
    int year;          /* of it, in the server's own zone */
    bool recorded;     /* there may be clips of it */
    uint64_t seq;      /* of the newest event that is in the rows */
};

/* One thing that can be found; of a kind and seq there is one. Texts are borrowed, "" for none. */
struct search_row {
    const char *kind; /* "question" */
    uint64_t seq;
    int64_t media_us;   /* media time of its second; -1: none */
    const char *item;   /* the number of the agenda item that it is about */
    const char *person; /* who spoke, asked */
    const char *text, *more;
};

/* What can be found of the meeting is now this. Durable at some time: a start looks what is there.
 */
int search_put(struct search *s, const struct search_meeting *meeting,
               const struct search_row *rows, size_t count);

/* Gives every meeting that is in it, with its `seq`. */
int search_meetings(struct search *s, void (*each)(void *ctx, const char *id, uint64_t seq),
                    void *ctx);

/* ---- reading ---- */

struct search_wish {
    const struct search_words *words;
    const char *body, *person, *kind; /* "": any; a person as folded (base/fold.h), or a part */
    int year;                         /* 0: any */
    int skip, max;
};

struct search_hit {
    struct search_meeting meeting;
    struct search_row row;
};

/* The best first. `each` borrows; what it returns but 0 ends the reading and is returned. */
int search_find(struct search *s, const struct search_wish *wish,
                int (*each)(void *ctx, const struct search_hit *hit), void *ctx);

DEFINE_CLEANUP(struct search *, search_close)

#endif
