#include "front/hls_path.h"
#include "fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

/* What is accepted is exactly what would be written for it. */
static void written_again(const struct hls_path *p, const char *path)
{
    char again[200];
    int n = snprintf(again, sizeof again, "/hls/%s/", p->meeting);
    size_t room = sizeof again - (size_t)n;
    if (p->kind == HLS_MASTER)
        snprintf(again + n, room, "master.m3u8");
    else if (p->kind == HLS_PLAYLIST)
        snprintf(again + n, room, "%s/index.m3u8", p->track);
    else if (p->kind == HLS_INIT)
        snprintf(again + n, room, "%s/init-%" PRIu64 ".mp4", p->track, p->number);
    else if (p->kind == HLS_SEGMENT)
        snprintf(again + n, room, "%s/%" PRIu64 ".m4s", p->track, p->number);
    else
        snprintf(again + n, room, "%s/%" PRIu64 ".%" PRIu32 ".m4s", p->track, p->number, p->part);
    require(strcmp(again, path) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hls_path p;
    struct hls_query q;
    char *text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = 0;
    if (hls_path_parse(text, &p) == 0)
        written_again(&p, text);
    if (hls_query_parse(text, size, &q) == 0)
        require(q.part >= -1 && q.part <= 100000 && (q.blocks || q.part == -1));
    free(text);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "/hls/demo/master.m3u8",       "/hls/demo/720p/index.m3u8", "/hls/a-b/audio/init-3.mp4",
        "/hls/demo/720p/1234567.m4s",  "/hls/demo/360p/12.3.m4s",   "_HLS_msn=12&_HLS_part=3",
        "dvr&token=a%20b&_HLS_msn=99", "_HLS_skip=YES&dvr=0"};
    if (i < 0 || (size_t)i >= sizeof examples / sizeof examples[0] || strlen(examples[i]) > room)
        return 0;
    memcpy(ret, examples[i], strlen(examples[i]));
    return strlen(examples[i]);
}
