#include "../cmocka_all.h"

#include "app/config.h"
#include "app/config_table.h"
#include "app/options.h"
#include "base/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Loads a configuration of this text. */
static int load(const char *text, struct config **ret, char reason[CONFIG_REASON])
{
    char path[] = "/tmp/meclis-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, text, strlen(text)), 0);
    close(fd);
    reason[0] = 0;
    int r = config_load(path, ret, reason);
    unlink(path);
    return r;
}

static void expect_error(const char *text, const char *line, const char *says, const char *allowed)
{
    char reason[CONFIG_REASON];
    struct config *c = NULL;
    assert_int_equal(load(text, &c, reason), -EINVAL);
    assert_null(c);
    if (!strstr(reason, line) || !strstr(reason, says) || !strstr(reason, allowed))
        fail_msg("\"%s\" lacks \"%s\", \"%s\" or \"%s\"", reason, line, says, allowed);
}

static void defaults_hold(void **state)
{
    char reason[CONFIG_REASON];
    cleanup(config_free_p) struct config *c = NULL;
    assert_int_equal(config_load(NULL, &c, reason), 0);
    assert_string_equal(c->address, "127.0.0.1");
    assert_int_equal(c->port, 8080);
    assert_int_equal(c->rendition_count, 2);
    assert_string_equal(c->renditions[0].name, "720p");
    assert_int_equal(c->renditions[1].bitrate_kbps, 450);
    assert_int_equal(c->frame_rate_num, 25);
    assert_int_equal(c->frame_rate_den, 1);
    assert_int_equal(c->mode, MODE_COMPOSED);
    assert_int_equal(c->segment_ms, 2000);
    assert_int_equal(c->reserve_mib, 1024);
    assert_int_equal(c->orphan_seconds, 600);
    assert_int_equal(c->tries[TRIES_PASSWORD].at_once, 8);
    assert_int_equal(c->tries[TRIES_LINK].at_once, 20);
    assert_int_equal(c->tries[TRIES_LINK].interval_s, 60);
    assert_int_equal(c->tries[TRIES_CODE].interval_s, 15);
    assert_true(c->recording && c->rtmp);
    assert_int_equal(c->meeting_count, 0);
}

static void the_shipped_file_is_the_table(void **state)
{
    cleanup(bytes_unref_p) struct bytes *file = NULL;
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    assert_int_equal(config_print_template(&out), 0);
    assert_int_equal(io_read_file(CONFIG_FOLDER "/meclis.conf", 1 << 20, &file), 0);
    if (file->size != out.size || memcmp(file->data, out.data, out.size) != 0)
        fail_msg("config/meclis.conf is not what `meclis --print-config` prints");
    char reason[CONFIG_REASON];
    cleanup(config_free_p) struct config *c = NULL;
    assert_int_equal(config_load(CONFIG_FOLDER "/meclis.conf", &c, reason), 0);
}

/* The same text with every setting switched on says the same as the defaults. */
static void its_commented_values_are_the_defaults(void **state)
{
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    config_print_template(&out);
    char *text = strdup(buf_text(&out)), reason[CONFIG_REASON];
    char *example = strstr(text, "# For example:");
    assert_non_null(example);
    *example = 0;
    for (char *at = text; (at = strchr(at, '#')); at++) {
        bool begins = at == text || at[-1] == '\n';
        if (begins && (at[1] != ' ' || at[1 + strspn(at + 1, " ")] == '{'))
            *at = ' ';
    }
    cleanup(config_free_p) struct config *a = NULL, *b = NULL;
    int r = load(text, &a, reason);
    free(text);
    if (r < 0)
        fail_msg("%s", reason);
    assert_int_equal(config_load(NULL, &b, reason), 0);
    assert_memory_equal(a, b, sizeof *a);
}

static void the_demo_is_right(void **state)
{
    char reason[CONFIG_REASON] = "";
    cleanup(config_free_p) struct config *c = NULL;
    if (config_load(CONFIG_FOLDER "/demo.conf", &c, reason) < 0)
        fail_msg("%s", reason);
    assert_int_equal(c->meeting_count, 1);
    assert_string_equal(c->meetings[0].id, "demo");
    assert_int_equal(c->meetings[0].source_count, 3);
    assert_int_equal(c->meetings[0].sources[0].kind, SOURCE_SRT_LISTEN);
    assert_int_equal(c->orphan_seconds, 60);
    cleanup(config_free_p) struct config *other = NULL;
    assert_int_equal(config_load(NULL, &other, reason), 0);
    assert_int_equal(config_add_meetings(other, CONFIG_FOLDER "/demo.conf", reason), 0);
    assert_int_equal(other->meeting_count, 1);
    assert_int_equal(other->orphan_seconds, 600);
    assert_int_equal(config_add_meetings(other, CONFIG_FOLDER "/demo.conf", reason), -EINVAL);
}

