#include "../cmocka_all.h"

#include "link/message.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static struct link_frame frame_of(const struct buf *b)
{
    assert_int_equal(b->error, 0);
    assert_true(b->size >= LINK_FRAME_HEADER_BYTES);
    return (struct link_frame){b->data[4], b->data + LINK_FRAME_HEADER_BYTES,
                               b->size - LINK_FRAME_HEADER_BYTES};
}

/* Writes `in` by `add`, reads it by `read` into `out`, and compares all bytes: the structs below
 * are cleared first, so that their padding is equal. Then every cut of the body must be refused. */
#define ROUND_TRIP(record, in, add, read)                                                          \
    do {                                                                                           \
        cleanup_buf struct buf b_;                                                                 \
        record out_, cut_;                                                                         \
        buf_init(&b_, 1 << 20);                                                                    \
        memset(&out_, 0, sizeof out_);                                                             \
        assert_int_equal(add(&b_, &(in)), 0);                                                      \
        struct link_frame f_ = frame_of(&b_);                                                      \
        assert_int_equal(read(&f_, &out_), 0);                                                     \
        assert_memory_equal(&out_, &(in), sizeof out_);                                            \
        for (size_t n_ = 0; n_ < b_.size - LINK_FRAME_HEADER_BYTES; n_++) {                        \
            f_.size = n_;                                                                          \
            assert_int_equal(read(&f_, &cut_), -EPROTO);                                           \
        }                                                                                          \
        f_ = frame_of(&b_);                                                                        \
        f_.type = f_.type == LINK_HELLO ? LINK_NOTICE : LINK_HELLO;                                \
        assert_int_equal(read(&f_, &cut_), -EPROTO);                                               \
    } while (0)

#define FRAME(frame_type, text)                                                                    \
    (&(struct link_frame){frame_type, (const uint8_t *)(text), strlen(text)})

static void hello(void **state)
{
    struct link_hello m;
    memset(&m, 0, sizeof m);
    m.version = LINK_VERSION;
    m.pid = 4194304;
    strcpy(m.role, "programme");
    strcpy(m.meeting, "demo");
    strcpy(m.instance, "0123456789abcdef0123456789abcdef");
    ROUND_TRIP(struct link_hello, m, link_add_hello, link_read_hello);
    assert_int_equal(link_read_hello(FRAME(LINK_HELLO, "{}"), &m), -EPROTO);
    assert_int_equal(link_read_hello(FRAME(LINK_HELLO, "{\"version\":\"1\"}"), &m), -EPROTO);
    assert_int_equal(link_read_hello(FRAME(LINK_HELLO, "{\"version\":4294967297}"), &m), -EPROTO);
    assert_int_equal(link_read_hello(FRAME(LINK_HELLO, "{\"version\":1,\"version\":1}"), &m),
                     -EPROTO);
    assert_int_equal(link_read_hello(FRAME(LINK_HELLO, "{\"version\":1}"), &m), 0);
    assert_string_equal(m.meeting, "");
}

static void tracks(void **state)
{
    struct link_tracks m;
    memset(&m, 0, sizeof m);
    m.count = TRACK_MAX;
    m.grid_us = 2000000;
    for (int i = 0; i < TRACK_MAX; i++) {
        m.tracks[i].id = (uint8_t)(i + 1);
        m.tracks[i].kind = i % 2 ? TRACK_AUDIO : TRACK_VIDEO;
        m.tracks[i].bitrate_bps = i == 0 ? UINT32_MAX : 48000;
        m.tracks[i].name[0] = (char)('a' + i);
    }
    ROUND_TRIP(struct link_tracks, m, link_add_tracks, link_read_tracks);
}

static void tracks_are_checked(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{\"grid_us\":1,\"tracks\":[]}",
        "{\"grid_us\":0,\"tracks\":[{\"id\":1,\"kind\":1,\"name\":\"a\"}]}",
        "{\"grid_us\":1,\"tracks\":[{\"id\":0,\"kind\":1,\"name\":\"a\"}]}",
        "{\"grid_us\":1,\"tracks\":[{\"id\":9,\"kind\":1,\"name\":\"a\"}]}",
        "{\"grid_us\":1,\"tracks\":[{\"id\":257,\"kind\":1,\"name\":\"a\"}]}",
        "{\"grid_us\":1,\"tracks\":[{\"id\":1,\"kind\":3,\"name\":\"a\"}]}",
        "{\"grid_us\":1,\"tracks\":[{\"id\":1,\"kind\":1,\"name\":\"../a\"}]}",
        "{\"grid_us\":1,\"tracks\":[{\"id\":1,\"kind\":1,\"name\":\"a\",\"bitrate_bps\":-1}]}",
        "{\"grid_us\":1,\"tracks\":[7]}",
        "{\"grid_us\":1,\"tracks\":[{\"id\":1,\"kind\":1,\"name\":\"a\"},{\"id\":1,\"kind\":2,"
        "\"name\":\"b\"}]}",
        "[]",
        "null",
        "",
    };
    struct link_tracks m = {.count = 77};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(link_read_tracks(FRAME(LINK_TRACKS, bad[i]), &m), -EPROTO);
    assert_int_equal(m.count, 77);
}

