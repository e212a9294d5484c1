#include "../cmocka_all.h"
#include "app/top_view.h"

#include <string.h>

static const char before_text[] =
    "# HELP meclis_up_seconds x\nmeclis_up_seconds 3700\nmeclis_bytes_sent_total 1000000\n"
    "meclis_net_turn_seconds_bucket{thread=\"0\",le=\"0.001\"} 10\n"
    "meclis_net_turn_seconds_bucket{thread=\"0\",le=\"0.016\"} 10\n"
    "meclis_net_turn_seconds_bucket{thread=\"0\",le=\"+Inf\"} 10\n"
    "meclis_net_turn_seconds_count{thread=\"0\"} 10\n";
static const char now_text[] =
    "meclis_up_seconds 3701\nmeclis_viewers_media 12\nmeclis_viewers_hls 4\n"
    "meclis_bytes_sent_total 3500000\nmeclis_behind_us_max 1250000\n"
    "meclis_net_turn_seconds_bucket{thread=\"0\",le=\"0.001\"} 70\n"
    "meclis_net_turn_seconds_bucket{thread=\"0\",le=\"0.016\"} 109\n"
    "meclis_net_turn_seconds_bucket{thread=\"0\",le=\"+Inf\"} 110\n"
    "meclis_net_turn_seconds_count{thread=\"0\"} 110\n"
    "meclis_live{meeting=\"ornek\"} 1\nmeclis_worker_up{meeting=\"ornek\"} 1\n"
    "meclis_viewers{meeting=\"ornek\"} 16\n"
    "meclis_watching{meeting=\"ornek\",transport=\"websocket\",rendition=\"720p\"} 9\n"
    "meclis_watching{meeting=\"ornek\",transport=\"hls\",rendition=\"720p\"} 4\n"
    "meclis_watching{meeting=\"ornek\",transport=\"websocket\",rendition=\"360p\"} 3\n"
    "meclis_watching{meeting=\"ornek\",transport=\"hls\",rendition=\"360p\"} 0\n"
    "meclis_source_on_air{meeting=\"ornek\",source=\"salon\"} 1\n"
    "meclis_source_on_air{meeting=\"ornek\",source=\"yedek\"} 0\n"
    "meclis_recording_state{meeting=\"ornek\",state=\"on\"} 1\n"
    "meclis_recording_state{meeting=\"ornek\",state=\"full\"} 0\n"
    "meclis_alarm{meeting=\"ornek\",alarm=\"silent\"} 1\n"
    "meclis_alarm{meeting=\"ornek\",alarm=\"frozen\"} 1\n";

static char *frame(const char *before, const char *now, const struct top_style *style)
{
    struct top_reading a = {0}, b;
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    if (before)
        assert_int_equal(top_reading_parse(before, strlen(before), 0, &a), 0);
    assert_int_equal(top_reading_parse(now, strlen(now), 1000000, &b), 0);
    top_view(&out, before ? &a : NULL, &b, style);
    char *text = strdup(buf_text(&out));
    top_reading_finish(&a);
    top_reading_finish(&b);
    return text;
}

static void shows_what_is_there(void **state)
{
    struct top_style tr = {.language = LANGUAGE_TURKISH, .server = "http://sunucu"};
    struct top_style en = {.language = LANGUAGE_ENGLISH, .server = "http://sunucu"};
    cleanup_free char *text = frame(before_text, now_text, &tr);
    static const char *const turkish[] = {"açık 1:01:41",
                                          "WebSocket 12   HLS 4",
                                          "20,0 Mbit/s",
                                          "en çok 1,25 s",
                                          "≤ 1,00",
                                          "≤ 16,00",
                                          "ornek",
                                          "yayında",
                                          "salon",
                                          "sessiz donuk",
                                          "720p  WebSocket 9  HLS 4   360p  WebSocket 3\n"};
    for (size_t i = 0; i < sizeof turkish / sizeof turkish[0]; i++) {
        if (!strstr(text, turkish[i]))
            print_message("%s is not in:\n%s", turkish[i], text);
        assert_non_null(strstr(text, turkish[i]));
    }
    assert_null(strstr(text, "yedek"));
    assert_null(strchr(text, '\033'));
    cleanup_free char *english = frame(before_text, now_text, &en);
    assert_non_null(strstr(english, "20.0 Mbit/s"));
    assert_non_null(strstr(english, "on air"));
    assert_non_null(strstr(english, "silent frozen"));
}

static void what_is_not_known_is_not_made_up(void **state)
{
    struct top_style s = {.language = LANGUAGE_ENGLISH, .server = "x"};
    cleanup_free char *first = frame(NULL, now_text, &s);
    assert_non_null(strstr(first, "– Mbit/s"));
    cleanup_free char *restarted = frame(now_text, before_text, &s); /* it counts anew */
    assert_non_null(strstr(restarted, "– Mbit/s"));
    cleanup_free char *nothing = frame(NULL, "", &s);
    assert_non_null(strstr(nothing, "WebSocket 0"));
}

static void fits_its_terminal(void **state)
{
    struct top_style s = {
        .language = LANGUAGE_TURKISH, .server = "x", .columns = 20, .rows = 3, .ansi = true};
    cleanup_free char *text = frame(before_text, now_text, &s);
    int rows = 0, column = 0, widest = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '\033') {
            p += strcspn(p, "mK");
        } else if (*p == '\n') {
            rows++;
            column = 0;
        } else if (*p != '\r' && ((unsigned char)*p & 0xc0) != 0x80) {
            column++;
            widest = column > widest ? column : widest;
        }
    }
    assert_int_equal(rows, 3);
    assert_int_equal(widest, 20);
}

/* A server that is not ours can't write to the terminal. */
static void believes_nothing(void **state)
{
    struct top_style s = {.language = LANGUAGE_ENGLISH, .server = "x"};
    cleanup_free char *text = frame(NULL,
                                    "meclis_live{meeting=\"a\033[2J\"} 1\n"
                                    "meclis_live{meeting=\"b\xc2\x9b"
                                    "2J\"} 1\n"
                                    "meclis_live{meeting=\"c} 1\nmeclis_live{} 1\nmeclis_live 1\n"
                                    "meclis_viewers_media nan\nmeclis_viewers_hls 1e999\n"
                                    "meclis_connections 12x\n\n \n   7\n"
                                    "meclis_viewers_media 99",
                                    &s);
    assert_null(strchr(text, '\033'));
    assert_null(strstr(text, "2J"));
    assert_null(strstr(text, "Meeting"));
    assert_non_null(strstr(text, "WebSocket 0   HLS 0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_is_there),
        cmocka_unit_test(what_is_not_known_is_not_made_up),
        cmocka_unit_test(fits_its_terminal),
        cmocka_unit_test(believes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
