#include "fuzz.h"
#include "link/message.h"

#include <stdlib.h>
#include <string.h>

static void check_text(const char *text, size_t room)
{
    if (!memchr(text, 0, room))
        abort();
}

static void read_binary(const struct link_frame *frame)
{
    struct fragment f;
    if (link_read_fragment(frame, &f) == 0) {
        if (f.track < 1 || f.track > TRACK_MAX || f.timescale == 0)
            abort();
        bytes_unref(f.bytes);
    }
    struct track_init init;
    if (link_read_init(frame, &init) == 0) {
        check_text(init.codec, sizeof init.codec);
        bytes_unref(init.bytes);
    }
}

static void read_frame(const struct link_frame *frame)
{
    read_binary(frame);
    struct link_hello hello;
    if (link_read_hello(frame, &hello) == 0)
        check_text(hello.instance, sizeof hello.instance);
    struct link_tracks tracks;
    if (link_read_tracks(frame, &tracks) == 0 && (tracks.count < 1 || tracks.count > TRACK_MAX))
        abort();
    struct link_command command;
    if (link_read_command(frame, &command) == 0)
        check_text(command.source, sizeof command.source);
    struct link_reply reply;
    if (link_read_reply(frame, &reply) == 0)
        check_text(reply.reason, sizeof reply.reason);
    struct link_status status;
    if (link_read_status(frame, &status) == 0)
        check_text(status.on_air, sizeof status.on_air);
    struct link_notice notice;
    if (link_read_notice(frame, &notice) == 0)
        check_text(notice.detail, sizeof notice.detail);
}

/* The first byte says how the rest is cut up, as a socket would. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t piece = data[0] ? data[0] : size;
    struct link_decoder d;
    link_decoder_init(&d);
    struct link_frame frame;
    int r = 0;
    for (size_t at = 1; at < size && r >= 0; at += piece) {
        r = link_decoder_feed(&d, data + at, size - at < piece ? size - at : piece);
        while (r >= 0 && (r = link_decoder_next(&d, &frame)) > 0)
            read_frame(&frame);
    }
    link_decoder_finish(&d);
    return 0;
}

static void add_example(int i, struct buf *b)
{
    struct link_hello hello = {.version = LINK_VERSION, .role = "server", .meeting = "demo"};
    struct link_tracks tracks = {.count = 1, .grid_us = 2000000};
    tracks.tracks[0] = (struct track){1, TRACK_VIDEO, "720p", 1500000};
    struct link_command command = {.id = 1, .kind = LINK_SELECT, .source = "encoder"};
    struct link_reply reply = {.id = 1, .error = -5, .reason = "why"};
    struct link_status status = {.recorder = RECORDER_ON, .source_count = 1};
    status.sources[0] = (struct link_source_status){.id = "test", .state = SOURCE_LIVE};
    struct link_notice notice = {.type = "source.on_air", .detail = "x"};
    struct fragment f = {.track = 1, .init = 1, .timescale = 90000, .bytes = bytes_copy("m", 1)};
    struct track_init init = {.track = 1, .number = 1, .timescale = 90000, .bytes = f.bytes};
    buf_add_u8(b, 0);
    link_add_hello(b, &hello);
    if (i > 0)
        link_add_tracks(b, &tracks);
    if (i > 1) {
        link_add_command(b, &command);
        link_add_reply(b, &reply);
        link_add_status(b, &status);
        link_add_notice(b, &notice);
    }
    if (i > 2) {
        link_add_fragment_header(b, &f);
        buf_add(b, f.bytes->data, f.bytes->size);
        link_add_init(b, &init);
    }
    bytes_unref(f.bytes);
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    if (i > 3)
        return 0;
    cleanup_buf struct buf b;
    buf_init(&b, room);
    add_example(i, &b);
    if (b.error)
        return 0;
    memcpy(ret, b.data, b.size);
    return b.size;
}
