#include "../cmocka_all.h"

#include "base/list.h"

struct item {
    int value;
    struct list node; /* on the test's list */
};

static int sum(struct list *head)
{
    int n = 0;
    list_for_each (at, head)
        n = n * 10 + list_entry(at, struct item, node)->value;
    return n;
}

static void keeps_order(void **state)
{
    struct list head;
    struct item a = {.value = 1}, b = {.value = 2}, c = {.value = 3};
    list_init(&head);
    assert_true(list_empty(&head));
    list_append(&head, &a.node);
    list_append(&head, &b.node);
    list_append(&head, &c.node);
    assert_int_equal(sum(&head), 123);
    list_remove(&b.node);
    assert_int_equal(sum(&head), 13);
    list_remove(&b.node); /* twice is fine */
    assert_int_equal(sum(&head), 13);
    list_append(&head, &b.node);
    assert_int_equal(sum(&head), 132);
}

static void loop_may_remove(void **state)
{
    struct list head;
    struct item items[5];
    list_init(&head);
    for (int i = 0; i < 5; i++) {
        items[i].value = i + 1;
        list_append(&head, &items[i].node);
    }
    list_for_each_safe (at, &head) {
        if (list_entry(at, struct item, node)->value % 2)
            list_remove(at);
    }
    assert_int_equal(sum(&head), 24);
    list_for_each_safe (at, &head)
        list_remove(at);
    assert_true(list_empty(&head));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order),
        cmocka_unit_test(loop_may_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
