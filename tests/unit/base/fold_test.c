#include "../cmocka_all.h"

#include "base/fold.h"

#include <string.h>

static void expect(const char *text, const char *folded)
{
    char out[128];
    size_t size = fold_text(text, strlen(text), out);
    assert_true(size <= strlen(text));
    assert_int_equal(size, strlen(folded));
    assert_memory_equal(out, folded, size);
    assert_int_equal(fold_text(folded, size, out), size); /* once is enough */
    assert_memory_equal(out, folded, size);
}

static void case_and_dots_are_left_out(void **state)
{
    expect("", "");
    expect("İZMİT", "izmit");
    expect("IZMIT", "izmit");
    expect("ızmıt", "izmit");
    expect("ÇĞÖŞÜ çğöşü", "çğöşü çğöşü");
    expect("Kâtip Üye, rûhî", "katip üye, ruhi");
    expect("i\xcc\x87zmir", "izmir"); /* a dot by itself */
    expect("Ελλάδα Ñ 2026/41", "Ελλάδα Ñ 2026/41");
}

static void a_text_that_is_cut_off_is_no_harm(void **state)
{
    char out[8];
    assert_int_equal(fold_text("\xc4", 1, out), 1);
    assert_int_equal(fold_text("a\xc4\xb0", 2, out), 2);
}

static void equal_once_folded(void **state)
{
    assert_true(fold_equal("ÜYE", "üye"));
    assert_true(fold_equal("TEMSİLCİ", "temsilci"));
    assert_true(fold_equal("TEMSILCI", "temsilci"));
    assert_false(fold_equal("üye", "üyeler"));
    assert_false(fold_equal("üyeler", "üye"));
    assert_false(fold_equal("u", "ü"));
    assert_true(fold_equal("", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_dots_are_left_out),
        cmocka_unit_test(a_text_that_is_cut_off_is_no_harm),
        cmocka_unit_test(equal_once_folded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
