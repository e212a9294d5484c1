/* What a newspaper, a search engine and a feed's reader are told: whole whatever a title holds, and
 * of our own addresses alone. */
#include "../cmocka_all.h"

#include "app/feed.h"
#include "app/markup.h"
#include "app/oembed.h"
#include "app/share_page.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NASTY "\"</script><script>alert('1')</script>&amp; ğüşıöçİ"
#define NASTY_ESCAPED                                                                              \
    "&quot;&lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp; ğüşıöçİ"

static void marked_up(const char *text, const char *expected)
{
    cleanup_buf struct buf out;
    buf_init(&out, 4096);
    markup_add(&out, text);
    assert_string_equal(buf_text(&out), expected);
}

static void a_text_is_a_text(void **state)
{
    marked_up("", "");
    marked_up(NASTY, NASTY_ESCAPED);
    marked_up("a\tb\nc", "a\tb\nc");
    marked_up("a\x01"
              "b\x7f",
              "a\xef\xbf\xbd"
              "b\xef\xbf\xbd");
    marked_up("\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd");
    marked_up("\xef\xbf\xbe!", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!");
    marked_up("\xe2\x80\xa8\xf0\x9f\x8f\x9b", "\xe2\x80\xa8\xf0\x9f\x8f\x9b");
    cleanup_buf struct buf out;
    buf_init(&out, 4096);
    markup_add_query(&out, "a b&c=ğ/?");
    assert_string_equal(buf_text(&out), "a%20b%26c%3D%C4%9F%2F%3F");
}

static void moment(const char *query, const char *expected)
{
    struct moment m;
    cleanup_buf struct buf out;
    buf_init(&out, 4096);
    moment_read(query, &m);
    moment_add(&out, &m);
    assert_string_equal(buf_text(&out), expected);
}

static void a_moment_is_kept_and_nothing_else(void **state)
{
    moment("", "");
    moment("t=1h2m3s&item=2026%2F41&lang=en&theme=dark", "?item=2026%2F41&t=1h2m3s&lang=en");
    moment("t=%22onload%3D&lang=de", "");
    moment("item=%22%3E%3Cscript%3E", "?item=%22%3E%3Cscript%3E");
    moment("item=%ff&t=90", "?t=90");
}

static void address(const char *text, const char *id)
{
    char found[ID_MAX] = "";
    struct moment m;
    bool ours = oembed_read_address(text, "meclis.example:8080", found, &m);
    if (ours != (id != NULL) || (id && strcmp(found, id) != 0))
        fail_msg("%s is %s", text, ours ? found : "not ours");
}

static void only_our_own_addresses_are_ours(void **state)
{
    address("https://meclis.example:8080/m/kasim", "kasim");
    address("HTTP://Meclis.Example:8080/embed/kasim?t=90#x", "kasim");
    static const char *const others[] = {"",
                                         "/m/kasim",
                                         "https://",
                                         "https://meclis.example/m/kasim",
                                         "https://meclis.example:8080",
                                         "https://meclis.example:8080/",
                                         "https://meclis.example:8080/m/",
                                         "https://meclis.example:8080/m/Kasim",
                                         "https://meclis.example:8080/m/a/b",
                                         "https://meclis.example:8080/desk/kasim",
                                         "https://meclis.example:8080.evil.example/m/kasim",
                                         "https://a@meclis.example:8080/m/kasim",
                                         "https://evil.example/https://meclis.example:8080/m/kasim",
                                         "ftp://meclis.example:8080/m/kasim",
                                         "javascript://meclis.example:8080/m/kasim"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        address(others[i], NULL);
    char id[ID_MAX];
    struct moment m;
    assert_true(oembed_read_address("http://x/m/a?item=4&t=9&a#t=1", "x", id, &m));
    assert_string_equal(m.item, "4");
    assert_string_equal(m.at, "9");
}

static void size(int64_t max_width, int64_t max_height, int width, int height)
{
    int w, h;
    oembed_size(max_width, max_height, &w, &h);
    if (w != width || h != height)
        fail_msg("%d by %d", w, h);
}

static void no_player_is_larger_than_was_asked(void **state)
{
    size(0, 0, SHARE_WIDTH_PX, SHARE_HEIGHT_PX);
    size(2000, 2000, SHARE_WIDTH_PX, SHARE_HEIGHT_PX);
    size(320, 0, 320, 180 + SHARE_AROUND_PX);
    size(0, 260, 320, 260);
    size(300, 260, 300, 168 + SHARE_AROUND_PX);
    size(0, 50, 200, 50);
    size(1, 1, 1, 1);
    size(INT64_MAX / 32, INT64_MAX / 32, SHARE_WIDTH_PX, SHARE_HEIGHT_PX);
}

static void oembed_as_xml_holds_markup_as_text(void **state)
{
    const struct share_oembed o = {.title = NASTY,
                                   .author = "",
                                   .site = "Açık Meclis",
                                   .site_address = "http://x/",
                                   .html = "<iframe src=\"a&amp;b\">",
                                   .width_px = 1,
                                   .height_px = 2,
                                   .cache_s = 3,
                                   .image = "http://x/share.png"};
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    oembed_print_xml(&out, &o);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "<html>&lt;iframe src=&quot;a&amp;amp;b&quot;&gt;</html>"));
    assert_non_null(strstr(text, "<title>" NASTY_ESCAPED "</title>"));
    assert_non_null(strstr(text, "<width>1</width>"));
    assert_null(strstr(text, "author_name"));
}

