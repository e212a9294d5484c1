#include "../cmocka_all.h"

#include "app/broadcast_state.h"
#include "app/command.h"
#include "app/notices.h"
#include "app/routes.h"

#include <errno.h>
#include <string.h>

static const struct route *find(const char *path, enum front_method method, char parts[3][ID_MAX])
{
    const struct route *r = NULL;
    return routes_find(path, method, &r, parts) == 0 ? r : NULL;
}

static void routes_by_path(void **state)
{
    char parts[3][ID_MAX];
    const struct route *r = find("/api/v1/meetings/demo/log", FRONT_GET, parts);
    assert_ptr_equal(r->handler, api_log);
    assert_string_equal(parts[0], "demo");
    r = find("/hls/demo/720p/index.m3u8", FRONT_GET, parts);
    assert_ptr_equal(r->handler, recorded_playlist);
    assert_string_equal(parts[1], "720p");
    r = find("/hls/demo/720p/12.m4s", FRONT_HEAD, parts);
    assert_ptr_equal(r->handler, recorded_file);
    assert_string_equal(parts[2], "12.m4s");
    r = find("/hls/demo/master.m3u8", FRONT_GET, parts);
    assert_ptr_equal(r->handler, recorded_master);
    assert_ptr_equal(find("/", FRONT_GET, parts)->handler, home_list);
    r = find("/api/v1/meetings", FRONT_GET, parts);
    assert_ptr_equal(r->handler, api_meetings);
}

