/* Going on air: only upon a decision where the body requires one; and the body's rules. */
#include "play.h"

#include <string.h>

static void test_decision(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    p.actor.roles = ROLE_PRODUCER;
    struct broadcast_start start = {.record = true};
    assert_int_equal(play_try(&p, "broadcast.start", &start), REFUSED_NEEDS_DECISION);
    assert_int_equal(broadcast_allowed(p.m, &p.now), REFUSED_NEEDS_DECISION);
    p.actor.roles = ROLE_CLERK | ROLE_PRODUCER;
    uint64_t permission = SAY(&p, broadcast_permit, "broadcast.permit", .number = "2025/17",
                              .document = "Meclis kararı", .scope = "Bütün birleşimler");
    play_do(&p, "broadcast.start", &start);
    assert_int_equal(((const struct broadcast_started *)p.outcome.events[0].body)->epoch_utc_us,
                     p.now.utc_us - p.now.media_us);
    assert_int_equal(play_try(&p, "broadcast.start", &start), REFUSED_ALREADY);
    SAY(&p, broadcast_switch, "programme.mute", .on = true);
    assert_int_equal(TRY(&p, broadcast_switch, "programme.mute", .on = true), REFUSED_ALREADY);
    SAY(&p, broadcast_switch, "programme.slate", .on = true);
    SAY(&p, broadcast_select, "source.select", .source = "kamera-2");
    play_do(&p, "broadcast.stop", NULL);
    play_do(&p, "broadcast.start", &start); /* with sound and picture, by priority */
    const struct broadcast *now = meeting_broadcast(p.m);
    assert_false(now->muted || now->slate || now->source[0]);
    SAY(&p, broadcast_revoke, "broadcast.revoke", .permission = permission, .reason = "Yeni karar");
    assert_int_equal(p.outcome.count, 2); /* the broadcast goes with it */
    assert_false(meeting_broadcast(p.m)->on_air);
    assert_int_equal(play_try(&p, "broadcast.start", &start), REFUSED_NEEDS_DECISION);
    play_finish(&p);
}

static void test_one_of_two(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    uint64_t first = SAY(&p, broadcast_permit, "broadcast.permit", .number = "1", .document = "a");
    SAY(&p, broadcast_permit, "broadcast.permit", .number = "2", .document = "b");
    SAY(&p, broadcast_start, "broadcast.start", .record = false);
    SAY(&p, broadcast_revoke, "broadcast.revoke", .permission = first, .reason = "x");
    assert_true(meeting_broadcast(p.m)->on_air);
    assert_int_equal(
        TRY(&p, broadcast_revoke, "broadcast.revoke", .permission = first, .reason = "x"),
        REFUSED_ALREADY);
    play_finish(&p);
}

/* An assembly of children is not broadcast until consents are recorded. */
static void test_consents(void **state)
{
    struct play p;
    play_init(&p);
    SAY(&p, body, "body.describe", .kind = BODY_CHILDREN, .name = "Çocuk Meclisi");
    SAY(&p, sitting_describe, "sitting.describe", .kind = SITTING_BRIEFING, .title = "x");
    uint64_t child = SAY(&p, roster_add, "roster.add", .kind = PERSON_MEMBER, .name = "Örnek Üye");
    play_do(&p, "sitting.announce", NULL);
    assert_int_equal(TRY(&p, broadcast_start, "broadcast.start", .record = true),
                     REFUSED_NEEDS_CONSENT);
    SAY(&p, roster_consent, "roster.consent", .person = child, .version = "2026-1");
    const struct meeting_event *said = &p.outcome.events[0];
    const struct consent *consent = pile_at(p.m, PILE_CONSENT, 0);
    struct actor viewer = {.roles = ROLE_VIEWER, .principal = "v"};
    struct actor themselves = {.roles = ROLE_MEMBER, .principal = "m", .person = child};
    struct actor other = {.roles = ROLE_MEMBER, .principal = "n", .person = child + 1};
    assert_false(meeting_sees(p.m, said, &viewer));
    assert_false(pile_sees(p.m, PILE_CONSENT, consent, &viewer));
    assert_false(pile_sees(p.m, PILE_CONSENT, consent, &other));
    assert_true(pile_sees(p.m, PILE_CONSENT, consent, &themselves));
    /* nor does the person seem changed */
    assert_int_equal(((const struct person *)pile_at(p.m, PILE_PERSON, 0))->head.last, child);
    SAY(&p, roster_consent, "roster.consent", .person = child);
    assert_int_equal(pile_count(p.m, PILE_CONSENT), 1);
    assert_int_equal(TRY(&p, broadcast_start, "broadcast.start", .record = true),
                     REFUSED_NEEDS_CONSENT);
    SAY(&p, roster_consent, "roster.consent", .person = child, .version = "2026-1");
    SAY(&p, broadcast_start, "broadcast.start", .record = true);
    play_finish(&p);
}

