/* The events socket's messages: read strictly, printed and read back, for every row of the
 * meeting's tables. */
#include "../meeting/play.h"
#include "meeting/attendance.h"
#include "meeting/roster.h"
#include "meeting/sitting.h"
#include "protocol/client_message.h"
#include "protocol/meeting_body.h"
#include "protocol/meeting_refusal.h"
#include "protocol/schema.h"
#include "protocol/server_message.h"
#include "protocol/shape_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static struct client_message message;
static struct client_wrong wrong;

static int read_text(const char *text)
{
    memset(&wrong, 0, sizeof wrong);
    return client_message_read(text, strlen(text), &message, &wrong);
}

static void refused(const char *text, const char *code, const char *member)
{
    if (read_text(text) == 0 || strcmp(refusal_code(wrong.code), code) != 0 ||
        strcmp(wrong.member, member) != 0)
        fail_msg("%s: %s at \"%s\", instead of %s at \"%s\"", text,
                 wrong.code ? refusal_code(wrong.code) : "taken", wrong.member, code, member);
}

static void good_messages(void **state)
{
    assert_int_equal(read_text("{\"type\":\"hello\",\"v\":1}"), 0);
    assert_int_equal(message.kind, CLIENT_HELLO);
    assert_int_equal(message.hello.since, 0);
    assert_int_equal(
        read_text(" {\"since\":12,\"language\":\"en\",\"v\":1,\"type\":\"hello\",\"token\":\"x\"}"),
        0);
    assert_int_equal(message.hello.since, 12);
    assert_string_equal(message.hello.language, "en");
    assert_int_equal(read_text("{\"type\":\"ping\"}"), 0);
    assert_int_equal(read_text("{\"type\":\"ping\",\"id\":\"7\"}"), 0);
    assert_string_equal(message.id, "7");
    assert_int_equal(
        read_text("{\"type\":\"command\",\"id\":\"k1\",\"name\":\"sitting.announce\"}"), 0);
    assert_int_equal(read_text("{\"type\":\"command\",\"id\":\"k1\",\"name\":\"sitting.announce\","
                               "\"args\":{}}"),
                     0);
    assert_int_equal(read_text("{\"type\":\"command\",\"id\":\"k2\",\"name\":\"sitting.describe\","
                               "\"args\":{\"kind\":\"ordinary\",\"title\":\"Ocak \\u00e7\"}}"),
                     0);
    const struct sitting_describe *d = (const struct sitting_describe *)message.command.args;
    assert_int_equal(d->kind, SITTING_ORDINARY);
    assert_string_equal(d->title, "Ocak ç");
    assert_string_equal(message.id, "k2");
}

static void bad_messages(void **state)
{
    refused("", "not_json", "");
    refused("{", "not_json", "");
    refused("{\"type\":\"ping\"} x", "not_json", "");
    refused("[]", "wrong_type", "");
    refused("3", "not_json", "");
    refused("{}", "missing_member", "type");
    refused("{\"type\":7}", "wrong_type", "type");
    refused("{\"type\":\"shout\"}", "unknown_type", "type");
    refused("{\"type\":\"ping\",\"x\":1}", "unknown_member", "x");
    refused("{\"type\":\"ping\",\"type\":\"ping\"}", "duplicate_member", "type");
    refused("{\"type\":\"ping\",\"id\":\"a\\u0000b\"}", "bad_text", "");
    refused("{\"type\":\"ping\",\"id\":[[[[[[[[1]]]]]]]]}", "too_deep", "");
    refused("{\"type\":\"hello\"}", "missing_member", "v");
    refused("{\"type\":\"hello\",\"v\":2}", "version", "v");
    refused("{\"type\":\"hello\",\"v\":\"1\"}", "wrong_type", "v");
    refused("{\"type\":\"hello\",\"v\":1.0}", "wrong_type", "v");
    refused("{\"type\":\"hello\",\"v\":1,\"since\":-1}", "out_of_range", "since");
    refused("{\"type\":\"hello\",\"v\":1,\"since\":null}", "wrong_type", "since");
    refused("{\"type\":\"hello\",\"v\":1,\"since\":99999999999999999999}", "out_of_range", "");
    refused("{\"type\":\"hello\",\"v\":1,\"language\":\"xx\"}", "unknown_value", "language");
    refused("{\"type\":\"hello\",\"v\":1,\"language\":\"turkish\"}", "too_long", "language");
}

