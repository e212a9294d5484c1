/* The search index: what is put is found, in a useful order, and what goes leaves nothing. */
#include "../cmocka_all.h"
#include "house.h"
#include "store/search.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_FOUND 64

struct found {
    int count;
    char of[MAX_FOUND][96]; /* "meeting/kind/seq" */
};

static int note(void *ctx, const struct search_hit *h)
{
    struct found *f = ctx;
    snprintf(f->of[f->count++], sizeof f->of[0], "%s/%s/%d", h->meeting.id, h->row.kind,
             (int)h->row.seq);
    return 0;
}

static struct found find_with(struct search *s, const char *typed, struct search_wish wish)
{
    struct found f = {0};
    struct search_words words;
    search_words_read(typed, &words);
    wish.words = &words;
    wish.body = wish.body ? wish.body : "";
    wish.person = wish.person ? wish.person : "";
    wish.kind = wish.kind ? wish.kind : "";
    wish.max = MAX_FOUND;
    assert_int_equal(search_find(s, &wish, note, &f), 0);
    return f;
}

static struct found find(struct search *s, const char *typed)
{
    return find_with(s, typed, (struct search_wish){0});
}

static struct search_row row(const char *kind, uint64_t seq, const char *person, const char *text)
{
    return (struct search_row){.kind = kind,
                               .seq = seq,
                               .media_us = (int64_t)seq * 1000000,
                               .item = "2026/4",
                               .person = person,
                               .text = text,
                               .more = ""};
}

static struct search_meeting meeting(const char *id, const char *body, int year, uint64_t seq)
{
    return (struct search_meeting){
        .id = id, .title = "Örnek", .body = body, .language = "tr", .year = year, .seq = seq};
}

static void path_of(char ret[512])
{
    snprintf(ret, 512, "%s/search.db", house_folder());
}

static struct search *open_for(enum search_mode mode)
{
    char path[512], reason[256];
    struct search *s = NULL;
    path_of(path);
    assert_int_equal(search_open(path, mode, &s, reason), 0);
    return s;
}

static struct search *filled(void)
{
    struct search *s = open_for(SEARCH_WRITE);
    const struct search_row a[] = {
        row("item", 1, "", "Bütçesinin görüşülmesi"),
        row("question", 2, "Örnek Üye 1", "İzmit'te park ne zaman açılacak?"),
        row("turn", 3, "Örnek Üye Işık", "Bütçe")};
    const struct search_row b[] = {row("question", 2, "Örnek Üye 2", "Su kesintisi, bütçe")};
    const struct search_meeting one = meeting("a", "Meclis", 2026, 9),
                                two = meeting("b", "Kent Konseyi", 2025, 4);
    assert_int_equal(search_put(s, &one, a, 3), 0);
    assert_int_equal(search_put(s, &two, b, 1), 0);
    return s;
}

static void what_was_put_is_found(void **state)
{
    struct search *s = filled();
    struct search *reader = open_for(SEARCH_READ);
    assert_int_equal(find(reader, "park").count, 1);
    assert_string_equal(find(reader, "ızmıt PARKI").of[0], "a/question/2");
    assert_int_equal(find(reader, "bütçe").count, 3);
    assert_string_equal(find(reader, "bütçe").of[2], "a/item/1"); /* with an ending: last */
    assert_int_equal(find(reader, "bütçe park").count, 0);
    assert_int_equal(find(reader, "2026/4").count, 4);
    assert_int_equal(find(reader, "\"*(").count, 0);
    assert_int_equal(find(reader, "\"su kesintisi\"").count, 1);
    assert_int_equal(find(reader, "\"kesintisi su\"").count, 0);
    search_close(reader);
    search_close(s);
}

static void filters_narrow(void **state)
{
    struct search *s = filled();
    assert_int_equal(find_with(s, "bütçe", (struct search_wish){.year = 2026}).count, 2);
    assert_int_equal(find_with(s, "bütçe", (struct search_wish){.body = "Kent Konseyi"}).count, 1);
    assert_int_equal(find_with(s, "bütçe", (struct search_wish){.kind = "turn"}).count, 1);
    assert_int_equal(find_with(s, "bütçe", (struct search_wish){.person = "işik"}).count, 1);
    assert_int_equal(find_with(s, "bütçe", (struct search_wish){.person = "üye 2"}).count, 1);
    assert_int_equal(find_with(s, "bütçe", (struct search_wish){.person = "%"}).count, 0);
    assert_int_equal(find_with(s, "bütçe", (struct search_wish){.skip = 2}).count, 1);
    search_close(s);
}

/* Whether the words stand anywhere in the file or its journal. */
static bool file_holds(const char *words)
{
    static const char *const ends[] = {"", "-wal"};
    bool held = false;
    for (int i = 0; i < 2; i++) {
        char path[512], name[520];
        path_of(path);
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        FILE *f = fopen(name, "rb");
        static char all[4 << 20];
        size_t n = f ? fread(all, 1, sizeof all, f) : 0;
        held |= n > 0 && memmem(all, n, words, strlen(words));
        if (f)
            fclose(f);
    }
    return held;
}

static void what_goes_leaves_nothing(void **state)
{
    struct search *s = filled();
    const struct search_row left[] = {row("item", 1, "", "Yatırım programı")};
    const struct search_meeting now = meeting("a", "Meclis", 2026, 12);
    assert_true(file_holds("kesinti"));
    assert_int_equal(search_put(s, &now, left, 1), 0);
    assert_int_equal(find(s, "park").count, 0);
    assert_int_equal(find(s, "yatırım").count, 1);
    assert_int_equal(find(s, "bütçe").count, 1); /* the other meeting's */
    assert_false(file_holds("park"));
    assert_false(file_holds("rülmesi"));
    search_close(s);
    assert_false(file_holds("park"));
}

static void count_meeting(void *ctx, const char *id, uint64_t seq)
{
    *(uint64_t *)ctx = *(uint64_t *)ctx * 100 + seq;
}

static void it_knows_how_far_it_is(void **state)
{
    uint64_t sum = 0;
    search_close(filled());
    struct search *s = open_for(SEARCH_WRITE);
    assert_int_equal(search_meetings(s, count_meeting, &sum), 0);
    assert_int_equal(sum, 904);
    assert_int_equal(find(s, "park").count, 1);
    search_close(s);
}

static void a_damaged_file_is_begun_anew(void **state)
{
    char path[512];
    uint64_t sum = 0;
    search_close(filled());
    path_of(path);
    FILE *f = fopen(path, "wb");
    for (int i = 0; i < 5000; i++)
        fputc(i * 7, f);
    fclose(f);
    struct search *s = open_for(SEARCH_WRITE);
    assert_int_equal(search_meetings(s, count_meeting, &sum), 0);
    assert_int_equal(sum, 0);
    assert_int_equal(find(s, "park").count, 0);
    search_close(s);
}

static void none_is_told_to_a_reader(void **state)
{
    char path[512], reason[256];
    struct search *s = NULL;
    path_of(path);
    assert_int_equal(search_open(path, SEARCH_READ, &s, reason), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_put_is_found, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(filters_narrow, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(what_goes_leaves_nothing, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(it_knows_how_far_it_is, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_begun_anew, house_set_up,
                                        house_tear_down),
        cmocka_unit_test_setup_teardown(none_is_told_to_a_reader, house_set_up, house_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
