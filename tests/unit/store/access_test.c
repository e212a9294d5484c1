#include "../cmocka_all.h"

#include "store/access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOW 1700000000000000ll
#define MINUTE 60000000ll

struct fixture {
    char folder[64], path[96];
    struct access *access;
};

static void open_again(struct fixture *f)
{
    char reason[256];
    access_close(f->access);
    f->access = NULL;
    assert_int_equal(access_open(f->path, &f->access, reason), 0);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "/tmp/meclis-access-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/access.db", f->folder);
    open_again(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    access_close(f->access);
    for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end; end++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", f->path, *end);
        unlink(path);
    }
    rmdir(f->folder);
    free(f);
    return 0;
}

static const uint8_t *hash(int n)
{
    static uint8_t hashes[8][ACCESS_HASH_BYTES];
    memset(hashes[n], n + 1, ACCESS_HASH_BYTES);
    return hashes[n];
}

static struct access_link link_of(int n, const char *meeting, const char *principal)
{
    struct access_link link = {.roles = 2, .person = 40 + (uint64_t)n, .made_utc_us = NOW};
    memcpy(link.hash, hash(n), sizeof link.hash);
    snprintf(link.meeting, sizeof link.meeting, "%s", meeting);
    snprintf(link.principal, sizeof link.principal, "%s", principal);
    return link;
}

static struct access_session session_of(int n, const char *account, const char *meeting,
                                        const char *principal)
{
    struct access_session s = {.roles = 2, .person = 7, .until_utc_us = NOW + MINUTE};
    memcpy(s.hash, hash(n), sizeof s.hash);
    snprintf(s.account, sizeof s.account, "%s", account);
    snprintf(s.meeting, sizeof s.meeting, "%s", meeting);
    snprintf(s.principal, sizeof s.principal, "%s", principal);
    return s;
}

static struct access_account clerk(void)
{
    return (struct access_account){
        .name = "ornek-katip", .principal = "p-1", .roles = 32, .password_hash = "$argon2id$1"};
}

static int count_account(void *ctx, const struct access_account *account)
{
    ++*(int *)ctx;
    return 0;
}

static void an_account_is_kept_and_keeps_its_principal(void **state)
{
    struct fixture *f = *state;
    struct access_account got, account = clerk();
    assert_int_equal(access_find_account(f->access, "ornek-katip", &got), -ENOENT);
    assert_int_equal(access_put_account(f->access, &account), 0);
    snprintf(account.principal, sizeof account.principal, "p-2");
    account.roles = 64;
    account.has_totp = true;
    memset(account.totp, 9, sizeof account.totp);
    assert_int_equal(access_put_account(f->access, &account), 0);
    open_again(f);
    assert_int_equal(access_find_account(f->access, "ornek-katip", &got), 0);
    assert_string_equal(got.principal, "p-1");
    assert_int_equal(got.roles, 64);
    assert_true(got.has_totp);
    assert_memory_equal(got.totp, account.totp, sizeof got.totp);
    int count = 0;
    assert_int_equal(access_list_accounts(f->access, count_account, &count), 0);
    assert_int_equal(count, 1);
    snprintf(account.name, sizeof account.name, "baska");
    snprintf(account.principal, sizeof account.principal, "p-1");
    assert_int_equal(access_put_account(f->access, &account), -EEXIST);
}

static void a_one_time_code_is_used_once(void **state)
{
    struct fixture *f = *state;
    struct access_account account = clerk();
    assert_int_equal(access_put_account(f->access, &account), 0);
    assert_int_equal(access_use_totp(f->access, "ornek-katip", 100), 0);
    assert_int_equal(access_use_totp(f->access, "ornek-katip", 100), 1);
    assert_int_equal(access_use_totp(f->access, "ornek-katip", 99), 1);
    assert_int_equal(access_use_totp(f->access, "ornek-katip", 101), 0);
}

static void a_new_link_revokes_the_older_with_its_sessions(void **state)
{
    struct fixture *f = *state;
    struct access_link got, a = link_of(0, "demo", "muhtar-1"), b = link_of(1, "demo", "muhtar-1");
    struct access_session s = session_of(2, "", "demo", "muhtar-1"), found;
    assert_int_equal(access_put_link(f->access, &a), 0);
    assert_int_equal(access_put_session(f->access, &s), 0);
    assert_int_equal(access_put_link(f->access, &b), 0);
    assert_int_equal(access_find_link(f->access, hash(0), &got), -ENOENT);
    assert_int_equal(access_find_session(f->access, hash(2), NOW, &found), -ENOENT);
    assert_int_equal(access_find_link(f->access, hash(1), &got), 0);
    assert_int_equal(got.person, 41);
    assert_int_equal(access_revoke_link(f->access, "demo", "muhtar-1"), 0);
    assert_int_equal(access_revoke_link(f->access, "demo", "muhtar-1"), -ENOENT);
    assert_int_equal(access_find_link(f->access, hash(1), &got), -ENOENT);
}

