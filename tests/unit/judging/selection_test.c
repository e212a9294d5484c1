#include "selection.h"

#include "../cmocka_all.h"

#include <stdio.h>
#include <string.h>

#define MS INT64_C(1000000)
#define TICK (50 * MS)
#define FRAME (40 * MS)

/* A little world: time goes on in frames; each source delivers or not. */
struct world {
    struct selection s;
    int64_t now;
    bool delivers[3];
    int changes;
};

static const char *const ids[] = {"a", "b", "c"};

static void begin(struct world *w)
{
    static struct spec spec;
    memset(&spec, 0, sizeof(spec));
    spec.source_count = 3;
    for (int i = 0; i < 3; i++) {
        memcpy(spec.sources[i].id, ids[i], 2);
        spec.sources[i].priority = i;
    }
    memset(w, 0, sizeof(*w));
    w->now = 1000 * MS;
    selection_set_sources(&w->s, &spec);
}

static void run(struct world *w, int64_t duration)
{
    for (int64_t end = w->now + duration; w->now < end; w->now += 10 * MS) {
        for (int i = 0; i < 3; i++)
            if (w->delivers[i] && w->now % FRAME == 0)
                selection_delivered(&w->s, ids[i], w->now);
        if (w->now % TICK == 0)
            w->changes += selection_decide(&w->s, w->now);
    }
}

static void nothing_is_the_slate(void **state)
{
    struct world w;
    begin(&w);
    run(&w, 2000 * MS);
    assert_string_equal(w.s.on_air, "");
    assert_int_equal(w.changes, 0);
}

static void first_one_goes_on_air_at_once(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[2] = true;
    run(&w, 100 * MS);
    assert_string_equal(w.s.on_air, "c");
}

static void better_one_takes_over_once_steady(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[1] = true;
    run(&w, 1000 * MS);
    w.delivers[0] = true;
    run(&w, 150 * MS);
    assert_string_equal(w.s.on_air, "b");
    run(&w, 200 * MS);
    assert_string_equal(w.s.on_air, "a");
    assert_int_equal(w.changes, 2);
}

static void fails_over_and_returns_within_a_second(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[0] = w.delivers[1] = true;
    run(&w, 1000 * MS);
    assert_string_equal(w.s.on_air, "a");
    w.delivers[0] = false;
    run(&w, 500 * MS);
    assert_string_equal(w.s.on_air, "b");
    run(&w, 500 * MS);
    w.delivers[0] = true;
    run(&w, 500 * MS);
    assert_string_equal(w.s.on_air, "b"); /* it fell lately: not yet trusted */
    run(&w, 400 * MS);
    assert_string_equal(w.s.on_air, "a");
}

static void last_one_gone_is_the_slate(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[0] = true;
    run(&w, 1000 * MS);
    w.delivers[0] = false;
    run(&w, 600 * MS);
    assert_string_equal(w.s.on_air, "");
}

static void breaking_off_is_believed_at_once(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[0] = w.delivers[1] = true;
    run(&w, 1000 * MS);
    w.delivers[0] = false;
    selection_broke_off(&w.s, "a", w.now);
    selection_broke_off(&w.s, "nobody", w.now);
    run(&w, 60 * MS);
    assert_string_equal(w.s.on_air, "b");
}

static void short_stall_changes_nothing(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[0] = w.delivers[1] = true;
    run(&w, 1000 * MS);
    int changes = w.changes;
    w.delivers[0] = false;
    run(&w, 300 * MS);
    w.delivers[0] = true;
    run(&w, 1000 * MS);
    assert_int_equal(w.changes, changes);
}

static void selected_one_overrides_while_it_lives(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[0] = w.delivers[1] = w.delivers[2] = true;
    memcpy(w.s.selected, "c", 2);
    run(&w, 1000 * MS);
    assert_string_equal(w.s.on_air, "c");
    w.delivers[2] = false;
    run(&w, 600 * MS);
    assert_string_equal(w.s.on_air, "a");
    w.delivers[2] = true;
    run(&w, 1000 * MS);
    assert_string_equal(w.s.on_air, "c");
    w.s.selected[0] = 0;
    run(&w, 100 * MS);
    assert_string_equal(w.s.on_air, "a");
}

static void equals_do_not_push_each_other_out(void **state)
{
    struct world w;
    begin(&w);
    for (int i = 0; i < 3; i++)
        w.s.sources[i].priority = 7;
    w.delivers[1] = true;
    run(&w, 500 * MS);
    w.delivers[0] = w.delivers[2] = true;
    run(&w, 2000 * MS);
    assert_string_equal(w.s.on_air, "b");
    assert_int_equal(w.changes, 1);
}

