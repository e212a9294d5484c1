/* The same tests for each engine: what contract_test.c and contract_ballot_test.c share. */
#ifndef MECLIS_UNIT_STORE_CONTRACT_H
#define MECLIS_UNIT_STORE_CONTRACT_H

#include "../cmocka_all.h"
#include "house.h"

#include <stdbool.h>

/* Opens the running test's log in the running engine. */
struct store *contract_open(void);

/* Whether what is closed can be opened again. */
bool contract_lasts(void);

#define OPEN_STORE cleanup(store_close_p) struct store *s = contract_open()

/* Within a command: an event of the meeting "a"; its number. */
uint64_t contract_add(struct store *s, const char *type);

#define CONTRACT_TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

/* An array of tests, once with each engine. Returns how many failed. */
#define CONTRACT_RUN(tests)                                                                        \
    ({                                                                                             \
        int contract_failed = 0;                                                                   \
        for (const char *name; (name = contract_next());)                                          \
            contract_failed += cmocka_run_group_tests_name(name, tests, NULL, NULL);               \
        contract_failed;                                                                           \
    })

/* Goes on to the next engine; its name, NULL after the last. */
const char *contract_next(void);

#endif