static void bad_commands(void **state)
{
#define COMMAND(rest) "{\"type\":\"command\"," rest "}"
    refused(COMMAND("\"name\":\"sitting.open\""), "missing_member", "id");
    refused(COMMAND("\"id\":\"\",\"name\":\"sitting.open\""), "bad_text", "id");
    refused(COMMAND("\"id\":\" a\",\"name\":\"sitting.open\""), "bad_text", "id");
    refused(COMMAND("\"id\":\"k\""), "missing_member", "name");
    assert_string_equal(message.id, "k"); /* so that its sender knows which one is meant */
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.dance\""), "unknown_command", "name");
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.open\",\"args\":{\"x\":1}"), "unknown_member",
            "args.x");
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.open\",\"args\":[]"), "wrong_type", "args");
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.open\",\"more\":1"), "unknown_member", "more");
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.cancel\""), "missing_member", "args");
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.cancel\",\"args\":{}"), "missing_member",
            "args.reason");
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.cancel\",\"args\":{\"reason\":\"\"}"),
            "bad_text", "args.reason");
    refused(COMMAND("\"id\":\"k\",\"name\":\"sitting.describe\",\"args\":{\"kind\":\"party\"}"),
            "unknown_value", "args.kind");
    char text[2000];
    snprintf(text, sizeof text,
             COMMAND("\"id\":\"k\",\"name\":\"sitting.cancel\",\"args\":"
                     "{\"reason\":\"%0512d\"}"),
             1);
    refused(text, "too_long", "args.reason");
    snprintf(text, sizeof text, COMMAND("\"id\":\"%064d\",\"name\":\"sitting.open\""), 1);
    refused(text, "too_long", "id");
    const char *http = "{\"id\":\"k\",\"name\":\"sitting.open\"}";
    assert_int_equal(client_command_read(http, strlen(http), &message, &wrong), 0);
    http = "{\"type\":\"command\",\"id\":\"k\",\"name\":\"sitting.open\"}";
    assert_int_equal(client_command_read(http, strlen(http), &message, &wrong), -EPROTO);
}

/* Every command: args made at random, printed, read. */
static void every_command(void **state)
{
    uint64_t seed = 7;
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        const struct verb *v = &meeting_verbs[i];
        for (int turn = 0; turn < 50; turn++) {
            static _Alignas(8) unsigned char args[MEETING_MAX_ARGS_BYTES];
            cleanup_buf struct buf out;
            buf_init(&out, 1 << 20);
            memset(args, 0, sizeof args);
            play_fill(v->args, args, NULL, &seed);
            buf_addf(&out, "{\"type\":\"command\",\"id\":\"k\",\"name\":\"%s\",\"args\":", v->name);
            shape_print(&out, v->args, args);
            buf_add_u8(&out, '}');
            if (read_text(buf_text(&out)) < 0)
                fail_msg("%s: %s at %s: %s", v->name, refusal_code(wrong.code), wrong.member,
                         buf_text(&out));
            assert_true(shape_digest(v->args, args, SHAPE_DIGEST_START) ==
                        shape_digest(v->args, message.command.args, SHAPE_DIGEST_START));
        }
    }
}

/* Every fact: a body made at random, kept as the log keeps it, read back. */
static void every_fact(void **state)
{
    uint64_t seed = 8;
    for (size_t i = 0; i < meeting_facts_count; i++) {
        const struct fact *f = &meeting_facts[i];
        for (int turn = 0; turn < 50; turn++) {
            static _Alignas(8) unsigned char body[MEETING_MAX_BODY_BYTES], back[sizeof body];
            struct meeting_side sides[MEETING_BODY_SIDES];
            cleanup_buf struct buf out;
            buf_init(&out, 1 << 20);
            memset(body, 0, sizeof body);
            play_fill(f->body, body, NULL, &seed);
            const struct meeting_event e = {.fact = f, .body = body};
            int count = meeting_body_print(&e, &out, sides);
            assert_true(count >= 0);
            assert_memory_equal(out.data, "{\"v\":", 5);
            assert_int_equal(meeting_body_read(f, (uint32_t)f->version, buf_text(&out), sides,
                                               (size_t)count, back),
                             0);
            assert_true(shape_digest(f->body, body, SHAPE_DIGEST_START) ==
                        shape_digest(f->body, back, SHAPE_DIGEST_START));
            assert_int_equal(meeting_body_read(f, (uint32_t)f->version + 1, buf_text(&out), sides,
                                               (size_t)count, back),
                             -ENOTSUP);
            for (int k = 0; k < count; k++)
                sides[k].text = NULL; /* erased: the state goes on without it */
            assert_int_equal(meeting_body_read(f, (uint32_t)f->version, buf_text(&out), sides,
                                               (size_t)count, back),
                             0);
        }
    }
}