static void flickering_one_stays_out(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[1] = true;
    run(&w, 1000 * MS);
    for (int i = 0; i < 10; i++) {
        w.delivers[0] = true;
        run(&w, 200 * MS);
        w.delivers[0] = false;
        run(&w, 600 * MS);
    }
    /* The very first time it may get in; never again. */
    assert_true(w.changes <= 3);
    assert_string_equal(w.s.on_air, "b");
}

/* As run(), where what comes of the sources of `pictures` (bits) is pictures. */
static void run_pictures(struct world *w, unsigned pictures, int64_t duration)
{
    for (int64_t end = w->now + duration; w->now < end;) {
        for (int i = 0; i < 3; i++)
            if (w->delivers[i] && pictures & 1u << i)
                selection_pictured(&w->s, ids[i], w->now);
        run(w, FRAME);
    }
}

static void the_next_best_stands_beside(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[1] = true;
    run_pictures(&w, 7, 400 * MS);
    assert_string_equal(w.s.beside, ""); /* alone */
    w.delivers[2] = true;
    run_pictures(&w, 7, 400 * MS);
    assert_string_equal(w.s.on_air, "b");
    assert_string_equal(w.s.beside, "c");
    w.delivers[0] = true; /* the best: the others move up one */
    run_pictures(&w, 7, 1200 * MS);
    assert_string_equal(w.s.on_air, "a");
    assert_string_equal(w.s.beside, "b");
    memcpy(w.s.selected, "c", 2);
    run_pictures(&w, 7, 400 * MS);
    assert_string_equal(w.s.on_air, "c");
    assert_string_equal(w.s.beside, "a");
    w.delivers[0] = false; /* who stood there is gone: the next at once */
    run_pictures(&w, 7, 600 * MS);
    assert_string_equal(w.s.on_air, "c");
    assert_string_equal(w.s.beside, "b");
    w.delivers[2] = false;
    run_pictures(&w, 7, 600 * MS);
    assert_string_equal(w.s.on_air, "b");
    assert_string_equal(w.s.beside, "");
}

static void sound_alone_stands_beside_nothing(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[0] = w.delivers[1] = w.delivers[2] = true;
    run_pictures(&w, 1 | 4, 1000 * MS);
    assert_string_equal(w.s.on_air, "a");
    assert_string_equal(w.s.beside, "c");
    run_pictures(&w, 1, 1000 * MS); /* its picture stops, its sound goes on */
    assert_string_equal(w.s.beside, "");
}

static void new_list_keeps_what_is_known(void **state)
{
    struct world w;
    begin(&w);
    w.delivers[0] = w.delivers[1] = true;
    run(&w, 1000 * MS);
    static struct spec spec;
    memset(&spec, 0, sizeof(spec));
    spec.source_count = 2;
    memcpy(spec.sources[0].id, "b", 2);
    memcpy(spec.sources[1].id, "a", 2);
    spec.sources[0].priority = 5;
    spec.sources[1].priority = 9;
    selection_set_sources(&w.s, &spec);
    assert_string_equal(w.s.on_air, "a");
    run(&w, 100 * MS);
    assert_string_equal(w.s.on_air, "b"); /* better now, and long steady */
    spec.source_count = 0;
    selection_set_sources(&w.s, &spec);
    assert_string_equal(w.s.on_air, "");
    run(&w, 100 * MS);
    assert_string_equal(w.s.on_air, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_best_stands_beside),
        cmocka_unit_test(sound_alone_stands_beside_nothing),
        cmocka_unit_test(nothing_is_the_slate),
        cmocka_unit_test(first_one_goes_on_air_at_once),
        cmocka_unit_test(better_one_takes_over_once_steady),
        cmocka_unit_test(fails_over_and_returns_within_a_second),
        cmocka_unit_test(last_one_gone_is_the_slate),
        cmocka_unit_test(breaking_off_is_believed_at_once),
        cmocka_unit_test(short_stall_changes_nothing),
        cmocka_unit_test(selected_one_overrides_while_it_lives),
        cmocka_unit_test(equals_do_not_push_each_other_out),
        cmocka_unit_test(flickering_one_stays_out),
        cmocka_unit_test(new_list_keeps_what_is_known),
    };
    return cmocka_run_group_tests_name("selection", tests, NULL, NULL);
}
