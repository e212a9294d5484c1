#include "../cmocka_all.h"
#include "media/playlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct buf text_buf(void)
{
    struct buf b;
    buf_init(&b, PLAYLIST_MAX_BYTES);
    return b;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

static double number_after(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    assert_non_null(at);
    return strtod(at + strlen(name), NULL);
}

/* A window of pictures, or of sound in fragments of two AAC frames. */
static struct window *filled(enum track_kind kind, uint32_t timescale, uint32_t ticks, int seconds,
                             int64_t from_s)
{
    struct window *w;
    int64_t cell = -1;
    assert_int_equal(window_create(kind, 2000000, PLAYLIST_SPAN_US + 10000000, &w), 0);
    for (int64_t at = from_s * timescale; at < (from_s + seconds) * timescale; at += ticks) {
        bool key = kind == TRACK_AUDIO || at / timescale / 2 != cell;
        cell = at / timescale / 2;
        struct fragment f = {.flags = key ? FRAGMENT_SYNC : 0,
                             .init = 1,
                             .dts = at,
                             .duration = ticks,
                             .timescale = timescale,
                             .capture_utc_us = 1700000000123456 + ticks_to_us(at, timescale),
                             .bytes = bytes_new(100)};
        assert_true(window_add(w, &f) >= 0);
        bytes_unref(f.bytes);
    }
    return w;
}

static void live_slides_over_a_minute(void **state)
{
    struct window *w = filled(TRACK_VIDEO, 25, 1, 101, 0);
    cleanup_buf struct buf out = text_buf();
    assert_int_equal(playlist_write_live(&out, w, NULL, 0), 0);
    const char *text = buf_text(&out);
    assert_true(strncmp(text, "#EXTM3U\n#EXT-X-VERSION:9\n", 25) == 0);
    assert_int_equal(count(text, "#EXTINF:"), 30);
    assert_int_equal((int)number_after(text, "#EXT-X-MEDIA-SEQUENCE:"), 20);
    assert_int_equal((int)number_after(text, "#EXT-X-TARGETDURATION:"), 2);
    assert_int_equal(count(text, "#EXT-X-PROGRAM-DATE-TIME:"), 31);
    assert_int_equal(count(text, "#EXT-X-MAP:URI=\"init-1.mp4\"\n"), 1);
    assert_non_null(strstr(text, "2.000000,\n49.m4s\n"));
    assert_null(strstr(text, "50.m4s\n")); /* not complete */
    assert_non_null(strstr(text, "#EXT-X-PART:DURATION=0.200000,URI=\"50.4.m4s\"\n"));
    assert_non_null(strstr(text, "URI=\"50.0.m4s\",INDEPENDENT=YES\n"));
    assert_non_null(strstr(text, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"50.5.m4s\"\n"));
    assert_null(strstr(text, "#EXT-X-ENDLIST"));
    window_destroy(w);
}

/* Parts stand only at the end: three target durations back. */
static void live_parts_are_of_the_last_seconds(void **state)
{
    struct window *w = filled(TRACK_VIDEO, 25, 1, 101, 0);
    cleanup_buf struct buf out = text_buf();
    playlist_write_live(&out, w, NULL, 0);
    assert_null(strstr(buf_text(&out), "\"46.0.m4s\""));
    assert_non_null(strstr(buf_text(&out), "\"48.0.m4s\""));
    window_destroy(w);
}

/* What players check: parts within the target, hold-back at least three of it, EXTINF rounded
 * within the target duration. */
static void live_keeps_the_rules_at_every_rate(void **state)
{
    static const struct {
        enum track_kind kind;
        uint32_t timescale, ticks;
    } rates[] = {{TRACK_VIDEO, 24, 1}, {TRACK_VIDEO, 25, 1},       {TRACK_VIDEO, 30000, 1001},
                 {TRACK_VIDEO, 50, 1}, {TRACK_AUDIO, 48000, 2048}, {TRACK_AUDIO, 44100, 2048}};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct window *w = filled(rates[i].kind, rates[i].timescale, rates[i].ticks, 70, 5000000);
        cleanup_buf struct buf out = text_buf();
        playlist_write_live(&out, w, NULL, 0);
        const char *text = buf_text(&out);
        double target = number_after(text, "PART-TARGET="), longest = 0;
        assert_true(number_after(text, "PART-HOLD-BACK=") > 3 * target - 1e-7);
        for (const char *at = text; (at = strstr(at, "#EXT-X-PART:DURATION=")); at++) {
            double d = number_after(at, "DURATION=");
            assert_true(d <= target);
            const char *after = strchr(at, '\n') + 1;
            if (strncmp(after, "#EXT-X-PART:", 12) == 0)
                assert_true(d >= 0.85 * target);
        }
        for (const char *at = text; (at = strstr(at, "#EXTINF:")); at++)
            if (number_after(at, "#EXTINF:") > longest)
                longest = number_after(at, "#EXTINF:");
        assert_true((int)(longest + 0.5) <= (int)number_after(text, "#EXT-X-TARGETDURATION:"));
        assert_true(count(text, "#EXTINF:") >= 29);
        window_destroy(w);
    }
}

