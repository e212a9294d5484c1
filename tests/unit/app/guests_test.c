/* A table of people, as spreadsheets write it: read whole, or each wrong line named. */
#include "../cmocka_all.h"
#include "app/guests.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_table(const char *text, size_t size, struct csv **ret, int *line)
{
    const char *reason = "";
    return csv_read(text, size, ret, line, &reason);
}

static void values_are_read_as_spreadsheets_write_them(void **state)
{
    static const char text[] = "\xef\xbb\xbf"
                               "ad;not\r\n"
                               "\"Üye \"\"Bir\"\"\"; düz \r\n"
                               ";;\r\n"
                               "\r\n"
                               "\"iki\nsatır\" ;\"a;b\"\n"
                               "son;";
    cleanup(csv_free_p) struct csv *c = NULL;
    int line;
    assert_int_equal(read_table(text, sizeof text - 1, &c, &line), 0);
    assert_int_equal(csv_count(c), 4);
    assert_string_equal(csv_row(c, 0)->fields[0], "ad");
    assert_string_equal(csv_row(c, 1)->fields[0], "Üye \"Bir\"");
    assert_string_equal(csv_row(c, 1)->fields[1], "düz");
    assert_int_equal(csv_row(c, 2)->line, 5);
    assert_string_equal(csv_row(c, 2)->fields[0], "iki\nsatır");
    assert_string_equal(csv_row(c, 2)->fields[1], "a;b");
    assert_int_equal(csv_row(c, 3)->line, 7);
    assert_int_equal(csv_row(c, 3)->count, 2);
    assert_string_equal(csv_row(c, 3)->fields[1], "");
}

static void what_is_no_table_is_named_by_its_line(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        int line;
    } cases[] = {
        {"a,b\n\"c", 6, 2},
        {"a,b\nc,\"d\"e", 10, 2},
        {"a\n\xff", 3, 1},
        {"a\0b", 3, 1},
        {"a\n,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,x", 42, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct csv *c = NULL;
        int line = 0;
        assert_int_equal(read_table(cases[i].text, cases[i].size, &c, &line), -EINVAL);
        assert_int_equal(line, cases[i].line);
        assert_null(c);
    }
    cleanup(csv_free_p) struct csv *empty = NULL;
    int line;
    assert_int_equal(read_table("", 0, &empty, &line), 0);
    assert_int_equal(csv_count(empty), 0);
}

static void what_is_written_is_read_again(void **state)
{
    static const char *const fields[] = {"düz", "a,b", "\"", "iki\nsatır", " boşlukla"};
    cleanup_buf struct buf out;
    buf_init(&out, 1024);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        buf_add_str(&out, i ? "," : "");
        csv_print(&out, fields[i]);
    }
    cleanup(csv_free_p) struct csv *c = NULL;
    int line;
    assert_int_equal(read_table((const char *)out.data, out.size, &c, &line), 0);
    for (size_t i = 0; i + 1 < sizeof fields / sizeof *fields; i++)
        assert_string_equal(csv_row(c, 0)->fields[i], fields[i]);
    buf_clear(&out);
    csv_print(&out, "=1+1");
    assert_string_equal(buf_text(&out), "\"'=1+1\"");
}

struct complaints {
    int count, lines[16];
};

static void complain(void *ctx, int line, const char *reason)
{
    struct complaints *c = ctx;
    assert_true(reason[0]);
    c->lines[c->count++] = line;
}

static int read_people(const char *text, struct guests *ret, struct complaints *c)
{
    cleanup(csv_free_p) struct csv *table = NULL;
    int line;
    *c = (struct complaints){0};
    *ret = (struct guests){0};
    assert_int_equal(read_table(text, strlen(text), &table, &line), 0);
    return guests_read(table, ret, complain, c);
}

