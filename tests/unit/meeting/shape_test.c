#include "play.h"

#include <string.h>

struct small {
    uint64_t person;
    int64_t points;
};
struct sample {
    char name[8];
    char side[16];
    int64_t number;
    bool flag;
    enum sitting_kind kind;
    uint64_t thing;
    struct {
        uint16_t count;
        uint64_t at[3];
    } refs;
    struct {
        uint16_t count;
        struct small at[2];
    } list;
};

SHAPE(small, F_REF(small, person), F_NUMBER(small, points, -5, 5));
SHAPE(sample, F_TEXT(sample, name), F_OPT_SIDE(sample, side), F_NUMBER(sample, number, 1, 10),
      F_FLAG(sample, flag), F_ENUM(sample, kind, sitting_kind_names), F_REF(sample, thing),
      F_REFS(sample, refs), F_LIST(sample, list, small));

static struct sample good(void)
{
    return (struct sample){.name = "İşçi",
                           .number = 3,
                           .kind = SITTING_BRIEFING,
                           .thing = 7,
                           .list = {.count = 1, .at = {{.person = 4, .points = -5}}}};
}

static void expect_wrong(const struct sample *s, const char *field)
{
    const struct shape_field *f = shape_check(&sample_shape, s);
    assert_non_null(f);
    assert_string_equal(f->name, field);
}

#define WRONG(field, change)                                                                       \
    do {                                                                                           \
        struct sample s = good();                                                                  \
        change;                                                                                    \
        expect_wrong(&s, field);                                                                   \
    } while (0)

static void test_check(void **state)
{
    struct sample fine = good();
    assert_null(shape_check(&sample_shape, &fine));
    WRONG("name", s.name[0] = 0);
    WRONG("name", memset(s.name, 'a', sizeof s.name));
    WRONG("side", text_set(s.side, " a"));
    WRONG("side", text_set(s.side, "a\n"));
    WRONG("number", s.number = 0);
    WRONG("number", s.number = 11);
    WRONG("flag", memset(&s.flag, 2, 1));
    WRONG("kind", s.kind = 0);
    WRONG("kind", s.kind = 6);
    WRONG("thing", s.thing = 0);
    WRONG("refs", s.refs.count = 4);
    WRONG("refs", s.refs.count = 1);
    WRONG("list", s.list.count = 0);
    WRONG("list", s.list.count = 3);
    WRONG("list", s.list.at[0].points = 6);
}

static void test_text(void **state)
{
    static const char *const bad[] = {
        "\xff", "\xc0\x80", "\xed\xa0\x80",     "\xf4\x90\x80\x80", "a\tb", "\xc2\x85",
        "\x7f", "\xe2\x82", "\xf0\x80\x80\x80", "\xe0\x80\x80",     "\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(shape_text_good(bad[i], strlen(bad[i])));
    static const char *const fine[] = {"", "ığüşöçİ", "a\nb", "€", "\xf0\x9f\x8e\x99", "a b"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        assert_true(shape_text_good(fine[i], strlen(fine[i])));
    assert_false(shape_text_good("a\0b", 3));
}

static void test_copy(void **state)
{
    char text[6];
    text_set(text, "aığü"); /* 7 bytes: cut before ğ's second half */
    assert_string_equal(text, "aığ");
    text_set(text, "ab");
    assert_memory_equal(text, "ab\0\0\0\0", 6);
}

static void test_digest(void **state)
{
    struct sample a = good(), b = good();
    b.name[7] = 'x'; /* behind the text's end */
    b.list.at[1].person = 9;
    uint64_t digest = shape_digest(&sample_shape, &a, SHAPE_DIGEST_START);
    assert_true(shape_digest(&sample_shape, &b, SHAPE_DIGEST_START) == digest);
    b.list.at[0].points = 1;
    assert_false(shape_digest(&sample_shape, &b, SHAPE_DIGEST_START) == digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