static void limits_of_coming_in_are_each_its_own(void **state)
{
    static const struct tries_limit set[TRIES_KINDS] = {
        [TRIES_ENTRY] = {11, 12}, [TRIES_PASSWORD_ADDRESS] = {13, 14}, [TRIES_PASSWORD] = {15, 16},
        [TRIES_LINK] = {17, 18},  [TRIES_CODE_ADDRESS] = {19, 20},     [TRIES_CODE] = {21, 22},
    };
    char reason[CONFIG_REASON] = "";
    cleanup(config_free_p) struct config *c = NULL;
    int r = load("entry_tries = 11; entry_seconds = 12;\n"
                 "address_password_tries = 13; address_password_seconds = 14;\n"
                 "account_password_tries = 15; account_password_seconds = 16;\n"
                 "link_browsers = 17; link_seconds = 18;\n"
                 "address_code_tries = 19; address_code_seconds = 20;\n"
                 "meeting_code_tries = 21; meeting_code_seconds = 22;\n",
                 &c, reason);
    if (r < 0)
        fail_msg("%s", reason);
    assert_memory_equal(c->tries, set, sizeof set);
    /* six digits must not be guessed while they are good */
    expect_error("meeting_code_seconds = 4;\n", ":1:", "meeting_code_seconds", "from 5");
    expect_error("entry_seconds = 0;\n", ":1:", "entry_seconds", "from 1");
}

static void values_are_taken(void **state)
{
    char reason[CONFIG_REASON];
    cleanup(config_free_p) struct config *c = NULL;
    int r = load("listen = \"[::1]:9000\";\n"
                 "mode = \"passthrough\";\n"
                 "frame_rate = \"30000/1001\";\n"
                 "recording = false;\n"
                 "renditions = ( { name = \"240p\"; width = 426; height = 240; "
                 "bitrate_kbps = 200; } );\n"
                 "meetings = ( { id = \"a\"; title = \"Ş\"; sources = (\n"
                 "  { id = \"x\"; kind = \"srt-call\"; url = \"srt://h:1\"; delay_ms = -50; "
                 "passphrase = \"0123456789\"; },\n"
                 "  { id = \"y\"; kind = \"rtmp\"; url = \"gizli-anahtar\"; priority = 0; } );\n"
                 "  agenda = ( { number = 1; title = \"İlk\"; } ); } );\n",
                 &c, reason);
    if (r < 0)
        fail_msg("%s", reason);
    assert_string_equal(c->address, "::1");
    assert_int_equal(c->port, 9000);
    assert_int_equal(c->mode, MODE_PASSTHROUGH);
    assert_int_equal(c->frame_rate_num, 30000);
    assert_int_equal(c->frame_rate_den, 1001);
    assert_false(c->recording);
    assert_int_equal(c->rendition_count, 1);
    assert_string_equal(c->renditions[1].name, "");
    const struct config_meeting *m = &c->meetings[0];
    assert_string_equal(m->language, "tr");
    assert_int_equal(m->source_count, 2);
    assert_int_equal(m->sources[0].delay_ms, -50);
    assert_int_equal(m->sources[0].priority, 1);
    assert_int_equal(m->sources[1].kind, SOURCE_RTMP);
    assert_string_equal(m->items[0].title, "İlk");
}

static void errors_name_line_and_what_is_allowed(void **state)
{
    expect_error("listen = \"127.0.0.1:1\";\nlisten_to = 1;\n", ":2:", "\"listen_to\"",
                 "max_connections");
    expect_error("\nnet_threads = 17;\n", ":2:", "net_threads", "0 to 16");
    expect_error("net_threads = \"2\";\n", ":1:", "net_threads", "whole number");
    expect_error("net_threads = 1.5;\n", ":1:", "net_threads", "whole number");
    expect_error("recording = 1;\n", ":1:", "recording", "true or false");
    expect_error("mode = \"fast\";\n", ":1:", "mode", "\"composed\", \"passthrough\"");
    expect_error("mode = \"\";\n", ":1:", "mode", "\"composed\"");
    expect_error("listen = \"localhost:80\";\n", ":1:", "listen", "numeric");
    /* a password in the address would be in what is complained of it */
    expect_error("smtp_url = \"smtp://u:p@h\";\n", ":1:", "smtp_url", "smtps://");
    expect_error("smtp_url = \"smtp://h/x\";\n", ":1:", "smtp_url", "smtps://");
    expect_error("smtp_url = \"smtp://\";\n", ":1:", "smtp_url", "smtps://");
    expect_error("smtp_url = \"http://h\";\n", ":1:", "smtp_url", "smtps://");
    expect_error("smtp_from = \"a@b\\r\\nBcc: c@d\";\n", ":1:", "smtp_from", "mail");
    expect_error("smtp_url = \"smtp://h:25\";\n", ":", "smtp_from", "");
    expect_error("frame_rate = \"26\";\n", ":1:", "frame_rate", "\"25\"");
    expect_error("renditions = ();\n", ":1:", "renditions", "1 to 4");
    expect_error("renditions = ( { name = \"a\"; width = 101; height = 100; bitrate_kbps = 99; } "
                 ");\n",
                 ":1:", "even", "");
    expect_error("meetings = ( 1 );\n", ":1:", "meetings", "groups");
    expect_error("meetings = ( { id = \"a\"; } );\n", ":1:", "needs \"title\"", "");
    expect_error("meetings = ( { id = \"A b\"; title = \"x\"; } );\n", ":1:", "id", "a-z");
    expect_error("meetings = (\n{ id = \"a\"; title = \"x\"; },\n{ id = \"a\"; title = \"y\"; } "
                 ");\n",
                 "", "same id", "");
    expect_error("listen = ;\n", ":1:", "syntax", "");
    expect_error("listen = \"127.0.0.1:1\";\nlisten = \"127.0.0.1:2\";\n", ":2:", "duplicate", "");
    expect_error("trusted_proxies = \"127.0.0.1, proxy\";\n", ":1:", "trusted_proxies", "numeric");
}

