#include "../cmocka_all.h"

#include "house.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static char folder[64], path[96];

int house_set_up(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/meclis-store-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/log.db", folder);
    return 0;
}

static void empty(const char *of)
{
    DIR *d = opendir(of);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));) {
        char file[512];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(file, sizeof file, "%s/%s", of, e->d_name);
        if (e->d_type == DT_DIR) {
            empty(file);
            rmdir(file);
        } else {
            unlink(file);
        }
    }
    closedir(d);
}

int house_tear_down(void **state)
{
    empty(folder);
    return rmdir(folder);
}

const char *house_folder(void)
{
    return folder;
}

const char *house_log(void)
{
    return path;
}

struct store *house_open(enum store_mode mode)
{
    struct store *s = NULL;
    char reason[256] = "";
    int r = store_open(path, mode, &s, reason);
    if (r < 0)
        fail_msg("%s", reason);
    return s;
}

struct store_draft house_draft(const char *meeting, const char *type, const char *body)
{
    return (struct store_draft){.meeting = meeting,
                                .at_utc_us = 1000,
                                .media_us = 2000,
                                .actor = "a",
                                .type = type,
                                .audience = AUDIENCE_PUBLIC,
                                .version = 1,
                                .body = body};
}

uint64_t house_append(struct store *s, const char *meeting, const char *type)
{
    struct store_draft d = house_draft(meeting, type, "{}");
    struct store_head head;
    assert_int_equal(store_append(s, &d, 1), 0);
    assert_int_equal(store_head(s, meeting, &head), 0);
    return head.seq;
}

static int count_event(void *ctx, const struct store_event *e)
{
    uint64_t *last = ctx;
    assert_int_equal(e->seq, *last + 1);
    *last = e->seq;
    return 0;
}

uint64_t house_count(struct store *s, const char *meeting)
{
    uint64_t last = 0, wrong = 0;
    assert_int_equal(store_read(s, meeting, 0, SIZE_MAX, count_event, &last), 0);
    assert_int_equal(store_verify(s, meeting, &wrong), 0);
    return last;
}

void house_change(const char *sql)
{
    house_change_at(path, sql);
}

void house_change_at(const char *file, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    char *error = NULL;
    int r = sqlite3_exec(db, sql, NULL, NULL, &error);
    if (r != SQLITE_OK)
        fail_msg("%s", error);
    sqlite3_close(db);
}
