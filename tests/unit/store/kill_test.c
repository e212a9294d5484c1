/* kill -9 under load, again and again, with clients that say again what they are not sure of: every
 * accepted key is there once, and none is lost. */
#include "../cmocka_all.h"

#include "house.h"
#include "store/ballot.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define ROUNDS 20
#define LONG_ROUNDS 100
#define MAX_COMMANDS 200000

/* Command number n: a key of its own, an event that names it, a paper in the box for each tenth. */
static int command(struct store *s, uint32_t n)
{
    char key[16], body[64];
    struct store_outcome known;
    uint64_t seq;
    snprintf(key, sizeof key, "%u", n);
    snprintf(body, sizeof body, "{\"n\":%u}", n);
    const struct store_key k = {"a", "client", key};
    const struct store_draft d = house_draft("a", "x", body);
    int r = store_command_begin(s, &k, &known);
    if (r == 1)
        return strcmp(known.text, key) == 0 ? 0 : -EBADMSG;
    if (r == 0)
        r = store_add(s, &d, &seq);
    if (r == 0 && n % 50 == 49)
        r = ballot_add(s, "a", "v1", key);
    return r < 0 ? r : store_command_end(s, key);
}

/* Batches of different sizes from number `from` on; says after each commit how far it is. */
static void child(uint32_t from, int to_parent)
{
    struct store *s = house_open(STORE_WRITE);
    for (uint32_t n = from, i = 0;; i++) {
        int r = store_begin(s);
        for (uint32_t j = 0; j <= i % 8 && r == 0; j++)
            r = command(s, n++);
        if (r == 0)
            r = store_commit(s);
        if (r < 0 || write(to_parent, &n, sizeof n) != sizeof n)
            _exit(1);
    }
}

static uint32_t run_and_kill(uint32_t from, uint32_t until)
{
    int ends[2];
    uint32_t accepted = from, n;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0)
        child(from, ends[1]);
    close(ends[1]);
    while (accepted < until && read(ends[0], &n, sizeof n) == sizeof n)
        accepted = n;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    while (read(ends[0], &n, sizeof n) == sizeof n)
        accepted = n;
    close(ends[0]);
    assert_true(accepted >= until);
    return accepted;
}

struct seen {
    uint8_t times[MAX_COMMANDS];
    uint32_t past; /* the highest, and one */
};

static int see(void *ctx, const struct store_event *e)
{
    struct seen *seen = ctx;
    unsigned n = 0;
    if (sscanf(e->body, "{\"n\":%u}", &n) != 1)
        return 0;
    assert_true(n < MAX_COMMANDS);
    seen->times[n]++;
    seen->past = n + 1 > seen->past ? n + 1 : seen->past;
    return 0;
}

static uint32_t check(uint32_t accepted)
{
    cleanup_free struct seen *seen = calloc(1, sizeof *seen);
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    size_t papers = 0, expected = 0;
    house_count(s, "a");
    assert_int_equal(store_read(s, "a", 0, SIZE_MAX, see, seen), 0);
    assert_in_range(seen->past, accepted, accepted + 8); /* one batch more, unsaid */
    for (uint32_t n = 0; n < seen->past; n++) {
        if (seen->times[n] != 1)
            fail_msg("command %u is there %u times", n, seen->times[n]);
        expected += n % 50 == 49;
    }
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(ballot_count(s, "a", "v1", &papers), 0);
    assert_int_equal(papers, expected);
    return seen->past;
}

static void every_accepted_key_is_there_once(void **state)
{
    const char *long_run = getenv("MECLIS_TEST_LONG");
    int rounds = long_run && *long_run ? LONG_ROUNDS : ROUNDS;
    struct store *s = house_open(STORE_WRITE);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
    store_close(s);
    uint32_t accepted = 0;
    for (int i = 0; i < rounds; i++) {
        uint32_t again = accepted < 13 ? 0 : accepted - 13; /* said before, and said again */
        accepted = run_and_kill(again, accepted + 40 + (uint32_t)i * 7 % 60);
        check(accepted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_accepted_key_is_there_once, house_set_up,
                                        house_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
