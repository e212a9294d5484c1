#include "fuzz.h"
#include "media/cmaf.h"
#include "media/cmaf_read.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t avcc[] = {1,    0x64, 0,    0x1f, 0xff, 0xe1, 0,    4,   0x67,
                               0x64, 0,    0x1f, 1,    0,    2,    0x68, 0xee};

static void require(int truth)
{
    if (!truth)
        abort();
}

static void configurations(const uint8_t *data, size_t size)
{
    struct track_init made, read;
    if (cmaf_video_init(1, 90000, data, size, 640, 360, &made) == 0) {
        require(cmaf_read_init(made.bytes->data, made.bytes->size, &read) == 0);
        require(strcmp(made.codec, read.codec) == 0);
        bytes_unref(made.bytes);
    }
    if (cmaf_audio_init(2, data, size, &made) == 0) {
        require(cmaf_read_init(made.bytes->data, made.bytes->size, &read) == 0);
        require(strcmp(made.codec, read.codec) == 0 && made.timescale == read.timescale);
        bytes_unref(made.bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cmaf_head head;
    if (cmaf_read_fragment(data, size, &head) == 0) {
        require(head.track >= 1 && head.track <= TRACK_MAX && head.dts >= 0);
        require(head.size >= 16 && head.size <= FRAGMENT_MAX_BYTES);
    }
    struct track_init init;
    if (cmaf_read_init(data, size, &init) == 0)
        require(init.track >= 1 && init.track <= TRACK_MAX && init.timescale > 0);
    configurations(data, size);
    return 0;
}

static struct bytes *example(int i)
{
    static const uint8_t asc[] = {0x11, 0x90};
    struct track_init init = {0};
    struct cmaf_sample samples[2] = {{avcc, sizeof avcc}, {avcc, 5}};
    struct cmaf_fragment f = {.track = 1, .seq = 5, .dts = 90000, .sample_duration = 1024};
    f.samples = samples;
    switch (i) {
    case 0:
        cmaf_video_init(1, 90000, avcc, sizeof avcc, 640, 360, &init);
        return init.bytes;
    case 1:
        cmaf_audio_init(2, asc, sizeof asc, &init);
        return init.bytes;
    case 2:
        f.count = 2;
        cmaf_build_fragment(&f, &init.bytes);
        return init.bytes;
    case 3:
        f.count = 1;
        f.cts = 3600;
        cmaf_build_fragment(&f, &init.bytes);
        return init.bytes;
    case 4:
        return bytes_copy(avcc, sizeof avcc);
    case 5:
        return bytes_copy(asc, sizeof asc);
    }
    return NULL;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    struct bytes *b = example(i);
    size_t size = b && b->size <= room ? b->size : 0;
    if (size)
        memcpy(ret, b->data, size);
    bytes_unref(b);
    return size;
}
