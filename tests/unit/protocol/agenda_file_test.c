/* Agendas in a file: what offices send, and what nobody should. */
#include "../cmocka_all.h"
#include "base/buf.h"
#include "protocol/agenda_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_bytes(const void *data, size_t size, struct agenda_file *ret,
                      struct client_wrong *ret_wrong)
{
    struct bytes *body = bytes_copy(data, size);
    assert_non_null(body);
    int r = agenda_file_read(body, ret, ret_wrong);
    bytes_unref(body);
    return r;
}

static void expect(const char *text, struct agenda_file *ret)
{
    struct client_wrong wrong = {.code = 0};
    if (read_bytes(text, strlen(text), ret, &wrong) < 0)
        fail_msg("%s: %s %s", text, refusal_code(wrong.code), wrong.member);
}

static void both_say_the_same(void **state)
{
    static const char *const texts[] = {
        "{\"items\":[{\"number\":\"2026/1\",\"title\":\"Örnek, \\\"madde\\\"\",\"kind\":\"budget\","
        "\"proposer\":\"Örnek Üye 1\",\"field\":\"imar\",\"note\":\"not\"},"
        "{\"title\":\"İkinci\",\"kind\":\"ordinary\"}]}",
        "number,title,kind,proposer,field,note\n"
        "2026/1,\"Örnek, \"\"madde\"\"\",budget,Örnek Üye 1,imar,not\n,İkinci,,,,\n",
        "\xef\xbb\xbfNumara;Başlık;Tür;Öneren;Alan;Not\r\n"
        "2026/1;\"Örnek, \"\"madde\"\"\" ;Bütçe;Örnek Üye 1;imar;not\r\n\r\n;;;;;\r\n;İkinci",
        "konu;tür;alan;not;öneren;numara;\r\"Örnek, \"\"madde\"\"\";bütçe;imar;not;"
        "Örnek Üye 1;2026/1;\rİkinci\r",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct agenda_file f;
        expect(texts[i], &f);
        assert_int_equal(f.csv, i > 0);
        assert_int_equal(f.count, 2);
        const struct agenda_add *a = &f.items[0].is;
        assert_string_equal(a->number, "2026/1");
        assert_string_equal(a->title, "Örnek, \"madde\"");
        assert_int_equal(a->kind, ITEM_BUDGET);
        assert_string_equal(a->proposer, "Örnek Üye 1");
        assert_string_equal(a->field, "imar");
        assert_string_equal(a->note, "not");
        assert_string_equal(f.items[1].is.title, "İkinci");
        assert_int_equal(f.items[1].is.kind, ITEM_ORDINARY);
        assert_string_equal(f.items[1].is.number, "");
        agenda_file_finish(&f);
    }
}

/* Each kind by its code and in Turkish. */
static void kinds_have_their_words(void **state)
{
    static const char *const words[][2] = {{"ordinary", "olağan"},
                                           {"budget", "bütçe"},
                                           {"final_account", "kesinhesap"},
                                           {"tender", "ihale"},
                                           {"report", "rapor"},
                                           {"election", "seçim"},
                                           {"off_agenda", "gündem dışı"},
                                           {"members_questions", "üye soruları"}};
    for (size_t i = 0; i < 8; i++) {
        for (int k = 0; k < 2; k++) {
            char text[128];
            struct agenda_file f;
            snprintf(text, sizeof text, "title,kind\nÖrnek,%s\n", words[i][k]);
            expect(text, &f);
            assert_int_equal(f.items[0].is.kind, i + 1);
            agenda_file_finish(&f);
        }
    }
}