static void sources_are_checked(void **state)
{
    static const char form[] = "meetings = ( { id = \"a\"; title = \"x\"; sources = (\n"
                               "{ id = \"s\"; %s } ); } );\n";
    static const char *const wrong[][2] = {
        {"kind = \"carrier-pigeon\";", "srt-listen"},
        {"kind = \"rtmp\"; url = \"short\";", "stream key"},
        {"kind = \"rtmp\"; url = \"has/a-slash-in-it\";", "stream key"},
        {"kind = \"file\"; url = \"relative.mp4\";", "beginning with '/'"},
        {"kind = \"srt-call\"; url = \"http://x\";", "srt://"},
        {"kind = \"srt-listen\"; url = \"srt://0.0.0.0:1\"; passphrase = \"short\";", "10 to 79"},
        {"kind = \"test\"; priority = -1;", "0 to 1000"},
        {"kind = \"test\"; colour = 1;", "a source has"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[512];
        snprintf(text, sizeof text, form, wrong[i][0]);
        expect_error(text, ":2:", wrong[i][1], "");
    }
}

static void a_missing_file_is_said(void **state)
{
    char reason[CONFIG_REASON];
    struct config *c = NULL;
    assert_true(config_load("/nonexistent/meclis.conf", &c, reason) < 0);
    assert_non_null(strstr(reason, "/nonexistent/meclis.conf"));
}

static void addresses_are_split(void **state)
{
    static const char *const wrong[] = {
        "",        ":80",      "127.0.0.1", "127.0.0.1:", "::1:80",        "[::1]",
        "[::1]:x", "1.2.3:80", "a:80",      "[::1:80",    "1.2.3.4:65536", "[127.0.0.1]:80"};
    char address[64] = "untouched";
    int port = -5;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(config_split_address(wrong[i], address, &port));
    assert_string_equal(address, "untouched");
    assert_int_equal(port, -5);
    assert_true(config_split_address("0.0.0.0:0", address, &port));
    assert_int_equal(port, 0);
    assert_true(config_split_address("[fe80::1]:443", address, &port));
    assert_string_equal(address, "fe80::1");
}

static int parse(struct options *o, char reason[256], char *a, char *b, char *c)
{
    char *argv[] = {"meclis", a, b, c, NULL};
    int argc = 1;
    while (argv[argc])
        argc++;
    return options_parse(argc, argv, o, reason);
}

static void options_are_read(void **state)
{
    struct options o = {0};
    char reason[256] = "";
    assert_int_equal(parse(&o, reason, NULL, NULL, NULL), 0);
    assert_null(o.listen);
    assert_int_equal(parse(&o, reason, "--listen", "[::]:1", "--demo"), 0);
    assert_string_equal(o.listen, "[::]:1");
    assert_true(o.demo);
    assert_int_equal(parse(&o, reason, "--data=/d", "--check-config", "--config=c"), 0);
    assert_string_equal(o.data, "/d");
    assert_string_equal(o.config, "c");
    assert_true(o.check_config);
    assert_int_equal(parse(&o, reason, "--listen", NULL, NULL), -EINVAL);
    assert_non_null(strstr(reason, "--listen needs"));
    assert_int_equal(parse(&o, reason, "--lisen", "x", NULL), -EINVAL);
    assert_non_null(strstr(reason, "--lisen"));
    assert_int_equal(parse(&o, reason, "--listen", "here", NULL), -EINVAL);
    assert_non_null(strstr(reason, "numeric"));
    assert_int_equal(parse(&o, reason, "demo", NULL, NULL), -EINVAL);
    assert_string_equal(o.data, "/d"); /* untouched by what failed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold),
        cmocka_unit_test(the_shipped_file_is_the_table),
        cmocka_unit_test(its_commented_values_are_the_defaults),
        cmocka_unit_test(the_demo_is_right),
        cmocka_unit_test(values_are_taken),
        cmocka_unit_test(limits_of_coming_in_are_each_its_own),
        cmocka_unit_test(errors_name_line_and_what_is_allowed),
        cmocka_unit_test(sources_are_checked),
        cmocka_unit_test(a_missing_file_is_said),
        cmocka_unit_test(addresses_are_split),
        cmocka_unit_test(options_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
