/* The built pages, read into memory once at the start, compressed once. Immutable afterwards:
 * shared by all net threads. */
#ifndef MECLIS_FRONT_PAGES_H
#define MECLIS_FRONT_PAGES_H

#include "base/bytes.h"

#include <stdbool.h>

#define PAGES_MAX_FILES 2048
#define PAGES_MAX_FILE_BYTES (16u << 20)

/* In a built page: what the application writes for each request comes behind it. */
#define PAGES_SLOT "<!-- server: list -->"

struct pages;

struct page {
    char *path; /* "/assets/x.js"; the addresses of pages are routed to "/m.html" and so on */
    const char *content_type;
    struct bytes *plain;
    struct bytes *gzip;           /* NULL where it is not smaller */
    char etag[24], gzip_etag[24]; /* quoted */
    bool html;
    struct bytes *before, *after; /* of a page that is filled for each request: what comes before
                                     its slot and behind it; else NULL */
    bool immutable;               /* its name holds the hash of its contents */
};

/* Reads the folder; NULL is an empty one, a missing one too. Returns 0 or a negative errno. Blocks.
 */
int pages_load(const char *folder, struct pages **ret);
void pages_destroy(struct pages *p);

/* The file for an address (decoded, without query), borrowed; NULL: none. */
const struct page *pages_find(const struct pages *p, const char *path);

#endif
