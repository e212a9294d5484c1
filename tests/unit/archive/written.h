/* A recorder's work, by hand: a folder with one track of pictures. */
#ifndef MECLIS_TESTS_ARCHIVE_WRITTEN_H
#define MECLIS_TESTS_ARCHIVE_WRITTEN_H

#include "../keeping/folder.h"
#include "link/message.h"
#include "media/index.h"

#include <sys/types.h>

void path_of(const struct folder *f, const char *name, char ret[128]);
void append_to(const struct folder *f, const char *name, const void *data, size_t size);
off_t size_of(const struct folder *f, const char *name);
void write_list(const struct folder *f);
void write_init(const struct folder *f, uint32_t number, int width);
void write_record(const struct folder *f, const struct index_record *r);
struct index_record record_of(const struct fragment *m, uint64_t offset);
void write_pictures(const struct folder *f, uint32_t init, uint64_t from, uint64_t to);
void write_gap(const struct folder *f, int64_t from_us, int64_t to_us);
void write_all(const struct folder *f);

#endif
