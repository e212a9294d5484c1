#include "reason.h"

#include "cmocka_all.h"

#include <stdint.h>
#include <string.h>

static void test_sentences(void **state)
{
    char text[256];
    reason_text(REASON_VIDEO_FORMAT, "tr", "VP9", text, sizeof text);
    assert_string_equal(text, "Görüntü biçimi desteklenmiyor: VP9");
    reason_text(REASON_VIDEO_FORMAT, "en", "VP9", text, sizeof text);
    assert_string_equal(text, "The video format is not supported: VP9");
    reason_text(REASON_SILENT, "tr", NULL, text, sizeof text);
    assert_string_equal(text, "Bağlı, ama veri gelmiyor");
    static const char *const others[] = {NULL, "", "de", "t", "TR", "tr-"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        reason_text(REASON_SILENT, others[i], NULL, text, sizeof text);
        assert_string_equal(text, "Connected, but nothing comes");
    }
    reason_text(0, "tr", "x", text, sizeof text);
    assert_string_equal(text, "");
    reason_text(9999, "tr", "x", text, sizeof text);
    assert_string_equal(text, "");
}

static void test_every_reason_has_words(void **state)
{
    char tr[256], en[256];
    for (int r = 1; r <= REASON_LOW_MEMORY; r++) {
        reason_text(r, "tr", NULL, tr, sizeof tr);
        reason_text(r, "en", NULL, en, sizeof en);
        assert_true(tr[0] && en[0]);
        assert_string_not_equal(tr, en);
    }
}

static void test_cut_at_a_whole_character(void **state)
{
    char whole[256], text[64];
    reason_text(REASON_VIDEO_FORMAT, "tr", "ğğ€😀", whole, sizeof whole);
    for (size_t size = 1; size <= sizeof text; size++) {
        reason_text(REASON_VIDEO_FORMAT, "tr", "ğğ€😀", text, size);
        size_t length = strlen(text);
        assert_true(length < size);
        assert_memory_equal(text, whole, length);
        /* What follows the cut begins a character. */
        assert_true(((unsigned char)whole[length] & 0xc0) != 0x80);
    }
}

static void test_controls_become_spaces(void **state)
{
    char text[256];
    reason_text(REASON_URL, "en", "a\nb\x1b[31m\x7f", text, sizeof text);
    assert_string_equal(text, "The address can't be understood: a b [31m ");
}

static void test_refusals(void **state)
{
    assert_true(reason_is_refusal(REASON_VIDEO_FORMAT));
    assert_true(reason_is_refusal(REASON_BAD_PASSPHRASE));
    assert_false(reason_is_refusal(REASON_SILENT));
    assert_false(reason_is_refusal(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_every_reason_has_words),
        cmocka_unit_test(test_cut_at_a_whole_character),
        cmocka_unit_test(test_controls_become_spaces),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