/* What people may have erased lies beside the body, so it may not be within a list or a struct. */
static void side_texts_are_on_top(const struct shape *shape, bool top)
{
    for (size_t i = 0; i < shape->count; i++) {
        assert_true(top || shape->fields[i].kind != SHAPE_SIDE_TEXT);
        if (shape->fields[i].of)
            side_texts_are_on_top(shape->fields[i].of, false);
    }
}

static void bodies_can_be_erased_from(void **state)
{
    for (size_t i = 0; i < meeting_facts_count; i++)
        side_texts_are_on_top(meeting_facts[i].body, true);
}

static json_t *parsed(struct bytes *b)
{
    assert_non_null(b);
    json_t *j = json_loadb((const char *)b->data, b->size, JSON_REJECT_DUPLICATES, NULL);
    if (!j)
        fail_msg("not JSON: %.*s", (int)b->size, (const char *)b->data);
    bytes_unref(b);
    return j;
}

static const char *text_of(const json_t *j, const char *name)
{
    return json_string_value(json_object_get(j, name));
}

static void what_the_server_says(void **state)
{
    const struct actor you = {
        .roles = ROLE_CLERK | ROLE_VIEWER, .principal = "a\"b", .person = 4, .in_hall = true};
    const struct server_hello hello = {.meeting = "demo", .you = &you, .seq = 9};
    json_t *j = parsed(server_hello_text(&hello));
    assert_string_equal(text_of(json_object_get(j, "you"), "principal"), "a\"b");
    assert_int_equal(json_array_size(json_object_get(json_object_get(j, "you"), "roles")), 2);
    assert_true(json_is_null(json_object_get(j, "epoch_utc_us")));
    assert_true(json_array_size(json_object_get(j, "commands")) > 0);
    json_decref(j);
    j = parsed(server_refused_text("k\n", "stale", "İleti “x”", "args.a"));
    assert_string_equal(text_of(j, "id"), "k\n");
    assert_string_equal(text_of(j, "message"), "İleti “x”");
    json_decref(j);
    j = parsed(server_refused_text("", "not_json", "x", ""));
    assert_null(json_object_get(j, "id"));
    assert_null(json_object_get(j, "member"));
    json_decref(j);
    j = parsed(server_accepted_text("k", 3, 5));
    assert_int_equal(json_integer_value(json_object_get(j, "last_seq")), 5);
    json_decref(j);
    j = parsed(server_pong_text("", 1, -2));
    assert_int_equal(json_integer_value(json_object_get(j, "media_time_us")), -2);
    json_decref(j);
}

static void states(void **state)
{
    struct play p;
    play_init(&p);
    SAY(&p, sitting_describe, "sitting.describe", .kind = SITTING_ORDINARY, .title = "Örnek");
    play_do(&p, "sitting.announce", NULL);
    uint64_t opened = play_do(&p, "sitting.open", NULL);
    const struct actor viewer = {.roles = ROLE_VIEWER, .principal = "x"};
    json_t *j = parsed(server_snapshot_text(p.m, &viewer));
    assert_string_equal(text_of(j, "type"), "snapshot");
    assert_string_equal(text_of(json_object_get(j, "sitting"), "title"), "Örnek");
    assert_string_equal(text_of(json_object_get(j, "sitting"), "state"), "live");
    assert_int_equal(json_array_size(json_object_get(j, "parts")), 1);
    for (int i = 0; i < PILES; i++)
        assert_true(json_is_array(json_object_get(j, pile_kinds[i].name)));
    json_decref(j);
    j = parsed(server_changes_text(p.m, &viewer, opened - 1));
    assert_int_equal(json_array_size(json_object_get(j, "parts")), 1);
    json_decref(j);
    j = parsed(server_changes_text(p.m, &viewer, meeting_seq(p.m)));
    assert_null(json_object_get(j, "parts"));
    json_decref(j);
    bool empty = false;
    assert_null(server_own_text(p.m, &viewer, &viewer, 0, &empty));
    assert_true(empty);
    play_finish(&p);
}

/* What one event made is known by one number: who puts it in the place of what they have must not
 * lose the others. */
