/* The built pages, read into memory once at the start, compressed once. Immutable afterwards:
 * shared by all net threads. */
#ifndef MECLIS_FRONT_PAGES_H
#define MECLIS_FRONT_PAGES_H

#include "base/bytes.h"

#include <stdbool.h>

#define PAGES_MAX_FILES 2048
#define PAGES_MAX_FILE_BYTES (16u << 20)

/* In a built page, a place that the application may fill for each request: PAGES_SLOT, a name,
 * PAGES_SLOT_NAMED, what the page says there as it was built, PAGES_SLOT_END. */
#define PAGES_SLOT "<!-- server: "
#define PAGES_SLOT_NAMED " -->"
#define PAGES_SLOT_END "<!-- /server -->"
#define PAGES_MAX_SLOTS 4

struct pages;

struct page_slot {
    char name[16];
    struct bytes *before; /* what comes before it, from the page's beginning or the slot before */
    struct bytes *built;  /* what it says where nobody fills it */
};

struct page {
    char *path; /* "/assets/x.js"; the addresses of pages are routed to "/m.html" and so on */
    const char *content_type;
    struct bytes *plain;
    struct bytes *gzip;           /* NULL where it is not smaller */
    char etag[24], gzip_etag[24]; /* quoted */
    bool html;
    int slot_count; /* 0: every reader gets the same */
    struct page_slot slots[PAGES_MAX_SLOTS];
    struct bytes *after; /* what comes behind the last slot */
    bool immutable;      /* its name holds the hash of its contents */
};

/* Reads the folder; NULL is an empty one, a missing one too. Returns 0 or a negative errno. Blocks.
 */
int pages_load(const char *folder, struct pages **ret);
void pages_destroy(struct pages *p);

/* The file for an address (decoded, without query), borrowed; NULL: none. */
const struct page *pages_find(const struct pages *p, const char *path);

#endif