static void live_reports_other_renditions(void **state)
{
    struct window *w = filled(TRACK_AUDIO, 48000, 2048, 10, 0);
    const struct playlist_report reports[] = {{"720p", 7, 3}, {"360p", 8, 0}};
    cleanup_buf struct buf out = text_buf();
    playlist_write_live(&out, w, reports, 2);
    assert_non_null(strstr(buf_text(&out), "#EXT-X-RENDITION-REPORT:URI=\"../720p/index.m3u8\","
                                           "LAST-MSN=7,LAST-PART=3\n"));
    assert_non_null(strstr(buf_text(&out), "../360p/index.m3u8\",LAST-MSN=8,LAST-PART=0\n"));
    window_destroy(w);
}

static void live_dates_are_exact(void **state)
{
    struct window *w = filled(TRACK_VIDEO, 25, 1, 3, 0);
    cleanup_buf struct buf out = text_buf();
    playlist_write_live(&out, w, NULL, 0);
    assert_non_null(strstr(buf_text(&out), "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.123Z\n"));
    assert_non_null(strstr(buf_text(&out), "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:22.123Z\n"));
    window_destroy(w);
}

static void an_empty_window_is_a_playlist_too(void **state)
{
    struct window *w;
    assert_int_equal(window_create(TRACK_VIDEO, 2000000, 1, &w), 0);
    cleanup_buf struct buf out = text_buf();
    assert_int_equal(playlist_write_live(&out, w, NULL, 0), 0);
    assert_int_equal(count(buf_text(&out), "EXTINF"), 0);
    window_destroy(w);
}

static void master_names_renditions_and_their_sound(void **state)
{
    const struct playlist_rendition r[] = {
        {TRACK_VIDEO, "720p", "avc1.64001f", 1280, 720, 30000 / 1001.0, 0, 0, 1500000},
        {TRACK_VIDEO, "360p", "", 640, 360, 25, 0, 0, 450000}, /* not known yet */
        {TRACK_AUDIO, "audio", "mp4a.40.2", 0, 0, 0, 60000, 48000, 48000}};
    cleanup_buf struct buf out = text_buf();
    assert_int_equal(playlist_write_master(&out, r, 3, false), 0);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text,
                           "#EXT-X-STREAM-INF:BANDWIDTH=1710000,CODECS=\"avc1.64001f,mp4a.40.2\","
                           "RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO=\"audio\"\n"
                           "720p/index.m3u8\n"));
    assert_null(strstr(text, "360p"));
    assert_non_null(strstr(text, "AVERAGE-BANDWIDTH=48000,CODECS=\"mp4a.40.2\",AUDIO=\"audio\"\n"
                                 "audio/index.m3u8\n"));
    assert_int_equal(count(text, "#EXT-X-MEDIA:TYPE=AUDIO"), 1);
    buf_clear(&out);
    playlist_write_master(&out, r, 3, true);
    assert_non_null(strstr(buf_text(&out), "720p/index.m3u8?dvr\n"));
    assert_non_null(strstr(buf_text(&out), "URI=\"audio/index.m3u8?dvr\""));
}

