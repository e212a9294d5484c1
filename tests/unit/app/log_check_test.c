/* A log goes out by log_page.h and is checked by log_check.h, as between two strangers. */
#include "../cmocka_all.h"

#include "../store/house.h"
#include "app/log_check.h"
#include "app/log_page.h"
#include "base/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char *export_log(struct store *s, const char *meeting, bool with_sides)
{
    cleanup_buf struct buf out;
    bool more = true;
    uint64_t since = 0;
    buf_init(&out, 64 << 20);
    while (more)
        assert_int_equal(log_page_print(s, meeting, since, with_sides, &out, &since, &more), 0);
    return strdup(buf_text(&out));
}

static struct log_check_result check(const char *text)
{
    static char meeting[ID_MAX];
    cleanup(log_check_destroy_p) struct log_check *c = log_check_create();
    struct log_check_result result;
    int r = log_check_text(c, text, strlen(text));
    if (r < 0)
        fail_msg("%d: %s", r, log_check_reason(c));
    log_check_result(c, &result);
    snprintf(meeting, sizeof meeting, "%s", result.meeting);
    result.meeting = meeting;
    return result;
}

static void erase_one(struct store *s, const char *body)
{
    struct store_draft notice = house_draft("a", "side.erased", body);
    uint64_t seq;
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(store_erase(s, "a", 2, "name", &notice, &seq), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
}

static struct store *sample(void)
{
    struct store *s = house_open(STORE_WRITE);
    const struct store_side_draft sides[] = {{"name", "Örnek İzleyici"}, {"text", "Örnek soru?"}};
    struct store_draft drafts[] = {house_draft("a", "x", "{\"gizli\":false}"),
                                   house_draft("a", "question", "{}"),
                                   house_draft("a", "y", "{\"gizli\":\"kapalı oturum\"}")};
    drafts[1].sides = sides, drafts[1].side_count = 2;
    drafts[2].audience = AUDIENCE_CLOSED;
    drafts[2].sides = sides, drafts[2].side_count = 1;
    assert_int_equal(store_append(s, drafts, 3), 0);
    return s;
}

static void what_is_withheld_and_erased_is_counted(void **state)
{
    cleanup(store_close_p) struct store *s = sample();
    cleanup_free char *whole = export_log(s, "a", true);
    struct log_check_result r = check(whole);
    assert_string_equal(r.meeting, "a");
    assert_int_equal(r.events, 3);
    assert_int_equal(r.withheld, 2); /* the closed body and its name */
    assert_int_equal(r.erased, 0);
    assert_true(r.whole);
    assert_null(strstr(whole, "kapalı oturum"));
    assert_non_null(strstr(whole, "Örnek soru?"));
    cleanup_free char *without = export_log(s, "a", false);
    r = check(without);
    assert_int_equal(r.withheld, 4);
    assert_null(strstr(without, "Örnek soru?"));
    erase_one(s, "{\"v\":1,\"seq\":2,\"side\":\"name\",\"authority\":\"KVKK 11\"}");
    cleanup_free char *erased = export_log(s, "a", true);
    r = check(erased);
    assert_int_equal(r.events, 4);
    assert_int_equal(r.withheld, 2);
    assert_int_equal(r.erased, 1);
    assert_null(strstr(erased, "Örnek İzleyici"));
}

/* An erasure that names nothing explains nothing: what is missing counts as withheld. */
static void an_erasure_must_name_what_it_erased(void **state)
{
    static const char *const bodies[] = {"{}", "{\"seq\":1,\"side\":\"name\"}",
                                         "{\"seq\":2,\"side\":\"text\"}", "[", "{\"seq\":\"2\"}"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        house_tear_down(NULL);
        house_set_up(NULL);
        cleanup(store_close_p) struct store *s = sample();
        erase_one(s, bodies[i]);
        cleanup_free char *text = export_log(s, "a", true);
        struct log_check_result r = check(text);
        assert_int_equal(r.erased, 0);
        assert_int_equal(r.withheld, 3);
    }
}

static void a_log_of_version_1_is_verified_too(void **state)
{
    cleanup(bytes_unref_p) struct bytes *sql = NULL;
    assert_int_equal(io_read_file(LOG_1, 65536, &sql), 0);
    cleanup_free char *script = strndup((const char *)sql->data, sql->size);
    house_change(script);
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    house_append(s, "demo", "x");
    cleanup_free char *text = export_log(s, "demo", true);
    assert_non_null(strstr(text, "\"scheme\":1,"));
    struct log_check_result r = check(text);
    assert_int_equal(r.events, 4);
    assert_true(r.whole);
    char *title = strstr(text, "kart");
    title[0] = 'K';
    cleanup(log_check_destroy_p) struct log_check *c = log_check_create();
    assert_int_equal(log_check_text(c, text, strlen(text)), -EBADMSG);
    assert_non_null(strstr(log_check_reason(c), "event 3"));
}

/* A log of scheme 2 as another implementation wrote it (Python's hashlib.blake2b, from the chain's
 * description alone): it stays readable. */
static void a_log_of_scheme_2_stays_readable(void **state)
{
    cleanup(bytes_unref_p) struct bytes *file = NULL;
    assert_int_equal(io_read_file(LOG_2, 65536, &file), 0);
    cleanup_free char *text = strndup((const char *)file->data, file->size);
    struct log_check_result r = check(text);
    assert_string_equal(r.meeting, "ornek");
    assert_int_equal(r.events, 6);
    assert_int_equal(r.withheld, 3);
    assert_int_equal(r.erased, 1);
    assert_true(r.whole);
}

/* Each byte of an export is changed in turn: it is found, or what it says is still the same. */
static void every_changed_byte_is_found(void **state)
{
    cleanup(store_close_p) struct store *s = sample();
    cleanup_free char *text = export_log(s, "a", true);
    size_t size = strlen(text), found = 0;
    for (size_t i = 0; i < size; i++) {
        char was = text[i];
        text[i] ^= 1;
        cleanup(log_check_destroy_p) struct log_check *c = log_check_create();
        struct log_check_result r;
        int error = log_check_text(c, text, size);
        log_check_result(c, &r);
        if (error < 0 || !r.whole)
            found++;
        else
            fail_msg("byte %zu: %c", i, was);
        text[i] = was;
    }
    assert_int_equal(found, size);
    check(text);
}

static void every_cut_is_found(void **state)
{
    cleanup(store_close_p) struct store *s = sample();
    cleanup_free char *text = export_log(s, "a", true);
    for (size_t size = 0; size + 1 < strlen(text); size++) {
        cleanup(log_check_destroy_p) struct log_check *c = log_check_create();
        struct log_check_result r;
        int error = log_check_text(c, text, size);
        log_check_result(c, &r);
        assert_true(error < 0 || !r.whole);
    }
}

static void heads_are_compared(void **state)
{
    cleanup(store_close_p) struct store *s = sample();
    cleanup_free char *text = export_log(s, "a", true);
    cleanup(log_check_destroy_p) struct log_check *c = log_check_create();
    struct published_head head = {.meeting = "a", .seq = 2};
    assert_int_equal(log_check_text(c, text, strlen(text)), 0);
    assert_int_equal(store_hash_at(s, "a", 2, head.hash), 0);
    assert_int_equal(log_check_head(c, &head), 0);
    head.seq = 3;
    assert_int_equal(log_check_head(c, &head), -EBADMSG);
    head.seq = 0;
    assert_int_equal(log_check_head(c, &head), -EBADMSG);
    head.seq = 4;
    assert_int_equal(log_check_head(c, &head), -EAGAIN);
    head.seq = 2;
    head.meeting[0] = 'b';
    assert_int_equal(log_check_head(c, &head), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_withheld_and_erased_is_counted),
        TEST(an_erasure_must_name_what_it_erased),
        TEST(a_log_of_version_1_is_verified_too),
        TEST(a_log_of_scheme_2_stays_readable),
        TEST(every_changed_byte_is_found),
        TEST(every_cut_is_found),
        TEST(heads_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