struct listing {
    int count, stop_after;
    char principals[4][ID_MAX];
};

static int list_one(void *ctx, const struct access_link *link)
{
    struct listing *l = ctx;
    snprintf(l->principals[l->count++], ID_MAX, "%s", link->principal);
    return l->count == l->stop_after ? -EMSGSIZE : 0;
}

static void a_meeting_s_links_are_listed(void **state)
{
    struct fixture *f = *state;
    struct access_link a = link_of(0, "demo", "uye-2"), b = link_of(1, "demo", "uye-1"),
                       other = link_of(2, "baska", "uye-3");
    struct listing all = {0}, one = {.stop_after = 1}, none = {0};
    b.made_utc_us++;
    assert_int_equal(access_put_link(f->access, &b), 0);
    assert_int_equal(access_put_link(f->access, &a), 0);
    assert_int_equal(access_put_link(f->access, &other), 0);
    assert_int_equal(access_list_links(f->access, "demo", list_one, &all), 0);
    assert_int_equal(all.count, 2);
    assert_string_equal(all.principals[0], "uye-2");
    assert_string_equal(all.principals[1], "uye-1");
    assert_int_equal(access_list_links(f->access, "demo", list_one, &one), -EMSGSIZE);
    assert_int_equal(one.count, 1);
    assert_int_equal(access_list_links(f->access, "yok", list_one, &none), 0);
    assert_int_equal(none.count, 0);
}

static void a_code_opens_once_in_its_meeting_and_in_its_time(void **state)
{
    struct fixture *f = *state;
    struct access_link got, a = link_of(0, "demo", "muhtar-1"), b = link_of(1, "demo", "muhtar-2");
    assert_int_equal(access_put_link(f->access, &a), 0);
    assert_int_equal(access_put_link(f->access, &b), 0);
    assert_int_equal(access_set_code(f->access, "demo", "nobody", hash(5), NOW), -ENOENT);
    assert_int_equal(access_set_code(f->access, "demo", "muhtar-1", hash(5), NOW + MINUTE), 0);
    assert_int_equal(access_set_code(f->access, "demo", "muhtar-2", hash(5), NOW), -EEXIST);
    assert_int_equal(access_use_code(f->access, "other", hash(5), NOW, &got), -ENOENT);
    assert_int_equal(access_use_code(f->access, "demo", hash(5), NOW + MINUTE, &got), -ENOENT);
    open_again(f);
    assert_int_equal(access_use_code(f->access, "demo", hash(5), NOW, &got), 0);
    assert_string_equal(got.principal, "muhtar-1");
    assert_int_equal(access_use_code(f->access, "demo", hash(5), NOW, &got), -ENOENT);
    assert_int_equal(access_find_link(f->access, hash(0), &got), 0); /* the link is still good */
}

static void a_session_ends_with_its_time_its_account_or_its_meeting(void **state)
{
    struct fixture *f = *state;
    struct access_account account = clerk();
    struct access_session found, staff = session_of(0, "ornek-katip", "", "p-1"),
                                 guest = session_of(1, "", "demo", "muhtar-1");
    assert_int_equal(access_put_account(f->access, &account), 0);
    assert_int_equal(access_put_session(f->access, &staff), 0);
    assert_int_equal(access_put_session(f->access, &guest), 0);
    assert_int_equal(access_put_session(f->access, &guest), -EEXIST);
    assert_int_equal(access_find_session(f->access, hash(0), NOW, &found), 0);
    assert_int_equal(found.roles, 32); /* the account's own, whatever the session was begun with */
    assert_int_equal(access_find_session(f->access, hash(0), NOW + MINUTE, &found), -ENOENT);
    account.disabled = true;
    assert_int_equal(access_put_account(f->access, &account), 0);
    assert_int_equal(access_find_session(f->access, hash(0), NOW, &found), -ENOENT);
    assert_int_equal(access_find_session(f->access, hash(1), NOW, &found), 0);
    assert_int_equal(found.person, 7);
    assert_int_equal(access_end_meeting(f->access, "demo"), 0);
    assert_int_equal(access_find_session(f->access, hash(1), NOW, &found), -ENOENT);
    account.disabled = false;
    assert_int_equal(access_put_account(f->access, &account), 0);
    assert_int_equal(access_purge(f->access, NOW + MINUTE), 0);
    assert_int_equal(access_find_session(f->access, hash(0), NOW, &found), -ENOENT);
}

