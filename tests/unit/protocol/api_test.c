#include "../cmocka_all.h"

#include "protocol/api.h"
#include "protocol/epoch.h"
#include "protocol/event.h"
#include "protocol/language.h"
#include "protocol/refusal.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static json_t *parse(struct bytes *b)
{
    assert_non_null(b);
    json_error_t error;
    json_t *j = json_loadb((const char *)b->data, b->size, JSON_REJECT_DUPLICATES, &error);
    if (!j)
        fail_msg("%s", error.text);
    bytes_unref(b);
    return j;
}

static int64_t number(const json_t *j, const char *name)
{
    const json_t *value = json_object_get(j, name);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static const char *text(const json_t *j, const char *name)
{
    const char *value = json_string_value(json_object_get(j, name));
    assert_non_null(value);
    return value;
}

static void a_meeting(void **state)
{
    struct link_tracks tracks = {.count = 1, .grid_us = 2000000};
    tracks.tracks[0] = (struct track){1, TRACK_VIDEO, "720p", 1500000};
    struct api_meeting m = {.id = "demo",
                            .title = "Örnek \"Meclis\"",
                            .language = "tr",
                            .body = "Örnek Belediye Meclisi",
                            .state = BROADCAST_LIVE,
                            .has_epoch = true,
                            .epoch_utc_us = 1700000000000000,
                            .tracks = &tracks,
                            .on_air = "srt",
                            .recorder = RECORDER_ON};
    json_t *j = parse(api_print_meeting(&m));
    assert_string_equal(text(j, "title"), "Örnek \"Meclis\"");
    assert_string_equal(text(j, "body"), "Örnek Belediye Meclisi");
    assert_true(json_is_null(json_object_get(j, "starts_utc_us")));
    assert_string_equal(text(j, "state"), "live");
    assert_int_equal(number(j, "epoch_utc_us"), 1700000000000000);
    assert_string_equal(text(json_object_get(j, "recording"), "state"), "on");
    const json_t *track = json_array_get(json_object_get(j, "tracks"), 0);
    assert_string_equal(text(track, "kind"), "video");
    assert_string_equal(text(json_object_get(j, "links"), "hls"), "/hls/demo/master.m3u8");
    json_decref(j);
    m.has_epoch = false;
    m.tracks = NULL;
    j = parse(api_print_meetings(&m, 1));
    const json_t *first = json_array_get(json_object_get(j, "meetings"), 0);
    assert_true(json_is_null(json_object_get(first, "epoch_utc_us")));
    assert_int_equal(json_array_size(json_object_get(first, "tracks")), 0);
    json_decref(j);
}

static void sources_that_were_not_heard_of(void **state)
{
    struct api_source s = {.id = "srt", .kind = SOURCE_SRT_LISTEN, .priority = 1};
    json_t *j = parse(api_print_sources("demo", "", "", false, &s, 1));
    const json_t *first = json_array_get(json_object_get(j, "sources"), 0);
    assert_string_equal(text(first, "state"), "unknown");
    assert_string_equal(text(first, "kind"), "srt-listen");
    assert_true(json_is_false(json_object_get(first, "on_air")));
    json_decref(j);
    struct link_source_status status = {.state = SOURCE_REFUSED, .reason = "neden"};
    s.status = &status;
    j = parse(api_print_sources("demo", "srt", "srt", true, &s, 1));
    first = json_array_get(json_object_get(j, "sources"), 0);
    assert_string_equal(text(first, "state"), "refused");
    assert_true(json_is_true(json_object_get(first, "on_air")));
    json_decref(j);
}

static void the_log(void **state)
{
    uint8_t hash[32] = {0xab, 0x01};
    cleanup(api_log_destroy_p) struct api_log *log = api_log_create("demo", 3);
    struct api_event e = {.seq = 4,
                          .actor = "a",
                          .type = "t",
                          .audience = "public",
                          .version = 1,
                          .body = "{\"v\":1}",
                          .hash = hash};
    assert_int_equal(api_log_add(log, &e), 0);
    e.seq = 5;
    e.audience = "closed";
    e.body = NULL;
    assert_int_equal(api_log_add(log, &e), 0);
    json_t *j = parse(api_log_print(log, true));
    assert_int_equal(number(j, "since"), 3);
    assert_true(json_is_true(json_object_get(j, "more")));
    const json_t *first = json_array_get(json_object_get(j, "events"), 0);
    assert_string_equal(text(first, "body"), "{\"v\":1}");
    assert_int_equal(strncmp(text(first, "hash"), "ab0100", 6), 0);
    assert_int_equal(strlen(text(first, "hash")), 64);
    const json_t *second = json_array_get(json_object_get(j, "events"), 1);
    assert_string_equal(text(second, "audience"), "closed");
    assert_true(json_is_null(json_object_get(second, "body")));
    json_decref(j);
}

static int read_broadcast(const char *body, struct api_broadcast *ret)
{
    struct bytes *b = bytes_copy(body, strlen(body));
    int r = api_read_broadcast(b, ret);
    bytes_unref(b);
    return r;
}

static void broadcast_commands(void **state)
{
    static const char *const wrong[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"action\":1}",
        "{\"action\":\"\"}",
        "{\"action\":\"start\",\"action\":\"stop\"}",
        "{\"action\":\"start\"",
        "{\"action\":\"start\",\"other\":1}",
        "{\"action\":\"select\",\"source\":5}",
        "{\"action\":\"a very long action indeed, longer than any\"}",
        "{\"action\":\"\\u0000start\"}",
        "{\"action\":\"\xff\"}",
    };
    struct api_broadcast b = {.action = "untouched"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_broadcast(wrong[i], &b), -EINVAL);
    assert_int_equal(api_read_broadcast(NULL, &b), -EINVAL);
    assert_string_equal(b.action, "untouched");
    assert_int_equal(read_broadcast("{\"action\":\"select\",\"source\":\"srt\"}", &b), 0);
    assert_string_equal(b.action, "select");
    assert_string_equal(b.source, "srt");
    assert_int_equal(read_broadcast("{\"action\":\"stop\"}", &b), 0);
    assert_string_equal(b.source, "");
}

static void refusals_in_both_languages(void **state)
{
    for (int r = REFUSAL_BAD_REQUEST; r <= REFUSAL_UNKNOWN_SOURCE; r++) {
        assert_in_range(refusal_status(r), 400, 599);
        assert_non_null(refusal_code(r));
        assert_string_not_equal(refusal_message(r, LANGUAGE_TURKISH),
                                refusal_message(r, LANGUAGE_ENGLISH));
        json_t *j = parse(refusal_print(r, LANGUAGE_TURKISH));
        assert_string_equal(text(json_object_get(j, "error"), "code"), refusal_code(r));
        json_decref(j);
    }
}

static void languages(void **state)
{
    assert_int_equal(language_from_accept(""), LANGUAGE_TURKISH);
    assert_int_equal(language_from_accept("en"), LANGUAGE_ENGLISH);
    assert_int_equal(language_from_accept("EN-gb,tr;q=0.5"), LANGUAGE_ENGLISH);
    assert_int_equal(language_from_accept("en;q=0.4, tr;q=0.5"), LANGUAGE_TURKISH);
    assert_int_equal(language_from_accept("de, fr;q=0.9"), LANGUAGE_TURKISH);
    assert_int_equal(language_from_accept("de, en;q=0.1"), LANGUAGE_ENGLISH);
    assert_int_equal(language_from_accept("eng"), LANGUAGE_TURKISH);
    assert_int_equal(language_from_accept("en;q=0"), LANGUAGE_TURKISH);
    assert_int_equal(language_from_accept(",,;q=;;en-,"), LANGUAGE_TURKISH);
}

static void event_bodies(void **state)
{
    const struct event_field fields[] = {
        {.name = "on", .kind = EVENT_FLAG, .number = 1},
        {.name = "source", .kind = EVENT_TEXT, .text = "srt"},
        {.name = "n", .kind = EVENT_NUMBER, .number = -5},
        {.name = "bad", .kind = EVENT_TEXT, .text = "a\xffz"},
    };
    char *body = event_body_print(fields, 4);
    assert_string_equal(body, "{\"v\":1,\"on\":true,\"source\":\"srt\",\"n\":-5,\"bad\":\"a?z\"}");
    bool on = false;
    char source[8] = "x";
    assert_int_equal(event_body_flag(body, "on", &on), 1);
    assert_true(on);
    assert_int_equal(event_body_text(body, "source", source, sizeof source), 1);
    assert_string_equal(source, "srt");
    assert_int_equal(event_body_text(body, "on", source, sizeof source), 0);
    assert_int_equal(event_body_text(body, "source", source, 3), 0);
    assert_int_equal(event_body_flag("nonsense", "on", &on), -EBADMSG);
    free(body);
    body = event_body_print(NULL, 0);
    assert_string_equal(body, "{\"v\":1}");
    free(body);
}

static const char boot_a[] = "00000000-0000-0000-0000-00000000000a";
static const char boot_b[] = "00000000-0000-0000-0000-00000000000b";

static void expect_epoch(const struct epoch *e, const char *boot_id, int64_t boot_us,
                         int64_t utc_us)
{
    assert_string_equal(e->boot_id, boot_id);
    assert_int_equal(e->boot_us, boot_us);
    assert_int_equal(e->utc_us, utc_us);
}

static void the_epoch_survives(void **state)
{
    struct epoch e = {.boot_us = -123, .utc_us = 1000000}, f = {0};
    memcpy(e.boot_id, boot_a, sizeof boot_a);
    struct bytes *b = epoch_print(&e);
    assert_int_equal(epoch_parse(b->data, b->size, &f), 0);
    bytes_unref(b);
    expect_epoch(&f, e.boot_id, -123, 1000000);
    assert_int_equal(epoch_parse("{}", 2, &f), -EINVAL);
    assert_int_equal(epoch_parse("{\"boot_id\":\"x\"}", 15, &f), -EINVAL);
    /* within one boot nothing changes, whatever UTC says */
    f = epoch_continue(&e, boot_a, 5000, 999, 0);
    expect_epoch(&f, boot_a, -123, 1000000);
    /* after a reboot: UTC says how much time has passed */
    f = epoch_continue(&e, boot_b, 5000, 1000000 + 700, 0);
    expect_epoch(&f, boot_b, 5000 - 700, 1000000);
    /* but never back before what is recorded */
    f = epoch_continue(&e, boot_b, 5000, 900000, 800);
    expect_epoch(&f, boot_b, 5000 - 800, 900000 - 800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meeting),
        cmocka_unit_test(sources_that_were_not_heard_of),
        cmocka_unit_test(the_log),
        cmocka_unit_test(broadcast_commands),
        cmocka_unit_test(refusals_in_both_languages),
        cmocka_unit_test(languages),
        cmocka_unit_test(event_bodies),
        cmocka_unit_test(the_epoch_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