static void the_feed_names_a_meeting_by_its_page(void **state)
{
    const struct feed_channel c = {.origin = "https://meclis.example",
                                   .language = LANGUAGE_TURKISH};
    const struct feed_item item = {.id = "kasim",
                                   .title = NASTY,
                                   .body = "Örnek & Meclis",
                                   .sentence = "Canlı",
                                   .published_utc_us = INT64_C(1795424400000000)};
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    feed_begin(&out, &c);
    feed_add(&out, &c, &item);
    feed_end(&out);
    const char *text = buf_text(&out);
    static const char *const parts[] = {
        "<title>" NASTY_ESCAPED "</title>",
        "<link>https://meclis.example/m/kasim</link>",
        "<guid isPermaLink=\"true\">https://meclis.example/m/kasim</guid>",
        "<category>Örnek &amp; Meclis</category>",
        "<pubDate>Mon, 23 Nov 2026 09:00:00 +0000</pubDate>",
        "</channel></rss>"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!text || !strstr(text, parts[i]))
            fail_msg("no %s in\n%s", parts[i], text ? text : "nothing");
}

/* ---- pages ---- */

static struct card card = {.id = "kasim",
                           .title = NASTY,
                           .language = "tr",
                           .body = "Örnek Meclis",
                           .place = "Örnek salon",
                           .state = CARD_LIVE,
                           .known = true,
                           .from_utc_us = INT64_C(1795424400000000)};
static const struct moment nowhere;
static const struct share_page usual = {.card = &card,
                                        .origin = "https://meclis.example",
                                        .moment = &nowhere,
                                        .item = "",
                                        .language = LANGUAGE_TURKISH,
                                        .terms = "Kaynak & <b>",
                                        .terms_address = "https://lisans.example/\"x",
                                        .ancestors = "https://gazete.example 'self'"};

static const char *head(struct buf *out, const struct share_page *p, bool embedded)
{
    buf_init(out, 1 << 16);
    share_print_head(out, p, embedded);
    const char *text = buf_text(out);
    assert_non_null(text);
    return text;
}