static void commands_need_the_token_and_secrets_somebody(void **state)
{
    char parts[3][ID_MAX];
    assert_int_equal(find("/api/v1/meetings/demo/broadcast", FRONT_POST, parts)->role, ROLE_ADMIN);
    assert_int_equal(find("/api/v1/meetings/demo/sources", FRONT_GET, parts)->role, ROLE_SIGNED_IN);
    assert_int_equal(find("/api/v1/meetings/demo/links", FRONT_GET, parts)->role, ROLE_SIGNED_IN);
    assert_int_equal(find("/api/v1/meetings/demo/links", FRONT_POST, parts)->role, ROLE_SIGNED_IN);
    assert_int_equal(find("/api/v1/meetings/demo/links/p", FRONT_DELETE, parts)->role,
                     ROLE_SIGNED_IN);
    assert_int_equal(find("/api/v1/meetings/demo", FRONT_GET, parts)->role, ROLE_ANYONE);
    static const char *const names[] = {"record", "select", "start", "stop", "stop-recording"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(command_find(names[i])->role, ROLE_ADMIN);
    assert_null(command_find("sto"));
    assert_null(command_find(""));
}

static void what_is_no_route(void **state)
{
    static const char *const paths[] = {
        "",
        "//",
        "/api",
        "/api/v1/meetings/",
        "/api/v1/meetings//log",
        "/api/v1/meetings/demo/",
        "/api/v1/meetings/demo/log/x",
        "//api/v1/meetings",
        "/healthz/",
        "/hls/demo",
        "/hls//720p/1.m4s",
        "/hls/a/b/c/d",
        "/api/v1/meetings/"
        "0123456789012345678901234567890123456789012345678901234567890123456789",
    };
    char parts[3][ID_MAX] = {"untouched"};
    const struct route *r = NULL;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_int_equal(routes_find(paths[i], FRONT_GET, &r, parts), -ENOENT);
    assert_null(r);
    assert_string_equal(parts[0], "untouched");
    assert_int_equal(routes_find("/api/v1/meetings/a/links", FRONT_DELETE, &r, parts), -EOPNOTSUPP);
    assert_int_equal(routes_find("/healthz", FRONT_POST, &r, parts), -EOPNOTSUPP);
    assert_int_equal(routes_find("/api/v1/meetings/a/broadcast", FRONT_GET, &r, parts),
                     -EOPNOTSUPP);
}

static void one_path_may_have_several_methods(void **state)
{
    char parts[3][ID_MAX];
    const struct route *read = NULL, *head = NULL, *make = NULL;
    assert_int_equal(routes_find("/api/v1/meetings/a/links", FRONT_GET, &read, parts), 0);
    assert_int_equal(routes_find("/api/v1/meetings/a/links", FRONT_HEAD, &head, parts), 0);
    assert_int_equal(routes_find("/api/v1/meetings/a/links", FRONT_POST, &make, parts), 0);
    assert_ptr_equal(read, head);
    assert_ptr_not_equal(read, make);
    assert_int_equal(make->method, FRONT_POST);
}

static void the_log_says_what_is_on_air(void **state)
{
    struct broadcast_state s;
    broadcast_state_init(&s);
    assert_int_equal(s.state, BROADCAST_IDLE);
    broadcast_state_apply(&s, "meeting.created", 5000, 0, "{\"v\":1}");
    assert_true(s.created);
    assert_int_equal(s.utc_offset_us, 0);
    broadcast_state_apply(&s, "broadcast.started", 7000, 0, "{\"v\":1,\"record\":true}");
    assert_int_equal(s.state, BROADCAST_LIVE);
    assert_true(s.record);
    assert_int_equal(s.utc_offset_us, 7000);
    broadcast_state_apply(&s, "source.selected", 8000, 900, "{\"source\":\"srt\"}");
    assert_string_equal(s.selected, "srt");
    assert_int_equal(s.utc_offset_us, 7100);
    broadcast_state_apply(&s, "recording.requested", 8000, 900, "{\"on\":false}");
    assert_false(s.record);
    assert_false(s.recorded);
    broadcast_state_apply(&s, "recording.started", 8000, 900, "{}"); /* the worker's, no wish */
    assert_false(s.record);
    assert_true(s.recorded);
    broadcast_state_apply(&s, "something.new", 8000, 900, "nonsense");
    broadcast_state_apply(&s, "source.selected", 8000, 900, "nonsense");
    assert_string_equal(s.selected, "srt");
    broadcast_state_apply(&s, "programme.muted", 8000, 900, "{\"on\":true}");
    assert_true(s.muted);
    assert_false(s.slate);
    broadcast_state_apply(&s, "programme.slated", 8000, 900, "{\"on\":true}");
    broadcast_state_apply(&s, "programme.muted", 8000, 900, "{\"on\":false}");
    broadcast_state_apply(&s, "programme.muted", 8000, 900, "nonsense");
    assert_false(s.muted);
    assert_true(s.slate);
    broadcast_state_apply(&s, "programme.muted", 8000, 900, "{\"on\":true}");
    broadcast_state_apply(&s, "programme.laid_out", 8000, 900, "{\"layout\":\"side_by_side\"}");
    assert_int_equal(s.layout, LAYOUT_SIDE_BY_SIDE);
    broadcast_state_apply(&s, "programme.laid_out", 8000, 900, "{\"v\":1}");
    assert_int_equal(s.layout, LAYOUT_FULL);
    broadcast_state_apply(&s, "programme.laid_out", 8000, 900, "{\"layout\":\"cube\"}");
    assert_int_equal(s.layout, LAYOUT_FULL);
    broadcast_state_apply(&s, "programme.laid_out", 8000, 900, "{\"layout\":\"side_by_side\"}");
    assert_int_equal(s.stopped_utc_us, 0);
    broadcast_state_apply(&s, "broadcast.stopped", 8500, 900, "{}");
    assert_int_equal(s.state, BROADCAST_ENDED);
    assert_int_equal(s.stopped_utc_us, 8500);
    broadcast_state_apply(&s, "broadcast.started", 9000, 900, "{\"record\":false}");
    assert_int_equal(s.began_utc_us, 7000); /* the first time */
    assert_int_equal(s.state, BROADCAST_LIVE);
    assert_string_equal(s.selected, "");
    assert_false(s.record);
    assert_int_equal(s.layout, LAYOUT_FULL);
    assert_false(s.muted || s.slate); /* each broadcast begins with sound and picture */
}

static void secrets_stay_out_of_the_log(void **state)
{
    struct config_meeting meeting = {
        .source_count = 2,
        .sources = {{.id = "a", .kind = SOURCE_RTMP, .url = "gizli-anahtar"},
                    {.id = "b", .url = "srt://h:1", .passphrase = "parola-parola"}}};
    struct core core = {.ingest_secret = {"0123456789abcdef"}};
    struct broadcast b = {.core = &core, .config = &meeting};
    char text[128] = "rtmp://x/live/gizli-anahtar?token=0123456789abcdef parola-parola gizli";
    notices_redact(&b, text);
    assert_null(strstr(text, "gizli-anahtar"));
    assert_null(strstr(text, "0123456789abcdef"));
    assert_null(strstr(text, "parola-parola"));
    assert_non_null(strstr(text, " gizli"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_by_path),
        cmocka_unit_test(commands_need_the_token_and_secrets_somebody),
        cmocka_unit_test(what_is_no_route),
        cmocka_unit_test(one_path_may_have_several_methods),
        cmocka_unit_test(the_log_says_what_is_on_air),
        cmocka_unit_test(secrets_stay_out_of_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