static void made_together(void **state)
{
    struct play p;
    play_init(&p);
    SAY(&p, sitting_describe, "sitting.describe", .kind = SITTING_ORDINARY, .title = "Örnek");
    struct rollcall_answer answer = {.entries.count = 3};
    for (int i = 0; i < 3; i++) {
        struct roster_add a = {.kind = PERSON_MEMBER, .name = "Örnek Üye"};
        answer.entries.at[i].person = play_do(&p, "roster.add", &a);
        answer.entries.at[i].mark = ATTENDANCE_PRESENT;
    }
    play_do(&p, "sitting.announce", NULL);
    answer.rollcall = SAY(&p, rollcall_open, "rollcall.open", .purpose = ROLLCALL_OPENING);
    play_do(&p, "rollcall.answer", &answer);
    uint64_t since = meeting_seq(p.m);
    answer.entries.count = 1; /* the same again: one of the three changes */
    play_do(&p, "rollcall.answer", &answer);
    const struct actor viewer = {.roles = ROLE_VIEWER, .principal = "x"};
    json_t *j = parsed(server_changes_text(p.m, &viewer, since));
    assert_int_equal(json_array_size(json_object_get(j, "attendance")), 3);
    json_decref(j);
    j = parsed(server_changes_text(p.m, &viewer, meeting_seq(p.m)));
    assert_null(json_object_get(j, "attendance"));
    json_decref(j);
    play_finish(&p);
}

static void events(void **state)
{
    const struct server_side sides[] = {{"text", "a\"b"}, {"name", NULL}};
    const uint8_t commitment[32] = {0xab, 1};
    struct server_event e = {.seq = 4,
                             .actor = "admin",
                             .type = "sitting.opened",
                             .audience = "public",
                             .body = "{\"v\":1}",
                             .sides = sides,
                             .side_count = 2,
                             .commitment = commitment};
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    server_print_event(&out, &e);
    json_t *j = parsed(buf_to_bytes(&out));
    const json_t *body = json_object_get(j, "body");
    assert_string_equal(text_of(body, "text"), "a\"b");
    assert_true(json_is_null(json_object_get(body, "name")));
    assert_null(json_object_get(j, "commitment"));
    json_decref(j);
    buf_clear(&out);
    e.body = NULL;
    server_print_event(&out, &e);
    j = parsed(buf_to_bytes(&out));
    assert_null(json_object_get(j, "body"));
    assert_memory_equal(text_of(j, "commitment"), "ab01000000", 10);
    assert_int_equal(strlen(text_of(j, "commitment")), 64);
    json_decref(j);
}

static void every_refusal_has_its_sentences(void **state)
{
    for (int i = 1; i < REFUSED_COUNT_; i++) {
        const char *tr = meeting_refusal_message(i, LANGUAGE_TURKISH);
        const char *en = meeting_refusal_message(i, LANGUAGE_ENGLISH);
        if (strcmp(en, meeting_refusal_message(REFUSED_COUNT_, LANGUAGE_ENGLISH)) == 0)
            fail_msg("%s has no sentence", meeting_refusal_code(i));
        assert_string_not_equal(tr, en);
        assert_true(meeting_refusal_status(i) >= 400);
    }
    for (int i = 1; i <= REFUSAL_WRONG_TYPE; i++) {
        assert_non_null(refusal_message(i, LANGUAGE_TURKISH));
        assert_non_null(refusal_message(i, LANGUAGE_ENGLISH));
        for (int k = 1; k < i; k++)
            assert_string_not_equal(refusal_code(i), refusal_code(k));
    }
}

static void the_schema_is_whole(void **state)
{
    json_t *j = parsed(schema_text());
    const json_t *defs = json_object_get(j, "$defs");
    char name[128];
    for (size_t i = 0; i < meeting_verbs_count; i++) {
        snprintf(name, sizeof name, "args.%s", meeting_verbs[i].name);
        assert_non_null(json_object_get(defs, name));
    }
    for (size_t i = 0; i < meeting_facts_count; i++) {
        snprintf(name, sizeof name, "body.%s", meeting_facts[i].name);
        assert_non_null(json_object_get(defs, name));
    }
    assert_non_null(json_object_get(defs, "client"));
    assert_non_null(json_object_get(defs, "server"));
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_messages),
        cmocka_unit_test(bad_messages),
        cmocka_unit_test(bad_commands),
        cmocka_unit_test(every_command),
        cmocka_unit_test(every_fact),
        cmocka_unit_test(bodies_can_be_erased_from),
        cmocka_unit_test(what_the_server_says),
        cmocka_unit_test(states),
        cmocka_unit_test(made_together),
        cmocka_unit_test(events),
        cmocka_unit_test(every_refusal_has_its_sentences),
        cmocka_unit_test(the_schema_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
