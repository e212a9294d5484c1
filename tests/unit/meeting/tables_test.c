/* The tables: in the order of their names, each row whole, each shape within its bounds. */
#include "play.h"

#include <string.h>

/* What people may have erased lies on a body's first level, where the log keeps it apart; what is
 * hidden is of the state alone. */
static void check_message(const struct shape *shape, bool first)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        assert_false(f->hidden);
        assert_true(first || f->kind != SHAPE_SIDE_TEXT);
        if (f->of)
            check_message(f->of, false);
    }
}

static void check_name(const char *name)
{
    assert_true(*name);
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name));
}

static void check_shape(const struct shape *shape)
{
    assert_non_null(shape->name);
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        assert_true(f->offset + f->size <= shape->size);
        check_name(f->name);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(f->name, shape->fields[k].name);
        if (f->kind == SHAPE_ENUM)
            assert_int_equal(f->size, 4);
        if (f->kind == SHAPE_REF || f->kind == SHAPE_NUMBER)
            assert_int_equal(f->size, 8);
        if (f->kind == SHAPE_NUMBER)
            assert_true(f->min < f->max);
        for (int64_t k = 0; f->kind == SHAPE_ENUM && k < f->max; k++)
            check_name(f->names[k]);
        if (f->kind == SHAPE_STRUCT) {
            assert_int_equal(f->of->size, f->size);
            check_shape(f->of);
        }
        if (f->kind == SHAPE_LIST) {
            assert_int_equal(f->of->size * (size_t)f->max + f->at, f->size);
            check_shape(f->of);
        }
    }
}

static void test_verbs(void **state)
{
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        const struct verb *v = &meeting_verbs[i];
        assert_true(i == 0 || strcmp(meeting_verbs[i - 1].name, v->name) < 0);
        assert_ptr_equal(verb_find(v->name), v);
        assert_true(v->args->size <= MEETING_MAX_ARGS_BYTES);
        assert_true(v->roles && v->states && v->decide);
        check_shape(v->args);
        check_message(v->args, true);
    }
    assert_null(verb_find("agenda"));
    assert_null(verb_find(""));
}

static void test_facts(void **state)
{
    for (size_t i = 0; i < meeting_facts_count; i++) {
        const struct fact *f = &meeting_facts[i];
        assert_true(i == 0 || strcmp(meeting_facts[i - 1].name, f->name) < 0);
        assert_ptr_equal(fact_find(f->name), f);
        assert_true(f->body->size <= MEETING_MAX_BODY_BYTES);
        assert_true(f->version > 0 && f->audience && f->apply);
        check_shape(f->body);
        check_message(f->body, true);
    }
}

static void test_piles(void **state)
{
    uint64_t grown = 0;
    for (size_t i = 0; i < meeting_facts_count; i++)
        grown |= meeting_facts[i].grows;
    for (unsigned i = 0; i < PILES; i++) {
        const struct pile_kind *k = &pile_kinds[i];
        assert_true(k->name && k->cap);
        check_shape(k->shape);
        assert_string_equal(k->shape->fields[0].name, "seq");
        assert_string_equal(k->shape->fields[1].name, "last");
        assert_true(grown & PILE_BIT(i));
        for (size_t f = 0; k->always && f < meeting_facts_count; f++)
            assert_true(!(meeting_facts[f].grows & PILE_BIT(i)) || meeting_facts[f].always);
    }
}

static void test_refusals(void **state)
{
    for (int i = 1; i < REFUSED_COUNT_; i++) {
        assert_non_null(meeting_refusal_code(i));
        for (int k = 1; k < i; k++)
            assert_string_not_equal(meeting_refusal_code(i), meeting_refusal_code(k));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verbs),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_piles),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
