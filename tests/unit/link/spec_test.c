#include "../cmocka_all.h"

#include "link/spec.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char good[] =
    "{\"meeting\":\"demo\",\"title\":\"Örnek Birleşim\",\"language\":\"tr\",\"run_folder\":\"/r\","
    "\"recording_folder\":\"/k\",\"epoch_boot_us\":-5,\"mode\":\"composed\",\"frame_rate_num\":25,"
    "\"frame_rate_den\":1,\"grid_us\":2000000,\"audio_bitrate_bps\":48000,\"record\":true,"
    "\"reserve_bytes\":1073741824,\"orphan_seconds\":60,"
    "\"renditions\":[{\"name\":\"720p\",\"width\":1280,\"height\":720,\"bitrate_bps\":1500000},"
    "{\"name\":\"360p\",\"width\":640,\"height\":360,\"bitrate_bps\":450000}],"
    "\"sources\":[{\"id\":\"a\",\"kind\":\"test\",\"priority\":0,\"delay_us\":0,\"url\":\"\","
    "\"passphrase\":\"\",\"stream_id\":\"\"},"
    "{\"id\":\"b\",\"kind\":\"srt-listen\",\"priority\":1000,\"delay_us\":-60000000,\"loop\":true,"
    "\"url\":\"srt://0.0.0.0:9000\",\"passphrase\":\"on haneli parola\",\"stream_id\":\"b\"}]}";

static void reads(void **state)
{
    cleanup(spec_destroy_p) struct spec *s = NULL;
    char reason[256];
    assert_int_equal(spec_parse(good, strlen(good), &s, reason), 0);
    assert_string_equal(s->meeting, "demo");
    assert_string_equal(s->title, "Örnek Birleşim");
    assert_string_equal(s->run_folder, "/r");
    assert_int_equal(s->epoch_boot_us, -5);
    assert_int_equal(s->mode, MODE_COMPOSED);
    assert_int_equal(s->rendition_count, 2);
    assert_int_equal(s->renditions[1].height, 360);
    assert_true(s->record);
    assert_false(s->muted);
    assert_false(s->slate);
    assert_int_equal(s->layout, LAYOUT_FULL);
    assert_int_equal(s->source_count, 2);
    assert_int_equal(s->sources[1].kind, SOURCE_SRT_LISTEN);
    assert_int_equal(s->sources[1].delay_us, -60000000);
    assert_false(s->sources[0].loop);
    assert_true(s->sources[1].loop);
    assert_string_equal(s->sources[1].passphrase, "on haneli parola");
}

static void prints_what_it_reads(void **state)
{
    cleanup(spec_destroy_p) struct spec *s = NULL, *again = NULL;
    char reason[256];
    assert_int_equal(spec_parse(good, strlen(good), &s, reason), 0);
    cleanup(bytes_unref_p) struct bytes *first = spec_print(s);
    assert_non_null(first);
    assert_int_equal(spec_parse(first->data, first->size, &again, reason), 0);
    cleanup(bytes_unref_p) struct bytes *second = spec_print(again);
    assert_int_equal(first->size, second->size);
    assert_memory_equal(first->data, second->data, first->size);
}

static void wishes_are_kept(void **state)
{
    cleanup(spec_destroy_p) struct spec *s = NULL, *again = NULL;
    char reason[256];
    assert_int_equal(spec_parse(good, strlen(good), &s, reason), 0);
    for (int i = 0; i < 4; i++) {
        s->muted = i & 1;
        s->slate = i & 2;
        s->layout = i % 3 + LAYOUT_FULL;
        cleanup(bytes_unref_p) struct bytes *text = spec_print(s);
        assert_non_null(text);
        spec_destroy(again);
        again = NULL;
        assert_int_equal(spec_parse(text->data, text->size, &again, reason), 0);
        assert_int_equal(again->muted, s->muted);
        assert_int_equal(again->slate, s->slate);
        assert_int_equal(again->layout, s->layout);
    }
}

/* Sets one member (`object`: "", "renditions" or "sources", whose second entry it then is) to a
 * value given as JSON (NULL: removed) and returns the reason, "" where it is taken. */
static const char *reason_with(const char *object, const char *key, const char *value)
{
    static char reason[256];
    json_t *j = json_loads(good, 0, NULL);
    json_t *at = object[0] ? json_array_get(json_object_get(j, object), 1) : j;
    if (value)
        json_object_set_new(at, key, json_loads(value, JSON_DECODE_ANY, NULL));
    else
        json_object_del(at, key);
    char *text = json_dumps(j, 0);
    struct spec *s = NULL;
    reason[0] = 0;
    int r = spec_parse(text, strlen(text), &s, reason);
    assert_true(r == 0 || (r == -EINVAL && !s && reason[0]));
    spec_destroy(s);
    free(text);
    json_decref(j);
    return reason;
}

