/* What other sites read as JSON: it must come back as it was, and must not end the page's element.
 */
#include "../cmocka_all.h"

#include "protocol/share.h"

#include <jansson.h>
#include <string.h>

static const struct share_meeting usual = {.title = "Kasım birleşimi",
                                           .description = "Canlı yayında.",
                                           .language = "tr",
                                           .body = "Örnek Meclis",
                                           .place = "Örnek salon",
                                           .page = "https://meclis.example/m/kasim",
                                           .embed = "https://meclis.example/embed/kasim",
                                           .stream = "https://meclis.example/hls/kasim/master.m3u8",
                                           .image = "https://meclis.example/share.png",
                                           .licence = "https://lisans.example/",
                                           .begins = "2026-11-23T11:00:00Z",
                                           .ends = ""};

static json_t *print(const struct share_meeting *m)
{
    cleanup(bytes_unref_p) struct bytes *b = share_print_linked_data(m);
    assert_non_null(b);
    for (size_t i = 0; i < b->size; i++)
        assert_true(b->data[i] >= 0x20 && b->data[i] < 0x7f && !strchr("<>&", b->data[i]));
    json_t *j = json_loadb((const char *)b->data, b->size, 0, NULL);
    assert_non_null(j);
    assert_string_equal(json_string_value(json_object_get(j, "@context")), "https://schema.org");
    return j;
}

static void expect(json_t *j, const char *name, const char *value)
{
    const char *text = json_string_value(json_object_get(j, name));
    if (!value)
        assert_null(json_object_get(j, name));
    else if (!text || strcmp(text, value) != 0)
        fail_msg("%s is %s, not %s", name, text ? text : "missing", value);
}

static void a_broadcast_is_an_event(void **state)
{
    json_t *j = print(&usual);
    expect(j, "@type", "BroadcastEvent");
    expect(j, "name", "Kasım birleşimi");
    expect(j, "startDate", "2026-11-23T11:00:00Z");
    expect(j, "endDate", NULL);
    expect(j, "license", NULL);
    expect(j, "image", "https://meclis.example/share.png");
    expect(j, "eventStatus", "https://schema.org/EventScheduled");
    expect(json_object_get(j, "organizer"), "name", "Örnek Meclis");
    assert_true(json_is_true(json_object_get(j, "isLiveBroadcast")));
    json_t *places = json_object_get(j, "location");
    expect(json_array_get(places, 0), "url", "https://meclis.example/m/kasim");
    expect(json_array_get(places, 1), "name", "Örnek salon");
    json_decref(j);
    struct share_meeting m = usual;
    m.cancelled = true;
    m.place = m.body = "";
    j = print(&m);
    expect(j, "eventStatus", "https://schema.org/EventCancelled");
    expect(j, "organizer", NULL);
    assert_int_equal(json_array_size(json_object_get(j, "location")), 1);
    json_decref(j);
}

static void a_recording_is_a_video(void **state)
{
    struct share_meeting m = usual;
    m.recorded = true;
    m.ends = "2026-11-23T13:03:04Z";
    m.duration_us = INT64_C(7384) * 1000000;
    json_t *j = print(&m);
    expect(j, "@type", "VideoObject");
    expect(j, "uploadDate", "2026-11-23T13:03:04Z");
    expect(j, "duration", "PT2H3M4S");
    expect(j, "thumbnailUrl", "https://meclis.example/share.png");
    expect(j, "embedUrl", "https://meclis.example/embed/kasim");
    expect(j, "contentUrl", "https://meclis.example/hls/kasim/master.m3u8");
    expect(j, "license", "https://lisans.example/");
    expect(json_object_get(j, "publication"), "@type", "BroadcastEvent");
    expect(json_object_get(j, "publication"), "endDate", "2026-11-23T13:03:04Z");
    json_decref(j);
}

static void whatever_a_title_holds_comes_back(void **state)
{
    static const char title[] = "\"</script><!--&amp;' \\ \xe2\x80\xa8 \xe2\x80\xa9 ğüşıöçĞÜŞİÖÇ "
                                "\xf0\x9f\x8f\x9b \n\t\x01";
    struct share_meeting m = usual;
    m.title = title;
    json_t *j = print(&m);
    expect(j, "name", title);
    json_decref(j);
}

static void oembed_is_what_the_specification_asks(void **state)
{
    const struct share_oembed o = {.title = "\"Kasım\" <b>",
                                   .author = "",
                                   .site = "Açık Meclis",
                                   .site_address = "https://meclis.example/",
                                   .html = "<iframe src=\"x?a&amp;b\"></iframe>",
                                   .width_px = 640,
                                   .height_px = 440,
                                   .cache_s = 300,
                                   .image = "https://meclis.example/share.png",
                                   .image_width_px = 1200,
                                   .image_height_px = 630};
    cleanup(bytes_unref_p) struct bytes *b = share_print_oembed(&o);
    assert_non_null(b);
    json_t *j = json_loadb((const char *)b->data, b->size, 0, NULL);
    expect(j, "version", "1.0");
    expect(j, "type", "video");
    expect(j, "title", o.title);
    expect(j, "html", o.html);
    expect(j, "author_name", NULL);
    expect(j, "thumbnail_url", o.image);
    assert_int_equal(json_integer_value(json_object_get(j, "thumbnail_width")), 1200);
    assert_int_equal(json_integer_value(json_object_get(j, "width")), 640);
    assert_int_equal(json_integer_value(json_object_get(j, "height")), 440);
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broadcast_is_an_event),
        cmocka_unit_test(a_recording_is_a_video),
        cmocka_unit_test(whatever_a_title_holds_comes_back),
        cmocka_unit_test(oembed_is_what_the_specification_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
