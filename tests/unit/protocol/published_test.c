#include "../cmocka_all.h"

#include "protocol/published.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct published_head samples[] = {
    {.meeting = "a", .seq = 1, .hash = {1}, .at_utc_us = 5, .signature = {9, 8}},
    {.meeting = "a", .seq = 4, .hash = {2}, .at_utc_us = 6, .signature = {7}},
};

static void expect(const char *text, size_t size, size_t count, bool more)
{
    cleanup_free struct published_head *heads = NULL;
    size_t found = 0;
    bool found_more = false;
    assert_int_equal(published_read_heads(text, size, &heads, &found, &found_more), 0);
    assert_int_equal(found, count);
    assert_int_equal(found_more, more);
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(&heads[i], &samples[i], sizeof samples[i]);
}

static void heads_come_back(void **state)
{
    cleanup(bytes_unref_p) struct bytes *one = published_print_head(&samples[0]);
    cleanup(bytes_unref_p) struct bytes *two = published_print_head(&samples[1]);
    cleanup(bytes_unref_p) struct bytes *list = published_print_heads("a", 0, samples, 2, true);
    char lines[2048];
    int size = snprintf(lines, sizeof lines, "%.*s\n%.*s\n", (int)one->size, one->data,
                        (int)two->size, two->data);
    expect((char *)one->data, one->size, 1, false);
    expect((char *)list->data, list->size, 2, true);
    expect(lines, (size_t)size, 2, false);
    expect("", 0, 0, false);
    expect(" \n", 2, 0, false);
}

static void wrong_heads_are_refused(void **state)
{
    static const char *const bad[] = {"{}", "[]", "x", "{\"heads\":1}", "{\"heads\":[1]}", "\0"};
    struct published_head *heads;
    size_t count;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(
            published_read_heads(bad[i], i == 5 ? 1 : strlen(bad[i]), &heads, &count, NULL),
            -EINVAL);
    cleanup(bytes_unref_p) struct bytes *one = published_print_head(&samples[0]);
    for (size_t size = 1; size < one->size; size++)
        assert_int_equal(published_read_heads((char *)one->data, size, &heads, &count, NULL),
                         -EINVAL);
}

static void a_key_comes_back(void **state)
{
    const uint8_t key[PUBLISHED_KEY_BYTES] = {1, 2, 3};
    uint8_t read[PUBLISHED_KEY_BYTES];
    cleanup(bytes_unref_p) struct bytes *b = published_print_key(key);
    assert_int_equal(published_read_key((char *)b->data, b->size, read), 0);
    assert_memory_equal(key, read, sizeof key);
    static const char other[] = "{\"algorithm\":\"RSA\",\"key\":\"00\"}";
    assert_int_equal(published_read_key(other, sizeof other - 1, read), -EINVAL);
    assert_int_equal(published_read_key((char *)b->data, b->size - 1, read), -EINVAL);
}

static void meetings_are_found(void **state)
{
    static const char good[] = "{\"meetings\":[{\"id\":\"a\",\"x\":1},{\"id\":\"b-2\"}]}";
    static const char path[] = "{\"meetings\":[{\"id\":\"../a\"}]}";
    char ids[2][ID_MAX];
    assert_int_equal(published_read_meetings(good, sizeof good - 1, ids, 2), 2);
    assert_string_equal(ids[1], "b-2");
    assert_int_equal(published_read_meetings(good, sizeof good - 1, ids, 1), -EINVAL);
    assert_int_equal(published_read_meetings(path, sizeof path - 1, ids, 2), -EINVAL);
    assert_int_equal(published_read_meetings("{}", 2, ids, 2), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_come_back),
        cmocka_unit_test(wrong_heads_are_refused),
        cmocka_unit_test(a_key_comes_back),
        cmocka_unit_test(meetings_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
