/* Who may do what, when: every cell of role × command × state, by asking the meeting itself,
 * compared with the table that people review (roles.txt, beside this file). */
#include "play.h"

#include <stdio.h>
#include <string.h>

static const char letters[MEETING_ROLES + 1] = "vrmodkcpas";

/* A meeting in that state, its actor a member in the hall with every role. */
static void bring_to(struct play *p, enum meeting_state state)
{
    struct council c;
    play_init(p);
    if (state == MEETING_DRAFT || state == MEETING_ANNOUNCED) {
        SAY(p, sitting_describe, "sitting.describe", .kind = SITTING_ORDINARY, .title = "x");
        c.chair = SAY(p, roster_add, "roster.add", .kind = PERSON_CHAIR, .name = "Örnek Başkan");
        if (state == MEETING_ANNOUNCED)
            play_do(p, "sitting.announce", NULL);
    } else {
        play_council(p, 2, &c);
    }
    p->actor.person = c.chair;
    if (state == MEETING_CLOSED)
        SAY(p, part_close, "part.close", .number = "1", .document = "Tutanak", .reason = "x");
    if (state == MEETING_BREAK)
        SAY(p, sitting_pause, "sitting.pause", .reason = "");
    if (state == MEETING_ENDED)
        play_do(p, "sitting.end", NULL);
    assert_int_equal(meeting_state(p->m), state);
}

static bool may(struct play *p, const struct verb *verb, uint32_t role)
{
    p->command.verb = verb;
    memset(p->command.args, 0, sizeof p->command.args);
    p->actor.roles = role;
    enum meeting_refusal r = meeting_decide(p->m, &p->command, &p->actor, &p->now, &p->outcome);
    return r != REFUSED_FORBIDDEN && r != REFUSED_WRONG_STATE && r != REFUSED_CLOSED_PART;
}

/* The roles that may, as letters; "-" for none; "*" after them: from outside the closed part too.
 */
static void cell(struct play *p, const struct verb *verb, char ret[MEETING_ROLES + 2])
{
    size_t n = 0;
    bool closed = meeting_state(p->m) == MEETING_CLOSED, outside = closed;
    for (int i = 0; i < MEETING_ROLES; i++) {
        p->actor.in_hall = true;
        bool inside = may(p, verb, 1u << i);
        p->actor.in_hall = false;
        outside = outside && may(p, verb, 1u << i) == inside;
        if (!closed) /* being in the hall matters in a closed part alone */
            assert_true(may(p, verb, 1u << i) == inside);
        else if (!verb->from_outside)
            assert_false(may(p, verb, 1u << i));
        if (inside)
            ret[n++] = letters[i];
    }
    if (n == 0)
        ret[n++] = '-';
    else if (outside)
        ret[n++] = '*';
    ret[n] = 0;
}

static void print_row(char *ret, size_t size, const struct verb *verb, struct play p[])
{
    char cells[MEETING_STATES][MEETING_ROLES + 2];
    for (int s = 0; s < MEETING_STATES; s++)
        cell(&p[s], verb, cells[s]);
    snprintf(ret, size, "%-18s %-11s %-11s %-11s %-11s %-11s %s\n", verb->name, cells[0], cells[1],
             cells[2], cells[3], cells[4], cells[5]);
}

static void test_every_cell(void **state)
{
    static struct play p[MEETING_STATES];
    for (int s = 0; s < MEETING_STATES; s++)
        bring_to(&p[s], s + 1);
    FILE *file = fopen(ROLES_FILE, "r");
    assert_non_null(file);
    char expected[256], row[256];
    size_t next = 0, wrong = 0;
    while (fgets(expected, sizeof expected, file)) {
        if (expected[0] == '#' || expected[0] == '\n')
            continue;
        assert_true(next < meeting_verbs_count);
        print_row(row, sizeof row, &meeting_verbs[next++], p);
        if (strcmp(row, expected) != 0)
            print_message("written: %sis:      %s", expected, row);
        wrong += strcmp(row, expected) != 0;
    }
    fclose(file);
    for (; next < meeting_verbs_count; next++, wrong++) {
        print_row(row, sizeof row, &meeting_verbs[next], p);
        print_message("missing: %s", row);
    }
    for (int s = 0; s < MEETING_STATES; s++)
        play_finish(&p[s]);
    assert_int_equal(wrong, 0);
}

/* Nobody without a role does anything. */
static void test_nobody(void **state)
{
    static struct play p;
    bring_to(&p, MEETING_LIVE);
    for (size_t i = 0; i < meeting_verbs_count; i++)
        assert_false(may(&p, &meeting_verbs[i], 0));
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell),
        cmocka_unit_test(test_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
