#include "../cmocka_all.h"

#include "auth/token.h"
#include "base/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void made_once_and_kept(void **state)
{
    char folder[] = "/tmp/meclis-token-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/token", folder);
    struct token a, b;
    assert_int_equal(token_load_or_create(path, 64, &a), 0);
    assert_int_equal(strlen(a.text), 64);
    assert_int_equal(token_load_or_create(path, 64, &b), 0);
    assert_string_equal(a.text, b.text);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(io_replace_file(path, "short\n", 6, 0600), 0);
    assert_int_equal(token_load_or_create(path, 64, &b), -EINVAL);
    assert_int_equal(io_replace_file(path, "", 0, 0600), 0);
    assert_int_equal(token_load_or_create(path, 64, &b), -EINVAL);
    unlink(path);
    rmdir(folder);
}

static void only_the_token_authorizes(void **state)
{
    const struct token t = {.text = "0123456789abcdef"};
    assert_true(token_authorizes(&t, "Bearer 0123456789abcdef"));
    assert_true(token_authorizes(&t, "bearer 0123456789abcdef"));
    assert_false(token_authorizes(&t, "Bearer 0123456789abcdeF"));
    assert_false(token_authorizes(&t, "Bearer 0123456789abcde"));
    assert_false(token_authorizes(&t, "Bearer 0123456789abcdef0"));
    assert_false(token_authorizes(&t, "Bearer "));
    assert_false(token_authorizes(&t, "Basic 0123456789abcdef"));
    assert_false(token_authorizes(&t, ""));
    char huge[4096];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    assert_false(token_equals(&t, huge));
    assert_false(token_equals(&t, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_once_and_kept),
        cmocka_unit_test(only_the_token_authorizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
