/* Chapters for players of others: a title must not end its cue nor the JSON. */
#include "../cmocka_all.h"

#include "protocol/chapters_text.h"

#include <jansson.h>
#include <string.h>

static const struct chapter list[] = {
    {.from_us = 0, .to_us = 61500000, .number = "2026/1", .title = "Bütçe"},
    {.from_us = 61500000,
     .to_us = INT64_C(360001999999),
     .number = "",
     .title = "a --> b\n\n2\n<c>&\"\r"},
};

static void webvtt(void **state)
{
    cleanup_buf struct buf out;
    buf_init(&out, 4096);
    chapters_print_vtt(&out, list, 2);
    assert_string_equal(buf_text(&out),
                        "WEBVTT\n"
                        "\n1\n00:00:00.000 --> 00:01:01.500\n2026/1 Bütçe\n"
                        "\n2\n00:01:01.500 --> 100:00:01.999\na --&gt; b  2 &lt;c&gt;&amp;\" \n");
}

static void podcast(void **state)
{
    cleanup_buf struct buf out;
    buf_init(&out, 4096);
    chapters_print_json(&out, list, 2);
    json_t *j = json_loadb((const char *)out.data, out.size, 0, NULL);
    assert_non_null(j);
    json_t *chapters = json_object_get(j, "chapters");
    assert_int_equal(json_array_size(chapters), 2);
    json_t *second = json_array_get(chapters, 1);
    assert_true(json_real_value(json_object_get(second, "startTime")) == 61.5);
    assert_true(json_real_value(json_object_get(second, "endTime")) == 360001.999);
    assert_string_equal(json_string_value(json_object_get(second, "title")), list[1].title);
    json_decref(j);
}

static void none(void **state)
{
    cleanup_buf struct buf out;
    buf_init(&out, 4096);
    chapters_print_vtt(&out, NULL, 0);
    assert_string_equal(buf_text(&out), "WEBVTT\n");
    buf_clear(&out);
    chapters_print_json(&out, NULL, 0);
    assert_string_equal(buf_text(&out), "{\"version\":\"1.2.0\",\"chapters\":[]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(webvtt),
        cmocka_unit_test(podcast),
        cmocka_unit_test(none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