static void places_are_told(void **state)
{
    struct agenda_file f;
    char where[CLIENT_MEMBER_BYTES];
    expect("title\n\n\"a\nb\"\n\nc\n", &f);
    assert_int_equal(f.count, 2);
    agenda_file_where(&f, 0, where);
    assert_string_equal(where, "lines.3");
    agenda_file_where(&f, 1, where);
    assert_string_equal(where, "lines.6");
    agenda_file_finish(&f);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text;
        enum refusal code;
        const char *member;
    } cases[] = {
        {"", REFUSAL_MISSING_MEMBER, "items"},
        {" \n", REFUSAL_MISSING_MEMBER, "lines"},
        {"title\n", REFUSAL_MISSING_MEMBER, "lines"},
        {"number\n1\n", REFUSAL_MISSING_MEMBER, "title"},
        {"title,price\na,1\n", REFUSAL_UNKNOWN_MEMBER, "price"},
        {"title,person\na,1\n", REFUSAL_UNKNOWN_MEMBER, "person"},
        {"title,Title\na,b\n", REFUSAL_DUPLICATE_MEMBER, "Title"},
        {"title,başlık\na,b\n", REFUSAL_DUPLICATE_MEMBER, "başlık"},
        {"title\na\n\"b\n", REFUSAL_NOT_CSV, "lines.4"},
        {"title\na\n\"b\"c\n", REFUSAL_NOT_CSV, "lines.3"},
        {"title\na,b\n", REFUSAL_NOT_CSV, "lines.2"},
        {"title,\na,b\n", REFUSAL_NOT_CSV, "lines.2"},
        {"title\na\n\x01\n", REFUSAL_BAD_TEXT, "lines.3.title"},
        {"title,number\na,1\n,2\n", REFUSAL_MISSING_MEMBER, "lines.3.title"},
        {"title,kind\na,yok\n", REFUSAL_UNKNOWN_VALUE, "lines.2.kind"},
        {"title\n\xff\n", REFUSAL_BAD_TEXT, ""},
        {"[]", REFUSAL_UNKNOWN_MEMBER, "[]"}, /* no heading of a table either */
        {"{", REFUSAL_NOT_JSON, ""},
        {"{}", REFUSAL_MISSING_MEMBER, "items"},
        {"{\"items\":{}}", REFUSAL_WRONG_TYPE, "items"},
        {"{\"items\":[]}", REFUSAL_MISSING_MEMBER, "items"},
        {"{\"items\":[],\"a\":1}", REFUSAL_UNKNOWN_MEMBER, ""},
        {"{\"items\":[1]}", REFUSAL_WRONG_TYPE, "items.0"},
        {"{\"items\":[[[1]]]}", REFUSAL_TOO_DEEP, ""},
        {"{\"items\":[{\"title\":\"a\"}]}", REFUSAL_MISSING_MEMBER, "items.0.kind"},
        {"{\"items\":[{\"title\":\"a\",\"kind\":\"report\"},{\"title\":1,\"kind\":\"report\"}]}",
         REFUSAL_WRONG_TYPE, "items.1.title"},
        {"{\"items\":[{\"title\":\"a\",\"title\":\"b\",\"kind\":\"report\"}]}",
         REFUSAL_DUPLICATE_MEMBER, NULL},
        {"{\"items\":[{\"title\":\"a\",\"kind\":\"report\",\"x\":1}]}", REFUSAL_UNKNOWN_MEMBER,
         "items.0.x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct agenda_file f = {.count = 77};
        struct client_wrong wrong = {.code = 0};
        assert_int_equal(read_bytes(cases[i].text, strlen(cases[i].text), &f, &wrong), -EPROTO);
        if (wrong.code != cases[i].code ||
            (cases[i].member && strcmp(wrong.member, cases[i].member) != 0))
            fail_msg("%s: %s %s", cases[i].text, refusal_code(wrong.code), wrong.member);
        assert_int_equal(f.count, 77);
    }
    struct agenda_file f;
    struct client_wrong wrong;
    assert_int_equal(agenda_file_read(NULL, &f, &wrong), -EPROTO);
    assert_int_equal(read_bytes("title\na\0b\n", 10, &f, &wrong), -EPROTO);
    assert_int_equal(wrong.code, REFUSAL_BAD_TEXT);
}

/* So many and no more, by either way; nor longer texts. */
static void sizes_are_limited(void **state)
{
    for (int over = 0; over < 2; over++) {
        for (int csv = 0; csv < 2; csv++) {
            cleanup_buf struct buf b;
            struct agenda_file f;
            struct client_wrong wrong;
            buf_init(&b, 1 << 20);
            buf_add_str(&b, csv ? "title\n" : "{\"items\":[");
            for (int i = 0; i < AGENDA_FILE_MAX_ITEMS + over; i++)
                buf_addf(&b, csv ? "a%.0s\n" : "%s{\"title\":\"a\",\"kind\":\"report\"}",
                         i ? "," : "");
            buf_add_str(&b, csv ? "" : "]}");
            int r = read_bytes(b.data, b.size, &f, &wrong);
            assert_int_equal(r, over ? -EPROTO : 0);
            if (over)
                assert_string_equal(wrong.member, csv ? "lines" : "items");
            else
                assert_int_equal(f.count, AGENDA_FILE_MAX_ITEMS);
            if (!over)
                agenda_file_finish(&f);
        }
    }
    char text[TEXT_TITLE + 8] = "title\n";
    struct agenda_file f;
    struct client_wrong wrong;
    memset(text + 6, 'x', TEXT_TITLE);
    assert_int_equal(read_bytes(text, 6 + TEXT_TITLE, &f, &wrong), -EPROTO);
    assert_int_equal(wrong.code, REFUSAL_TOO_LONG);
    assert_int_equal(read_bytes(text, 6 + TEXT_TITLE - 1, &f, &wrong), 0);
    agenda_file_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_say_the_same), cmocka_unit_test(kinds_have_their_words),
        cmocka_unit_test(places_are_told),   cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(sizes_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