static void expect(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("no %s in\n%s", part, text ? text : "nothing");
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static void a_page_says_what_it_is_of(void **state)
{
    cleanup_buf struct buf out, embedded;
    const char *text = head(&out, &usual, false);
    expect(text, "<title>" NASTY_ESCAPED " · Açık Meclis</title>");
    expect(text, "<meta property=\"og:title\" content=\"" NASTY_ESCAPED "\">");
    expect(text, "<meta property=\"og:url\" content=\"https://meclis.example/m/kasim\">");
    expect(text, "<meta name=\"twitter:player\" content=\"https://meclis.example/embed/kasim\">");
    expect(text, "<meta property=\"og:image\" content=\"https://meclis.example/share.png\">");
    expect(text, "<link rel=\"canonical\" href=\"https://meclis.example/m/kasim\">");
    expect(text, "href=\"https://meclis.example/oembed?format=json&amp;url=https%3A%2F%2F"
                 "meclis.example%2Fm%2Fkasim\">");
    expect(text, "\"@type\":\"BroadcastEvent\"");
    expect(text, "\\u003c/script\\u003e\\u003cscript\\u003e");
    assert_int_equal(count_of(text, "<script"), 1);
    assert_int_equal(count_of(text, "</script"), 1);
    assert_null(strstr(text, "noindex"));
    text = head(&embedded, &usual, true);
    expect(text, "<meta name=\"robots\" content=\"noindex\">");
    expect(text, "name=\"meclis:ancestors\" content=\"https://gazete.example &#39;self&#39;\"");
    assert_null(strstr(text, "oembed"));
}

static void a_link_to_an_item_says_the_item(void **state)
{
    struct share_page p = usual;
    const struct moment there = {.item = "2026/41", .at = "90"};
    cleanup_buf struct buf out;
    p.moment = &there;
    p.item = "Örnek <ihale>";
    const char *text = head(&out, &p, false);
    expect(text, "og:title\" content=\"2026/41 Örnek &lt;ihale&gt; · &quot;");
    expect(text, "og:url\" content=\"https://meclis.example/m/kasim?item=2026%2F41&amp;t=90\">");
    expect(text, "twitter:player\" content=\"https://meclis.example/embed/"
                 "kasim?item=2026%2F41&amp;t=90\">");
    expect(text, "url=https%3A%2F%2Fmeclis.example%2Fm%2Fkasim%3Fitem%3D2026%252F41%26t%3D90\">");
}

static void a_draft_is_not_for_search_engines(void **state)
{
    struct card draft = card;
    struct share_page p = usual;
    cleanup_buf struct buf out;
    draft.known = false;
    draft.state = CARD_PLANNED;
    p.card = &draft;
    expect(head(&out, &p, false), "<meta name=\"robots\" content=\"noindex\">");
}

static void the_facts_are_there_as_text(void **state)
{
    cleanup_buf struct buf out;
    struct card ended = card;
    struct share_page p = usual;
    assert_int_equal(setenv("TZ", "<+03>-3", 1), 0);
    tzset();
    buf_init(&out, 1 << 16);
    share_print_facts(&out, &p);
    const char *text = buf_text(&out);
    expect(text, "<h1 id=\"title\" lang=\"tr\">" NASTY_ESCAPED "</h1>");
    expect(text, ">Örnek Meclis</span> · <span id=\"facts-state\">Canlı · </span>");
    expect(text, "<time datetime=\"2026-11-23T09:00:00Z\">23 Kasım 2026 Pazartesi 12:00 "
                 "(UTC+3)</time></p>");
    buf_clear(&out);
    ended.state = CARD_ENDED;
    ended.to_utc_us = ended.from_utc_us + INT64_C(5400000000);
    p.card = &ended;
    p.language = LANGUAGE_ENGLISH;
    share_print_facts(&out, &p);
    text = buf_text(&out);
    expect(text, ">Ended · </span>");
    expect(text, ">Monday 23 November 2026, 12:00 (UTC+3)</time> – <time");
    expect(text, "13:30 (UTC+3)</time></p>");
}

static void the_terms_are_as_the_house_says(void **state)
{
    cleanup_buf struct buf out;
    struct share_page p = usual;
    buf_init(&out, 1 << 16);
    share_print_terms(&out, &p);
    assert_string_equal(buf_text(&out),
                        "<p id=\"terms\" lang=\"tr\"><a target=\"_blank\" rel=\"noopener license\" "
                        "href=\"https://lisans.example/&quot;x\">Kaynak &amp; &lt;b&gt;</a></p>");
    buf_clear(&out);
    p.terms_address = "";
    share_print_terms(&out, &p);
    assert_string_equal(buf_text(&out), "<p id=\"terms\" lang=\"tr\">Kaynak &amp; &lt;b&gt;</p>");
    buf_clear(&out);
    p.terms = "";
    share_print_terms(&out, &p);
    assert_string_equal(buf_text(&out), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_a_text),
        cmocka_unit_test(a_moment_is_kept_and_nothing_else),
        cmocka_unit_test(only_our_own_addresses_are_ours),
        cmocka_unit_test(no_player_is_larger_than_was_asked),
        cmocka_unit_test(oembed_as_xml_holds_markup_as_text),
        cmocka_unit_test(the_feed_names_a_meeting_by_its_page),
        cmocka_unit_test(a_page_says_what_it_is_of),
        cmocka_unit_test(a_link_to_an_item_says_the_item),
        cmocka_unit_test(a_draft_is_not_for_search_engines),
        cmocka_unit_test(the_facts_are_there_as_text),
        cmocka_unit_test(the_terms_are_as_the_house_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
