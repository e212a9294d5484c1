#include "../cmocka_all.h"

#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs log_write() with standard error caught; returns what was written. */
static const char *caught(enum log_level level, const char *text)
{
    static char said[8192];
    int pipes[2], kept = dup(STDERR_FILENO);
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    log_write(level, "module", "%s", text);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(pipes[1]);
    ssize_t n = read(pipes[0], said, sizeof said - 1);
    close(pipes[0]);
    said[n > 0 ? n : 0] = 0;
    return said;
}

static void one_line(void **state)
{
    unsetenv("JOURNAL_STREAM");
    const char *said = caught(LOG_LEVEL_INFO, "birleşim açıldı");
    int year;
    char rest[100];
    assert_non_null(strstr(said, "Z info module: birleşim açıldı\n"));
    year = (int)strtol(said, NULL, 10);
    assert_true(year >= 2020);
    snprintf(rest, sizeof rest, "%s", strchr(said, 'T'));
    assert_int_equal(strlen("T00:00:00.000Z"), strcspn(rest, " "));
}

static void systemd_prefix(void **state)
{
    setenv("JOURNAL_STREAM", "8:1", 1);
    assert_string_equal(caught(LOG_LEVEL_ERROR, "x"), "<3>module: x\n");
    assert_string_equal(caught(LOG_LEVEL_WARNING, "x"), "<4>module: x\n");
    unsetenv("JOURNAL_STREAM");
}

static void levels(void **state)
{
    assert_string_equal(caught(LOG_LEVEL_DEBUG, "x"), "");
    log_set_level(LOG_LEVEL_DEBUG);
    assert_string_not_equal(caught(LOG_LEVEL_DEBUG, "x"), "");
    log_set_level(LOG_LEVEL_ERROR);
    assert_string_equal(caught(LOG_LEVEL_WARNING, "x"), "");
    log_set_level(LOG_LEVEL_INFO);
}

static void long_lines_are_cut(void **state)
{
    char text[5000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 0;
    const char *said = caught(LOG_LEVEL_INFO, text);
    assert_in_range(strlen(said), 1000, 2048);
    assert_int_equal(said[strlen(said) - 1], '\n');
}

/* What comes from outside cannot forge a line or steer a terminal. */
static void control_characters_are_shown(void **state)
{
    const char *said = caught(LOG_LEVEL_INFO, "a\nb\rc\x1b[2Jd\te");
    assert_non_null(strstr(said, "a?b?c?[2Jd?e\n"));
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line),
        cmocka_unit_test(systemd_prefix),
        cmocka_unit_test(levels),
        cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(control_characters_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
