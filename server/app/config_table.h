/* Every setting in one table: name, kind, default, what is allowed, what it is for. The reader, the
 * commented file in config/ and its test are all made from it. */
#ifndef MECLIS_APP_CONFIG_TABLE_H
#define MECLIS_APP_CONFIG_TABLE_H

#include "base/buf.h"

#include <stdbool.h>

enum setting_kind {
    SETTING_TEXT = 1, /* char[size]; min and max are its bytes */
    SETTING_NUMBER,   /* int64_t */
    SETTING_FLAG,     /* bool */
    SETTING_CHOICE,   /* int64_t, 1 for the first of `choices` */
    SETTING_LIST,     /* groups of `items`; at most max of them */
};

struct section;

struct setting {
    const char *name;
    enum setting_kind kind;
    const char *fallback; /* the default in libconfig's language; NULL: must be given */
    int64_t min, max;
    const char *choices; /* "a|b"; SETTING_CHOICE */
    /* A text's further rule, and the words for it; NULL: any text. */
    bool (*valid)(const char *text);
    const char *allowed;
    const char *doc; /* lines, for the commented file */
    size_t offset, size;
    const struct section *items; /* SETTING_LIST */
    size_t count_offset;
};

struct section {
    const char *what; /* "a meeting", for errors */
    const struct setting *settings;
    size_t count;
    size_t bytes; /* of one struct */
    /* What no single setting can say; returns NULL or the words for what is wrong. */
    const char *(*check)(void *group);
};

extern const struct section config_section;

/* What a setting allows, in words, into the text. */
void setting_allowed(const struct setting *s, char *ret_text, size_t size);

/* The commented file with every setting and its default: what config/meclis.conf is. */
int config_print_template(struct buf *out);

#endif
