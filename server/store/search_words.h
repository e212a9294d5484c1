/* What somebody types to search, as words that find what they mean: Turkish adds endings to words
 * and softens what stands before them (kitap, kitabı, kitaplarından). Pure.
 *
 * A word finds what begins with it, with its softened or hardened end, or with what is left of it
 * without the endings that it seems to have; what begins with all of it is the better find. Words
 * between quotation marks are found as they are, beside each other. */
#ifndef MECLIS_STORE_SEARCH_WORDS_H
#define MECLIS_STORE_SEARCH_WORDS_H

#include "base/buf.h"

#include <stdbool.h>

#define SEARCH_MAX_TEXT_BYTES 256
#define SEARCH_MAX_WORDS 8
#define SEARCH_WORD_BYTES 64
#define SEARCH_MAX_STEMS 8

struct search_word {
    bool whole;   /* nothing longer: quoted, or of one or two letters */
    bool goes_on; /* stands directly behind the one before it */
    int count;
    char stems[SEARCH_MAX_STEMS][SEARCH_WORD_BYTES]; /* folded; the first is the word itself */
};

struct search_words {
    int count;
    struct search_word list[SEARCH_MAX_WORDS];
};

/* Reads what was typed, UTF-8 of any kind; what is no letter and no digit separates. Beyond the
 * limits words are left out, or cut. Returns how many there are. */
int search_words_read(const char *text, struct search_words *ret);

/* Appends an FTS5 expression in which nothing of the text is syntax. */
void search_words_print(struct buf *out, const struct search_words *words);

/* The next word of a text: returns its bytes, 0 at the end, and where it begins. */
size_t search_words_next(const char *text, size_t *ret_begin);

/* Whether a word of a text is one of those that are looked for. */
bool search_words_hit(const struct search_words *words, const char *word, size_t size);

#endif