static void command_and_reply(void **state)
{
    struct link_command c;
    memset(&c, 0, sizeof c);
    c.id = UINT32_MAX;
    c.kind = LINK_LAYOUT;
    strcpy(c.source, "kamera-2");
    ROUND_TRIP(struct link_command, c, link_add_command, link_read_command);
    assert_int_equal(link_read_command(FRAME(LINK_COMMAND, "{\"id\":1,\"kind\":0}"), &c), -EPROTO);
    assert_int_equal(link_read_command(FRAME(LINK_COMMAND, "{\"id\":1,\"kind\":13}"), &c), -EPROTO);
    assert_int_equal(link_read_command(FRAME(LINK_COMMAND, "{\"id\":-1,\"kind\":1}"), &c), -EPROTO);

    struct link_reply r;
    memset(&r, 0, sizeof r);
    r.id = 3;
    r.error = -ENOSPC;
    strcpy(r.reason, "disk dolu: \"yer yok\"\n");
    ROUND_TRIP(struct link_reply, r, link_add_reply, link_read_reply);
    assert_int_equal(link_read_reply(FRAME(LINK_REPLY, "{\"id\":1,\"error\":7}"), &r), -EPROTO);
}

static void status(void **state)
{
    struct link_status m;
    memset(&m, 0, sizeof m);
    m.media_time_us = INT64_C(9007199254740993); /* no double holds it */
    m.alarms = ALARM_SILENT | ALARM_BLACK;
    m.recorder = RECORDER_FULL;
    m.recorded_bytes = INT64_MAX;
    m.recorded_until_us = -1;
    m.disk_free_bytes = 1 << 30;
    m.fragments = 5;
    m.dropped = 6;
    m.rss_bytes = 7;
    strcpy(m.on_air, "kamera-1");
    m.source_count = SPEC_MAX_SOURCES;
    for (int i = 0; i < SPEC_MAX_SOURCES; i++) {
        struct link_source_status *s = &m.sources[i];
        s->id[0] = (char)('a' + i);
        s->state = (enum source_state)(SOURCE_WAITING + i % 5);
        strcpy(s->video, "H.264 1280×720 25/1");
        memset(s->reason, 'r', sizeof s->reason - 1);
        s->bytes = i;
        s->drift_ppm = -12.5 * i;
    }
    ROUND_TRIP(struct link_status, m, link_add_status, link_read_status);
}

static void status_with_numbers_that_are_none(void **state)
{
    struct link_status m = {.recorder = RECORDER_ON, .source_count = 1}, out;
    m.sources[0] = (struct link_source_status){.id = "a", .state = 99, .drift_ppm = NAN};
    cleanup_buf struct buf b;
    buf_init(&b, 10000);
    assert_int_equal(link_add_status(&b, &m), 0);
    struct link_frame f = frame_of(&b);
    assert_int_equal(link_read_status(&f, &out), 0);
    assert_int_equal(out.sources[0].state, SOURCE_WAITING); /* of a newer side */
    assert_true(out.sources[0].drift_ppm == 0);
}

static void notice(void **state)
{
    struct link_notice m;
    memset(&m, 0, sizeof m);
    strcpy(m.type, "recording.gap");
    m.media_time_us = 40000;
    m.utc_us = INT64_C(1767225600000000);
    strcpy(m.source, "kamera-1");
    strcpy(m.detail, "disk dolu");
    ROUND_TRIP(struct link_notice, m, link_add_notice, link_read_notice);
}

/* A reason cut by snprintf in the middle of a character, or in another encoding, costs that
 * character and not the message. */
static void texts_that_are_no_utf8_are_mended(void **state)
{
    static const char *const pairs[][2] = {
        {"birle\xc5", "birle?"},
        {"\xe2\x82", "??"},
        {"a\xff\x62\xc3\xa7\xf0\x9f\x98", "a?bç???"},
        {"\xc0\x80", "??"},
        {"\xed\xa0\x80", "???"},
        {"\xf4\x90\x80\x80", "????"},
        {"öğüş 😀", "öğüş 😀"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct link_notice m = {.type = "source.refused"}, out;
        strcpy(m.detail, pairs[i][0]);
        cleanup_buf struct buf b;
        buf_init(&b, 1000);
        assert_int_equal(link_add_notice(&b, &m), 0);
        struct link_frame f = frame_of(&b);
        assert_int_equal(link_read_notice(&f, &out), 0);
        assert_string_equal(out.detail, pairs[i][1]);
    }
}

static void long_texts_are_cut_at_a_character(void **state)
{
    char json[1000] = "{\"id\":1,\"error\":0,\"reason\":\"";
    size_t at = strlen(json);
    for (int i = 0; i < 200; i++, at += 2)
        memcpy(json + at, "ş", 2);
    memcpy(json + at, "\"}", 3);
    struct link_reply r;
    assert_int_equal(link_read_reply(FRAME(LINK_REPLY, json), &r), 0);
    assert_int_equal(strlen(r.reason), 254); /* 255 would be half a character */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello),
        cmocka_unit_test(tracks),
        cmocka_unit_test(tracks_are_checked),
        cmocka_unit_test(command_and_reply),
        cmocka_unit_test(status),
        cmocka_unit_test(status_with_numbers_that_are_none),
        cmocka_unit_test(notice),
        cmocka_unit_test(texts_that_are_no_utf8_are_mended),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
