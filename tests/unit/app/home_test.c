#include "../cmocka_all.h"

#include "app/home.h"

#include <string.h>

static const char *print(struct buf *out, const struct home_meeting *list, size_t count,
                         enum language language)
{
    buf_init(out, 1u << 20);
    home_print(out, list, count, language);
    const char *text = buf_text(out);
    assert_non_null(text);
    return text;
}

static void meetings_are_under_their_state(void **state)
{
    const struct home_meeting list[] = {{"eski", "Eski", "tr", BROADCAST_ENDED, "", 0},
                                        {"yeni", "Yeni", "tr", BROADCAST_LIVE, "", 0},
                                        {"sonra", "Sonra", "tr", BROADCAST_IDLE, "", 0}};
    cleanup_buf struct buf out;
    const char *text = print(&out, list, 3, LANGUAGE_TURKISH);
    const char *live = strstr(text, "href=\"/m/yeni\""), *idle = strstr(text, "href=\"/m/sonra\"");
    const char *ended = strstr(text, "href=\"/m/eski\"");
    assert_true(live && idle && ended);
    assert_true(strstr(text, "Şimdi canlı") < live);
    assert_true(live < strstr(text, "Henüz başlamayanlar"));
    assert_true(strstr(text, "Henüz başlamayanlar") < idle);
    assert_true(idle < strstr(text, "Kayıtlar"));
    assert_true(strstr(text, "Kayıtlar") < ended);
    assert_null(strstr(text, "Şu anda canlı yayın yok."));
}

static void whose_and_when_where_they_are_said(void **state)
{
    const struct home_meeting list[] = {
        {"a", "A", "tr", BROADCAST_IDLE, "Örnek <Meclis>", INT64_C(1800000000000000)},
        {"b", "B", "tr", BROADCAST_IDLE, "", 0}};
    cleanup_buf struct buf out;
    const char *text = print(&out, list, 2, LANGUAGE_TURKISH);
    assert_non_null(strstr(text, "<span class=\"card-about\">Örnek &lt;Meclis&gt; · 15.01.2027 "));
    assert_null(strstr(strstr(text, "/m/b"), "card-about"));
}

static void an_empty_house_says_so_in_the_readers_language(void **state)
{
    cleanup_buf struct buf turkish, english;
    const char *text = print(&turkish, NULL, 0, LANGUAGE_TURKISH);
    assert_non_null(strstr(text, "lang=\"tr\""));
    assert_non_null(strstr(text, "Şu anda canlı yayın yok."));
    assert_non_null(strstr(text, "Henüz kayıt yok."));
    assert_null(strstr(text, "Henüz başlamayanlar"));
    text = print(&english, NULL, 0, LANGUAGE_ENGLISH);
    assert_non_null(strstr(text, "lang=\"en\""));
    assert_non_null(strstr(text, "Nothing is live right now."));
}

static void a_title_is_text_whatever_it_holds(void **state)
{
    const struct home_meeting list[] = {
        {"x", "<script>\"&'</script>", "tr\" onclick=\"x", BROADCAST_LIVE, "", 0}};
    cleanup_buf struct buf out;
    const char *text = print(&out, list, 1, LANGUAGE_TURKISH);
    assert_non_null(strstr(text, ">&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;<"));
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, " onclick=\"x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meetings_are_under_their_state),
        cmocka_unit_test(whose_and_when_where_they_are_said),
        cmocka_unit_test(an_empty_house_says_so_in_the_readers_language),
        cmocka_unit_test(a_title_is_text_whatever_it_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
