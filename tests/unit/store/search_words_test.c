#include "../cmocka_all.h"
#include "base/fold.h"
#include "store/search_words.h"

#include <stdio.h>
#include <string.h>

static bool finds(const char *typed, const char *word)
{
    struct search_words w;
    search_words_read(typed, &w);
    return search_words_hit(&w, word, strlen(word));
}

static void endings_are_forgiven(void **state)
{
    static const char *pairs[][2] = {
        {"bütçe", "bütçesinin"},   {"bütçesinin", "bütçe"},        {"kitap", "kitabı"},
        {"kitabı", "kitap"},       {"kitaplarından", "kitap"},     {"ağaç", "ağacın"},
        {"ağacı", "ağaç"},         {"sokak", "sokağın"},           {"sokağında", "sokak"},
        {"renk", "rengi"},         {"belediye", "Belediyesi'nin"}, {"parkların", "park"},
        {"okul", "okullarımızın"}, {"mahallemizde", "mahalle"},    {"imar", "İMAR"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!finds(pairs[i][0], pairs[i][1]))
            fail_msg("%s does not find %s", pairs[i][0], pairs[i][1]);
}

static void case_does_not_matter(void **state)
{
    static const char *forms[] = {"İZMİT", "izmit", "IZMIT", "ızmit", "İzmit"};
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 5; k++)
            assert_true(finds(forms[i], forms[k]));
}

static void others_are_not_found(void **state)
{
    static const char *pairs[][2] = {{"park", "pazar"},     {"bütçe", "büfe"},  {"su", "sunum"},
                                     {"\"park\"", "parkı"}, {"ihale", "iptal"}, {"", "park"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (finds(pairs[i][0], pairs[i][1]))
            fail_msg("%s finds %s", pairs[i][0], pairs[i][1]);
}

static void expect(const char *typed, const char *expression)
{
    struct search_words w;
    struct buf out;
    buf_init(&out, 4096);
    search_words_read(typed, &w);
    search_words_print(&out, &w);
    assert_string_equal(buf_text(&out), expression);
    buf_finish(&out);
}

static void nothing_typed_is_syntax(void **state)
{
    expect("\"*(", "");
    expect("", "");
    expect("  -- ; ) OR NEAR", "\"or\" AND (\"near\" OR \"near\"*)");
    expect("a:b", "\"a\" AND \"b\"");
    expect("\"su kesintisi\"", "\"su\" + \"kesintisi\"");
    expect("\"su kesintisi", "\"su\" AND (\"kesintisi\" OR \"kesintisi\"* OR \"kesinti\"* OR "
                             "\"kesint\"* OR \"kesind\"*)");
    expect("\"a b\" \"c d\"", "\"a\" + \"b\" AND \"c\" + \"d\"");
}

/* Whatever comes: within the limits, and each word without a quotation mark or a NUL. */
static void anything_can_be_typed(void **state)
{
    unsigned seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[SEARCH_MAX_TEXT_BYTES];
        size_t size = (size_t)(seed = seed * 1103515245 + 12345) / 65536 % sizeof text;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = (char)(seed >> 16);
            if (round % 2 && text[i] != '"')
                text[i] = "abıİçğk \"'"[(unsigned char)text[i] % 13];
        }
        text[size] = 0;
        struct search_words w;
        int count = search_words_read(text, &w);
        assert_in_range(count, 0, SEARCH_MAX_WORDS);
        for (int i = 0; i < count; i++) {
            assert_in_range(w.list[i].count, 1, SEARCH_MAX_STEMS);
            for (int k = 0; k < w.list[i].count; k++)
                assert_null(strchr(w.list[i].stems[k], '"'));
        }
    }
}

static void long_words_and_many_are_cut(void **state)
{
    char text[4096];
    struct search_words w;
    memset(text, 'k', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_int_equal(search_words_read(text, &w), 1);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i - 1] = ' ';
    assert_int_equal(search_words_read(text, &w), SEARCH_MAX_WORDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endings_are_forgiven),  cmocka_unit_test(case_does_not_matter),
        cmocka_unit_test(others_are_not_found),  cmocka_unit_test(nothing_typed_is_syntax),
        cmocka_unit_test(anything_can_be_typed), cmocka_unit_test(long_words_and_many_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
