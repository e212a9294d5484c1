#include "contract.h"

#include <stdio.h>

static const struct kind {
    const char *name;
    const char *prefix; /* of an address; the place in the test's folder follows */
    bool lasts;
} kinds[] = {{"memory", "memory:", false}, {"sqlite", "sqlite:", true}};

static const struct kind *kind; /* of the running group */

const char *contract_next(void)
{
    kind = kind ? kind + 1 : kinds;
    return kind < kinds + sizeof kinds / sizeof *kinds ? kind->name : NULL;
}

bool contract_lasts(void)
{
    return kind->lasts;
}

struct store *contract_open(void)
{
    char address[256], reason[256] = "";
    struct store *s = NULL;
    snprintf(address, sizeof address, "%s%s", kind->prefix, house_log());
    if (store_open(address, STORE_WRITE, &s, reason) < 0)
        fail_msg("%s", reason);
    return s;
}

uint64_t contract_add(struct store *s, const char *type)
{
    struct store_draft d = house_draft("a", type, "{}");
    uint64_t seq = 0;
    assert_int_equal(store_add(s, &d, &seq), 0);
    return seq;
}