static void people_in_turkish_and_english(void **state)
{
    struct guests g;
    struct complaints c;
    assert_int_equal(read_people("AD;TÜR;Grup;Alan;E-POSTA;rol;kurum\n"
                                 "Örnek Başkan;BAŞKAN;;;;;\n"
                                 "Örnek Üye 1;Üye;Grup A;;uye@ornek.example;;\n"
                                 "Örnek Temsilci;temsilci;; ulaşım | çevre ;;;Örnek Dernek\n"
                                 "Örnek Kâtip;GÖREVLİ;;;;KATİP;\n",
                                 &g, &c),
                     0);
    assert_int_equal(g.count, 4);
    assert_int_equal(g.list[0].role, ROLE_CHAIR);
    assert_int_equal(g.list[1].is.kind, PERSON_MEMBER);
    assert_string_equal(g.list[1].is.group, "Grup A");
    assert_string_equal(g.list[1].mail, "uye@ornek.example");
    assert_int_equal(g.list[2].is.fields.count, 2);
    assert_string_equal(g.list[2].is.fields.at[1].name, "çevre");
    assert_int_equal(g.list[3].role, ROLE_CLERK);
    assert_int_equal(g.list[3].line, 5);
    guests_finish(&g);
    assert_int_equal(read_people("name,kind,role\nA,member,\nB,staff,producer\n", &g, &c), 0);
    assert_int_equal(g.list[1].role, ROLE_PRODUCER);
    guests_finish(&g);
}

static void each_wrong_line_is_named(void **state)
{
    struct guests g;
    struct complaints c;
    char text[1200];
    assert_int_equal(read_people("ad,tür,e-posta\n"
                                 "A,üye,\n"
                                 "B,kedi,\n"
                                 "C,üye,a b@c\n"
                                 "A,üye,\n"
                                 ",üye,\n"
                                 "D,görevli,\n"
                                 "E,üye,\"a@b.c>\nBcc: x@y.z\"\n",
                                 &g, &c),
                     0);
    static const int lines[] = {3, 4, 5, 6, 7, 8};
    assert_int_equal(c.count, 6);
    assert_memory_equal(c.lines, lines, sizeof lines);
    assert_int_equal(g.wrong, 6);
    assert_int_equal(g.count, 1); /* the others are there, for who leaves the wrong ones out */
    assert_string_equal(g.list[0].is.name, "A");
    guests_finish(&g);
    assert_int_equal(read_people("soyad,tür\nA,üye\n", &g, &c), -EINVAL);
    assert_int_equal(read_people("ad,ad,tür\nA,B,üye\n", &g, &c), -EINVAL);
    assert_int_equal(read_people("", &g, &c), -EINVAL);
    int n = snprintf(text, sizeof text, "ad,tür\n");
    memset(text + n, 'x', 500);
    strcpy(text + n + 500, ",üye\n");
    assert_int_equal(read_people(text, &g, &c), 0);
    assert_int_equal(g.wrong, 1);
    guests_finish(&g);
}

static void a_role_says_the_kind_and_a_number_the_person(void **state)
{
    struct guests g;
    struct complaints c;
    assert_int_equal(read_people("İSİM,Rol,KİŞİ NO\n"
                                 "A,üye,17\n"
                                 "B,Yazı İşleri,\n"
                                 "A,üye,18\n"
                                 "A,üye,\n"
                                 "C,gözlemci,17\n"
                                 "D,üye,-1\n"
                                 "E,üye,1e3\n"
                                 "F,üye,99999999999999999999\n"
                                 "G,üye,0\n",
                                 &g, &c),
                     0);
    static const int lines[] = {6, 7, 8, 9, 10};
    assert_int_equal(c.count, 5);
    assert_memory_equal(c.lines, lines, sizeof lines);
    assert_int_equal(g.count, 4);
    assert_int_equal(g.list[0].person, 17);
    assert_int_equal(g.list[1].is.kind, PERSON_STAFF);
    assert_int_equal(g.list[1].role, ROLE_CLERK);
    assert_int_equal(g.list[2].person, 18);
    guests_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_as_spreadsheets_write_them),
        cmocka_unit_test(what_is_no_table_is_named_by_its_line),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(people_in_turkish_and_english),
        cmocka_unit_test(each_wrong_line_is_named),
        cmocka_unit_test(a_role_says_the_kind_and_a_number_the_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
