#include "../cmocka_all.h"
#include "protocol/media_message.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static void writes_an_init_as_documented(void **state)
{
    struct track_init init = {.track = 2,
                              .number = 7,
                              .timescale = 90000,
                              .width = 1280,
                              .height = 720,
                              .codec = "avc1.64001f",
                              .bytes = bytes_copy("ftyp", 4)};
    static const uint8_t expected[] = {1,    2,   0,   0,   0,    0,   0,   7,   0,   1,   0x5f,
                                       0x90, 5,   0,   2,   0xd0, 11,  'a', 'v', 'c', '1', '.',
                                       '6',  '4', '0', '0', '1',  'f', 'f', 't', 'y', 'p'};
    uint8_t out[sizeof expected];
    assert_int_equal(media_init_size(&init), sizeof expected);
    media_init_write(&init, out);
    assert_memory_equal(out, expected, sizeof expected);
    bytes_unref(init.bytes);
}

static void writes_fragments_as_documented(void **state)
{
    struct fragment a = {.track = 1,
                         .flags = FRAGMENT_SYNC,
                         .init = 3,
                         .seq = 0x0102030405060708,
                         .dts = 90000,
                         .cts = -45000, /* presented half a second before */
                         .duration = 3600,
                         .timescale = 90000,
                         .capture_utc_us = 1700000000000000,
                         .bytes = bytes_copy("xy", 2)};
    struct fragment b = a;
    const struct fragment *both[] = {&a, &b};
    b.track = 3;
    b.bytes = bytes_copy("", 0);
    static const uint8_t expected[] =
        {
            2,    2,    0,    0, /* two fragments */
            1,    1,    0,    0,    0,    0,    0,    3,    1,    2,    3, 4, 5,    6,
            7,    8,                                                   /* track, flags, init, seq */
            0,    0,    0,    0,    0,    0x07, 0xa1, 0x20,            /* 500,000 */
            0,    6,    0x0a, 0x24, 0x18, 0x1e, 0x40, 0,               /* UTC */
            0,    0,    0x9c, 0x40, 0,    0,    0,    2,    'x',  'y', /* 40,000; 2 bytes */
            3,    1,    0,    0,    0,    0,    0,    3,    1,    2,    3, 4, 5,    6,
            7,    8,    0,    0,    0,    0,    0,    0x07, 0xa1, 0x20, 0, 6, 0x0a, 0x24,
            0x18, 0x1e, 0x40, 0,    0,    0,    0x9c, 0x40, 0,    0,    0, 0};
    uint8_t out[sizeof expected];
    assert_int_equal(media_fragments_size(both, 2), sizeof expected);
    media_fragments_write(both, 2, out);
    assert_memory_equal(out, expected, sizeof expected);
    bytes_unref(a.bytes);
    bytes_unref(b.bytes);
}

/* Takes the text. */
static void expect_json(struct bytes *text, const char *expected)
{
    json_t *a = json_loadb((const char *)text->data, text->size, 0, NULL);
    json_t *b = json_loads(expected, 0, NULL);
    assert_non_null(a);
    assert_non_null(b);
    assert_true(json_equal(a, b));
    json_decref(a);
    json_decref(b);
    bytes_unref(text);
}

static void writes_texts(void **state)
{
    const struct track tracks[] = {{1, TRACK_VIDEO, "720p", 1500000},
                                   {3, TRACK_AUDIO, "audio", 48000}};
    struct media_hello hello = {.meeting = "demo",
                                .live = true,
                                .server_utc_us = 5,
                                .media_time_us = -6,
                                .track_count = 2,
                                .tracks = tracks,
                                .rendition = "720p"};
    expect_json(media_hello_text(&hello),
                "{\"type\":\"hello\",\"protocol\":\"meclis.media.v1\",\"meeting\":\"demo\","
                "\"live\":true,\"server_utc_us\":5,\"media_time_us\":-6,\"tracks\":["
                "{\"id\":1,\"kind\":\"video\",\"name\":\"720p\",\"bitrate_bps\":1500000},"
                "{\"id\":3,\"kind\":\"audio\",\"name\":\"audio\",\"bitrate_bps\":48000}],"
                "\"rendition\":\"720p\"}");
    expect_json(media_rendition_text("", MEDIA_SLOW),
                "{\"type\":\"rendition\",\"rendition\":\"\",\"reason\":\"slow\"}");
    expect_json(media_skip_text(1, 2), "{\"type\":\"skip\",\"from_us\":1,\"to_us\":2}");
    expect_json(media_state_text(false), "{\"type\":\"state\",\"live\":false}");
}

static int take(const char *text, struct media_client_message *ret)
{
    return media_client_read(text, strlen(text), ret);
}

static void reads_a_clients_messages(void **state)
{
    struct media_client_message m;
    assert_int_equal(take("{\"type\":\"select\",\"rendition\":\"360p\"}", &m), 0);
    assert_int_equal(m.kind, MEDIA_SELECT);
    assert_string_equal(m.rendition, "360p");
    assert_true(m.video);
    assert_int_equal(take("{\"type\":\"select\",\"video\":false,\"more\":[1]}", &m), 0);
    assert_false(m.video);
    assert_string_equal(m.rendition, "");
    assert_int_equal(take("{\"type\":\"report\",\"video_sequence\":12,\"audio_sequence\":null,"
                          "\"buffered_us\":123.75}",
                          &m),
                     0);
    assert_int_equal(m.kind, MEDIA_REPORT);
    assert_true(m.has_video_sequence);
    assert_int_equal(m.video_sequence, 12);
    assert_false(m.has_audio_sequence);
    assert_int_equal(m.buffered_us, 123);
    assert_int_equal(take("{\"type\":\"report\"}", &m), 0);
    assert_int_equal(m.buffered_us, -1);
}

static void refuses_the_rest(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "x",
        "null",
        "1",
        "\"report\"",
        "[]",
        "{}",
        "{\"type\":1}",
        "{\"type\":\"hello\"}",
        "{\"type\":\"select\",\"rendition\":1}",
        "{\"type\":\"select\",\"rendition\":\"a-name-that-is-too-long\"}",
        "{\"type\":\"select\",\"rendition\":\"a\\u0000b\"}",
        "{\"type\":\"select\",\"video\":\"no\"}",
        "{\"type\":\"report\",\"video_sequence\":-1}",
        "{\"type\":\"report\",\"video_sequence\":\"1\"}",
        "{\"type\":\"report\",\"audio_sequence\":1e300}",
        "{\"type\":\"report\",\"type\":\"report\"}",
        "{\"type\":\"report\"}}",
        "{\"type\":\"\xff\"}",
        "{\"type\":\"report\""};
    struct media_client_message m;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(take(bad[i], &m), -EPROTO);
    assert_int_equal(media_client_read("{\"type\":\"report\"}\0", 18, &m), -EPROTO);
    char deep[1024];
    memset(deep, '[', sizeof deep);
    assert_int_equal(media_client_read(deep, sizeof deep, &m), -EPROTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_an_init_as_documented),
        cmocka_unit_test(writes_fragments_as_documented),
        cmocka_unit_test(writes_texts),
        cmocka_unit_test(reads_a_clients_messages),
        cmocka_unit_test(refuses_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
