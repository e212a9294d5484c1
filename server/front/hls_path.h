/* The addresses of HLS (docs/protocol.md), taken apart. Pure. */
#ifndef MECLIS_FRONT_HLS_PATH_H
#define MECLIS_FRONT_HLS_PATH_H

#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hls_kind { HLS_MASTER = 1, HLS_PLAYLIST, HLS_INIT, HLS_SEGMENT, HLS_PART };

struct hls_path {
    enum hls_kind kind;
    char meeting[ID_MAX];
    char track[16];
    uint64_t number; /* of the init, the segment */
    uint32_t part;
};

/* Reads "/hls/…", already decoded. Returns 0, or -ENOENT for an address that is none of these. */
int hls_path_parse(const char *path, struct hls_path *ret);

struct hls_query {
    bool dvr;
    bool blocks; /* _HLS_msn is there */
    uint64_t msn;
    int64_t part; /* -1: the whole segment */
};

/* Returns 0, or -EINVAL for delivery directives that make no sense. Unknown parameters are none of
 * ours. */
int hls_query_parse(const char *query, size_t size, struct hls_query *ret);

#endif