static void test_redaction(void **state)
{
    struct play p;
    struct council c;
    play_init(&p);
    play_council(&p, 3, &c);
    struct record_redact a = {.from_media_us = 1000000,
                              .to_media_us = 1000000,
                              .number = "2026/8",
                              .document = "Sulh ceza hâkimliği kararı"};
    assert_int_equal(play_try(&p, "record.redact", &a), REFUSED_BAD_ARGS);
    a.to_media_us = p.now.media_us + 1;
    assert_int_equal(play_try(&p, "record.redact", &a), REFUSED_BAD_ARGS);
    a.to_media_us = p.now.media_us;
    play_do(&p, "record.redact", &a);
    assert_int_equal(pile_count(p.m, PILE_REDACTION), 1);
    play_finish(&p);
}

static void test_rules(void **state)
{
    struct play p;
    play_init(&p);
    SAY(&p, body, "body.describe", .kind = BODY_COUNCIL, .name = "Meclis", .members = 31);
    const struct rule *rule = body_rule(p.m, RULE_QUORUM_TO_MEET, p.now.utc_us);
    assert_int_equal(body_share(rule, 31), 16);
    assert_non_null(strstr(rule->source, "5393"));
    assert_int_equal(body_share(body_rule(p.m, RULE_DECISION_FLOOR, 0), 31), 8); /* 7.75 */
    assert_int_equal(body_number(p.m, RULE_TIME_FIRST + SPEECH_MEMBER - 1, 0), 600);
    /* A rule holds from its day on; the newest that has come into force counts. */
    int64_t day = p.now.utc_us + 1000;
    struct body_rule_args five = {.rule = RULE_TIME_FIRST + SPEECH_MEMBER - 1,
                                  .number = 300,
                                  .source = "Karar 2026/2",
                                  .from_utc_us = day};
    play_do(&p, "body.rule", &five);
    assert_int_equal(body_number(p.m, five.rule, day - 1), 600);
    assert_int_equal(body_number(p.m, five.rule, day), 300);
    five.number = 120;
    five.from_utc_us = day - 500; /* entered later, holds from earlier: the other still wins */
    play_do(&p, "body.rule", &five);
    assert_int_equal(body_number(p.m, five.rule, day - 1), 120);
    assert_int_equal(body_number(p.m, five.rule, day), 300);
    assert_int_equal(TRY(&p, body_rule_args, "body.rule", .rule = RULE_QUORUM_TO_MEET, .number = 5,
                         .source = "x"),
                     REFUSED_BAD_ARGS);
    assert_int_equal(TRY(&p, body_rule_args, "body.rule", .rule = RULE_QUORUM_TO_MEET, .part = 3,
                         .whole = 2, .base = BASE_FULL_MEMBERSHIP, .source = "x"),
                     REFUSED_BAD_ARGS);
    assert_int_equal(
        TRY(&p, body_rule_args, "body.rule", .rule = RULE_ALTERNATING, .number = 2, .source = "x"),
        REFUSED_BAD_ARGS);
    play_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decision), cmocka_unit_test(test_one_of_two),
        cmocka_unit_test(test_consents), cmocka_unit_test(test_redaction),
        cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