static void master_offers_the_lowest_sound_alone(void **state)
{
    const struct playlist_rendition r[] = {
        {TRACK_VIDEO, "720p", "avc1.64001f", 1280, 720, 25, 0, 0, 1500000},
        {TRACK_AUDIO, "audio", "mp4a.40.2", 0, 0, 0, 0, 0, 160000},
        {TRACK_AUDIO, "audio-low", "mp4a.40.2", 0, 0, 0, 0, 0, 48000}};
    cleanup_buf struct buf out = text_buf();
    assert_int_equal(playlist_write_master(&out, r, 3, false), 0);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "BANDWIDTH=1826000,CODECS=\"avc1.64001f,mp4a.40.2\","
                                 "RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO=\"audio\"\n"
                                 "720p/index.m3u8\n"));
    assert_non_null(strstr(text, "BANDWIDTH=52800,CODECS=\"mp4a.40.2\",AUDIO=\"audio-low\"\n"
                                 "audio-low/index.m3u8\n"));
    assert_int_equal(count(text, "#EXT-X-MEDIA:TYPE=AUDIO"), 2);
    assert_int_equal(count(text, "#EXT-X-STREAM-INF"), 2);
}

static void master_without_sound_has_no_group(void **state)
{
    const struct playlist_rendition r[] = {
        {TRACK_VIDEO, "720p", "avc1.64001f", 1280, 720, 25, 0, 0, 1500000}};
    cleanup_buf struct buf out = text_buf();
    playlist_write_master(&out, r, 1, false);
    assert_null(strstr(buf_text(&out), "AUDIO"));
    assert_non_null(strstr(buf_text(&out), "CODECS=\"avc1.64001f\","));
}

static void recorded_tells_gaps_and_changes(void **state)
{
    const struct segment s[] = {
        {.number = 10, .start_us = 20000000, .duration_us = 2000000, .utc_us = 0, .init = 1},
        {.number = 11, .duration_us = 2000000, .init = 1, .gap = true},
        {.number = 12, .duration_us = 3700000, .init = 2, .discontinuity = true},
        {.number = 13, .duration_us = 2000000, .init = 2},
    };
    struct playlist_recorded o = {.grid_us = 2000000, .ended = true};
    cleanup_buf struct buf out = text_buf();
    assert_int_equal(playlist_write_recorded(&out, s, 4, &o), 0);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-SEQUENCE:10\n"));
    assert_non_null(strstr(text, "#EXT-X-TARGETDURATION:4\n"));
    assert_non_null(strstr(text, "#EXT-X-GAP\n#EXTINF:2.000000,\n11.m4s\n"));
    assert_non_null(strstr(text, "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-2.mp4\"\n"));
    assert_int_equal(count(text, "#EXT-X-MAP"), 2);
    assert_int_equal(count(text, "#EXT-X-PART"), 0);
    assert_non_null(strstr(text, "13.m4s\n#EXT-X-ENDLIST\n"));
    o.ended = false;
    buf_clear(&out);
    playlist_write_recorded(&out, s, 4, &o);
    assert_non_null(strstr(buf_text(&out), "#EXT-X-PLAYLIST-TYPE:EVENT\n"));
    assert_null(strstr(buf_text(&out), "ENDLIST"));
    buf_clear(&out);
    assert_int_equal(playlist_write_recorded(&out, NULL, 0, &o), 0);
}

static void a_full_buffer_is_an_error(void **state)
{
    struct window *w = filled(TRACK_VIDEO, 25, 1, 30, 0);
    struct buf out;
    buf_init(&out, 300);
    assert_true(playlist_write_live(&out, w, NULL, 0) < 0);
    buf_finish(&out);
    window_destroy(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_slides_over_a_minute),
        cmocka_unit_test(live_parts_are_of_the_last_seconds),
        cmocka_unit_test(live_keeps_the_rules_at_every_rate),
        cmocka_unit_test(live_reports_other_renditions),
        cmocka_unit_test(live_dates_are_exact),
        cmocka_unit_test(an_empty_window_is_a_playlist_too),
        cmocka_unit_test(master_names_renditions_and_their_sound),
        cmocka_unit_test(master_offers_the_lowest_sound_alone),
        cmocka_unit_test(master_without_sound_has_no_group),
        cmocka_unit_test(recorded_tells_gaps_and_changes),
        cmocka_unit_test(a_full_buffer_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
