/* What a client sends on the media socket: frames, and the messages in them. */
#include "front/ws_frame.h"
#include "fuzz.h"
#include "protocol/media_message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

static void message(const uint8_t *data, size_t size)
{
    struct media_client_message m;
    if (media_client_read(data, size, &m) != 0)
        return;
    require(m.kind == MEDIA_SELECT || m.kind == MEDIA_REPORT);
    require(memchr(m.rendition, 0, sizeof m.rendition) != NULL);
    require(m.buffered_us >= -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    message(data, size);
    uint8_t *copy = malloc(size ? size : 1);
    require(copy != NULL);
    memcpy(copy, data, size);
    struct ws_frame f;
    size_t at = 0;
    int r;
    while ((r = ws_frame_read(copy + at, size - at, MEDIA_CLIENT_MAX_BYTES, &f)) == 0) {
        require(f.size >= 6 && f.size <= size - at);
        require(f.payload >= copy + at && f.payload + f.payload_size == copy + at + f.size);
        require(f.payload_size <= ((f.opcode & 8) ? WS_CONTROL_MAX : MEDIA_CLIENT_MAX_BYTES));
        message(f.payload, f.payload_size);
        at += f.size;
    }
    require(r == -EAGAIN || r == WS_STATUS_PROTOCOL || r == WS_STATUS_TOO_BIG);
    free(copy);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "{\"type\":\"report\",\"video_sequence\":12,\"audio_sequence\":13,\"buffered_us\":150000}",
        "{\"type\":\"select\",\"rendition\":\"360p\"}",
        "{\"type\":\"select\",\"video\":false}",
        "\x81\x9c\0\0\0\0{\"type\":\"select\",\"x\":[1,2]}",
        "\x89\x84\1\2\3\4abcd",
        "\x88\x82\0\0\0\0\x03\xe8"};
    static const size_t sizes[] = {0, 0, 0, 34, 10, 8};
    if (i < 0 || (size_t)i >= sizeof sizes / sizeof sizes[0])
        return 0;
    size_t size = sizes[i] ? sizes[i] : strlen(examples[i]);
    if (size > room)
        return 0;
    memcpy(ret, examples[i], size);
    return size;
}
