#include "front/hls_path.h"

#include "front/http_parse.h"

#include <errno.h>
#include <string.h>

/* A decimal number without leading zeros, at most 15 digits; moves on behind it. */
static bool read_number(const char **at, uint64_t *ret)
{
    const char *p = *at;
    uint64_t value = 0;
    if (*p == '0' && p[1] >= '0' && p[1] <= '9')
        return false;
    while (*p >= '0' && *p <= '9' && p - *at < 16)
        value = value * 10 + (uint64_t)(*p++ - '0');
    if (p == *at || p - *at > 15)
        return false;
    *at = p;
    *ret = value;
    return true;
}

/* Copies up to the next slash; moves on behind it. */
static bool read_folder(const char **at, char *ret, size_t room)
{
    const char *slash = strchr(*at, '/');
    size_t size = slash ? (size_t)(slash - *at) : 0;
    if (size == 0 || size >= room)
        return false;
    memcpy(ret, *at, size);
    ret[size] = 0;
    *at = slash + 1;
    return true;
}

static int parse_file(const char *file, struct hls_path *p)
{
    if (strcmp(file, "index.m3u8") == 0) {
        p->kind = HLS_PLAYLIST;
        return 0;
    }
    if (strncmp(file, "init-", 5) == 0) {
        file += 5;
        p->kind = HLS_INIT;
        bool ok = read_number(&file, &p->number) && strcmp(file, ".mp4") == 0;
        return ok && p->number > 0 && p->number <= UINT32_MAX ? 0 : -ENOENT;
    }
    p->kind = HLS_SEGMENT;
    if (!read_number(&file, &p->number))
        return -ENOENT;
    if (file[0] == '.' && file[1] >= '0' && file[1] <= '9') {
        uint64_t part;
        file++;
        p->kind = HLS_PART;
        if (!read_number(&file, &part) || part > 100000)
            return -ENOENT;
        p->part = (uint32_t)part;
    }
    return strcmp(file, ".m4s") == 0 ? 0 : -ENOENT;
}

int hls_path_parse(const char *path, struct hls_path *ret)
{
    struct hls_path p = {0};
    if (strncmp(path, "/hls/", 5) != 0)
        return -ENOENT;
    path += 5;
    if (!read_folder(&path, p.meeting, sizeof p.meeting) || !id_valid(p.meeting))
        return -ENOENT;
    if (strcmp(path, "master.m3u8") == 0) {
        p.kind = HLS_MASTER;
    } else if (!read_folder(&path, p.track, sizeof p.track) || !id_valid(p.track) ||
               parse_file(path, &p) < 0) {
        return -ENOENT;
    }
    *ret = p;
    return 0;
}

/* Returns 0, -ENOENT where the parameter is not there, or -EINVAL. */
static int read_directive(const char *query, size_t size, const char *name, uint64_t *ret)
{
    char text[24];
    int r = http_query_value(query, size, name, text, sizeof text);
    if (r < 0)
        return r == -ENOENT ? r : -EINVAL;
    const char *at = text;
    return read_number(&at, ret) && *at == 0 ? 0 : -EINVAL;
}

int hls_query_parse(const char *query, size_t size, struct hls_query *ret)
{
    struct hls_query q = {.part = -1};
    uint64_t part = 0;
    char text[8];
    int dvr = http_query_value(query, size, "dvr", text, sizeof text);
    q.dvr = dvr != -ENOENT && !(dvr == 1 && text[0] == '0');
    int msn = read_directive(query, size, "_HLS_msn", &q.msn);
    int has_part = read_directive(query, size, "_HLS_part", &part);
    if (msn == -EINVAL || has_part == -EINVAL || (has_part == 0 && msn != 0) || part > 100000)
        return -EINVAL;
    q.blocks = msn == 0;
    if (has_part == 0)
        q.part = (int64_t)part;
    *ret = q;
    return 0;
}