static void errors_name_their_member(void **state)
{
    static const char *const wrong[][4] = {
        {"", "meeting", "\"../x\"", "meeting"},
        {"", "meeting", NULL, "meeting"},
        {"", "title", "7", "title"},
        {"", "language", "\"turkish-long\"", "language"},
        {"", "run_folder", "\"relative\"", "run_folder"},
        {"", "recording_folder", "\"\"", "recording_folder"},
        {"", "epoch_boot_us", "1.5", "epoch_boot_us"},
        {"", "mode", "\"mixed\"", "mode"},
        {"", "mode", "\"a mode of far too many characters\"", "mode"},
        {"", "frame_rate_num", "0", "frame_rate_num"},
        {"", "frame_rate_den", "1002", "frame_rate_den"},
        {"", "grid_us", "499999", "grid_us"},
        {"", "audio_bitrate_bps", "\"48k\"", "audio_bitrate_bps"},
        {"", "reserve_bytes", "-1", "reserve_bytes"},
        {"", "orphan_seconds", "0", "orphan_seconds"},
        {"", "layout", "\"full\"", "layout"},
        {"", "layout", "7", "layout"},
        {"", "sources", "{}", "sources"},
        {"", "renditions", "[]", "renditions"},
        {"renditions", "name", "\"a b\"", "rendition.name"},
        {"renditions", "name", "\"720p\"", "rendition.name"}, /* twice */
        {"renditions", "width", "641", "rendition.width"},
        {"renditions", "height", "63", "rendition.height"},
        {"renditions", "bitrate_bps", "1", "rendition.bitrate_bps"},
        {"sources", "id", "\"\"", "source.id"},
        {"sources", "id", "\"a\"", "source.id"}, /* twice */
        {"sources", "kind", "\"youtube\"", "source.kind"},
        {"sources", "priority", "1001", "source.priority"},
        {"sources", "delay_us", "60000001", "source.delay_us"},
        {"sources", "url", "null", "source.url"},
        {"sources", "passphrase", NULL, "source.passphrase"},
        {"sources", "stream_id", "[]", "source.stream_id"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "%s is missing or not allowed", wrong[i][3]);
        assert_string_equal(reason_with(wrong[i][0], wrong[i][1], wrong[i][2]), expected);
    }
    assert_string_equal(reason_with("", "mode", "\"passthrough\""), "");
    assert_string_equal(reason_with("", "layout", "\"side_by_side\""), "");
    assert_string_equal(reason_with("", "sources", "[]"), "");
    assert_string_equal(reason_with("", "added_later", "1"), "");
}

static void every_cut_is_refused(void **state)
{
    char reason[256];
    for (size_t n = 0; n < strlen(good); n++) {
        struct spec *s = NULL;
        reason[0] = 0;
        assert_int_equal(spec_parse(good, n, &s, reason), -EINVAL);
        assert_null(s);
        assert_string_not_equal(reason, "");
    }
    struct spec *s = NULL;
    assert_int_equal(spec_parse("[1]", 3, &s, reason), -EINVAL);
    assert_int_equal(spec_parse("{\"meeting\":\"\xff\"}", 14, &s, reason), -EINVAL);
}

static void lists_have_their_caps(void **state)
{
    char sources[4000] = "[", one[200];
    size_t at = 1;
    for (int i = 0; i <= SPEC_MAX_SOURCES; i++) {
        int n = snprintf(one, sizeof one,
                         "%s{\"id\":\"s%d\",\"kind\":\"test\",\"priority\":0,\"delay_us\":0,"
                         "\"url\":\"\",\"passphrase\":\"\",\"stream_id\":\"\"}",
                         i ? "," : "", i);
        if (i == SPEC_MAX_SOURCES) {
            memcpy(sources + at, "]", 2);
            assert_string_equal(reason_with("", "sources", sources), "");
        }
        memcpy(sources + at, one, (size_t)n);
        at += (size_t)n;
    }
    memcpy(sources + at, "]", 2);
    assert_string_equal(reason_with("", "sources", sources), "sources is missing or not allowed");
}

static void kinds_have_names(void **state)
{
    for (int kind = SOURCE_TEST; kind <= SOURCE_GSTREAMER; kind++)
        assert_int_equal(source_kind_from_name(source_kind_name(kind)), kind);
    assert_null(source_kind_name(0));
    assert_null(source_kind_name(SOURCE_GSTREAMER + 1));
    assert_int_equal(source_kind_from_name(""), 0);
    assert_int_equal(source_kind_from_name("srt"), 0);
}

/* Each one by itself, all together, and those that a running worker is told of: not at all. */
static void settings_of_a_start_are_named(void **state)
{
    const struct spec plain = {.mode = MODE_COMPOSED,
                               .frame_rate_num = 25,
                               .frame_rate_den = 1,
                               .rendition_count = 1,
                               .renditions = {{"720p", 1280, 720, 1500000}}};
    char names[SPEC_SETTINGS_TEXT], whole[SPEC_SETTINGS_TEXT] = "";
    struct spec all = plain;
#define DIFFERS(name, change)                                                                      \
    do {                                                                                           \
        struct spec s = plain;                                                                     \
        s.change;                                                                                  \
        all.change;                                                                                \
        spec_settings_changed(&plain, &s, names);                                                  \
        assert_string_equal(names, name);                                                          \
        size_t at = strlen(whole);                                                                 \
        snprintf(whole + at, sizeof whole - at, "%s%s", at ? ", " : "", name);                     \
    } while (0)
    DIFFERS("mode", mode = MODE_PASSTHROUGH);
    DIFFERS("frame_rate", frame_rate_den = 2);
    DIFFERS("segment_ms", grid_us = 1);
    DIFFERS("renditions", renditions[0].bitrate_bps = 1);
    DIFFERS("audio_bitrate_kbps", audio_bitrate_bps = 1);
    DIFFERS("reserve_mib", reserve_bytes = 1);
    DIFFERS("orphan_seconds", orphan_seconds = 1);
    spec_settings_changed(&plain, &all, names);
    assert_string_equal(names, whole);
    struct spec more = plain;
    more.rendition_count = 2;
    spec_settings_changed(&plain, &more, names);
    assert_string_equal(names, "renditions");
    struct spec told = plain;
    snprintf(told.title, sizeof told.title, "Örnek");
    told.source_count = 1;
    told.record = true;
    spec_settings_changed(&plain, &told, names);
    assert_string_equal(names, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(prints_what_it_reads),
        cmocka_unit_test(wishes_are_kept),
        cmocka_unit_test(errors_name_their_member),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(lists_have_their_caps),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(settings_of_a_start_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
