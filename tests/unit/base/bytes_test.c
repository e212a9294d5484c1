#include "../cmocka_all.h"

#include "base/bytes.h"

#include <pthread.h>
#include <string.h>

static void copies(void **state)
{
    char text[] = "gündem";
    struct bytes *b = bytes_copy(text, sizeof text);
    text[0] = 'x';
    assert_int_equal(b->size, sizeof text);
    assert_string_equal((char *)b->data, "gündem");
    bytes_unref(b);
}

static void nothing_is_fine(void **state)
{
    bytes_unref(NULL);
    struct bytes *b = bytes_copy(NULL, 0);
    assert_non_null(b);
    assert_int_equal(b->size, 0);
    bytes_unref(b);
}

static void impossible_size_is_refused(void **state)
{
    assert_null(bytes_new(SIZE_MAX));
    assert_null(bytes_new(SIZE_MAX - sizeof(struct bytes) + 1));
}

static void *ref_and_unref(void *arg)
{
    struct bytes *b = arg;
    for (int i = 0; i < 100000; i++)
        bytes_unref(bytes_ref(b));
    bytes_unref(b);
    return NULL;
}

/* The sanitizers find a reference too many or too few. */
static void threads_share(void **state)
{
    struct bytes *b = bytes_copy("x", 1);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ref_and_unref, bytes_ref(b)), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&b->refs), 1);
    bytes_unref(b);
}

static struct bytes *made_and_given_away(void)
{
    cleanup(bytes_unref_p) struct bytes *b = bytes_copy("x", 1);
    return take_ptr(b);
}

static void ownership_leaves_by_take_ptr(void **state)
{
    cleanup(bytes_unref_p) struct bytes *b = made_and_given_away();
    assert_int_equal(atomic_load(&b->refs), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies),
        cmocka_unit_test(nothing_is_fine),
        cmocka_unit_test(threads_share),
        cmocka_unit_test(impossible_size_is_refused),
        cmocka_unit_test(ownership_leaves_by_take_ptr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
