/* Every allocation failed in turn while a log is applied: -ENOMEM, nothing lost or written past,
 * and the log read again gives the same state. Deciding allocates nothing. */
#include "../failing.h"
#include "random_log.h"

#include <errno.h>

static size_t fail_each(uint64_t seed)
{
    struct random_log log;
    random_log_make(&log, seed, 2500, NULL);
    struct meeting *m = NULL;
    failing_own(0, false);
    assert_int_equal(random_log_replay(&log, &m), 0);
    size_t all = failing_asked();
    meeting_destroy(m);
    for (size_t i = 1; i <= all; i++) {
        m = NULL;
        failing_own(i, false);
        int r = random_log_replay(&log, &m);
        if (r != -ENOMEM || m)
            fail_msg("allocation %zu of %zu failed: %d", i, all, r);
    }
    failing_end();
    assert_int_equal(random_log_replay(&log, &m), 0); /* checks each digest */
    meeting_destroy(m);
    random_log_finish(&log);
    return all;
}

static void test_apply(void **state)
{
    size_t all = 0;
    for (uint64_t seed = 1; seed <= 8; seed++)
        all += fail_each(seed);
    assert_true(all > 150);
}

static void test_decide(void **state)
{
    struct play p;
    struct council c;
    uint64_t seed = 5;
    play_init(&p);
    play_council(&p, 5, &c);
    for (size_t i = 0; i < 5000; i++) {
        p.command.verb = &meeting_verbs[play_random(&seed) % meeting_verbs_count];
        for (size_t k = 0; k < sizeof p.command.args; k++)
            p.command.args[k] = 0;
        play_fill(p.command.verb->args, p.command.args, p.m, &seed);
        size_t before = failing_asked();
        meeting_decide(p.m, &p.command, &p.actor, &p.now, &p.outcome);
        assert_int_equal(failing_asked(), before);
    }
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apply),
        cmocka_unit_test(test_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