static void sessions_are_dropped_one_or_all(void **state)
{
    struct fixture *f = *state;
    struct access_session found, a = session_of(0, "", "demo", "x"),
                                 b = session_of(1, "", "demo", "x"),
                                 c = session_of(2, "", "demo", "x");
    assert_int_equal(access_put_session(f->access, &a), 0);
    assert_int_equal(access_put_session(f->access, &b), 0);
    assert_int_equal(access_put_session(f->access, &c), 0);
    assert_int_equal(access_drop_session(f->access, hash(0)), 0);
    assert_int_equal(access_drop_session(f->access, hash(0)), -ENOENT);
    assert_int_equal(access_find_session(f->access, hash(1), NOW, &found), 0);
    assert_int_equal(access_drop_sessions(f->access, "x"), 0);
    assert_int_equal(access_find_session(f->access, hash(1), NOW, &found), -ENOENT);
    assert_int_equal(access_find_session(f->access, hash(2), NOW, &found), -ENOENT);
}

static void a_file_that_is_none_is_refused_with_a_sentence(void **state)
{
    struct fixture *f = *state;
    char path[128], reason[256] = "";
    snprintf(path, sizeof path, "%s/not-a-database", f->folder);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    for (int i = 0; i < 100; i++)
        assert_int_equal(write(fd, "this is no database at all, only a text", 39), 39);
    close(fd);
    struct access *a = NULL;
    assert_int_equal(access_open(path, &a, reason), -EUCLEAN);
    assert_non_null(strstr(reason, "not-a-database"));
    assert_null(a);
    unlink(path);
}

static void what_another_program_writes_is_noticed_once(void **state)
{
    struct fixture *f = *state;
    struct access *other = NULL;
    char reason[256];
    access_changed(f->access);
    assert_int_equal(access_drop_sessions(f->access, "p"), 0);
    assert_int_equal(access_changed(f->access), 0); /* its own is no news */
    assert_int_equal(access_open(f->path, &other, reason), 0);
    struct access_session s = {.principal = "p", .meeting = "m", .until_utc_us = NOW};
    assert_int_equal(access_put_session(other, &s), 0);
    assert_int_equal(access_changed(f->access), 1);
    assert_int_equal(access_changed(f->access), 0);
    access_close(other);
}

static void of_too_many_sessions_the_oldest_is_over(void **state)
{
    struct fixture *f = *state;
    struct access_session got;
    struct access_session others = session_of(0, "ornek-katip", "", "p-1"),
                          elsewhere = session_of(1, "", "meclis-2", "person-5");
    assert_int_equal(access_put_session(f->access, &others), 0);
    assert_int_equal(access_put_session(f->access, &elsewhere), 0);
    struct access_session s = session_of(2, "", "meclis-1", "person-5");
    for (int i = 0; i < ACCESS_MAX_SESSIONS + 2; i++) {
        s.hash[0] = (uint8_t)(100 + i);
        s.begun_utc_us = NOW + (i == ACCESS_MAX_SESSIONS + 1 ? -MINUTE : i); /* stepped back */
        assert_int_equal(access_put_session(f->access, &s), 0);
    }
    for (int i = 0; i < ACCESS_MAX_SESSIONS + 2; i++) {
        s.hash[0] = (uint8_t)(100 + i);
        int e = access_find_session(f->access, s.hash, NOW, &got);
        assert_int_equal(e, i < 2 ? -ENOENT : 0);
        if (e == 0 && i <= ACCESS_MAX_SESSIONS)
            assert_int_equal(got.begun_utc_us, NOW + i);
    }
    assert_int_equal(access_find_session(f->access, elsewhere.hash, NOW, &got), 0);
    assert_int_equal(access_put_session(f->access, &s), -EEXIST);
    assert_int_equal(access_drop_session(f->access, s.hash), 0); /* no transaction was left open */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_account_is_kept_and_keeps_its_principal, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_one_time_code_is_used_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_link_revokes_the_older_with_its_sessions, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_meeting_s_links_are_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_code_opens_once_in_its_meeting_and_in_its_time, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_session_ends_with_its_time_its_account_or_its_meeting,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(sessions_are_dropped_one_or_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_too_many_sessions_the_oldest_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_another_program_writes_is_noticed_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_refused_with_a_sentence, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
