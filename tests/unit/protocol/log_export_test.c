#include "../cmocka_all.h"

#include "protocol/log_export.h"

#include <errno.h>
#include <string.h>

static uint8_t salt[16] = {0xab, 1}, hash[32] = {0xcd, 2}, commitment[32] = {0xef, 3};

static struct log_export_event sample(void)
{
    struct log_export_event e = {.seq = 7,
                                 .at_utc_us = -5,
                                 .media_us = 6,
                                 .actor = "server",
                                 .type = "x",
                                 .audience = AUDIENCE_STAFF,
                                 .version = 3,
                                 .body = "{\"ad\":\"Örnek\\n\"}",
                                 .salt = salt,
                                 .commitment = commitment,
                                 .hash = hash,
                                 .side_count = 2};
    e.sides[0] = (struct log_export_side){"name", "Örnek", salt, commitment};
    e.sides[1] = (struct log_export_side){"text", NULL, NULL, commitment};
    return e;
}

/* The one line that was printed, without its newline. */
static size_t line_size(const struct buf *out)
{
    assert_int_equal(out->data[out->size - 1], '\n');
    assert_ptr_equal(memchr(out->data, '\n', out->size), out->data + out->size - 1);
    return out->size - 1;
}

static void an_event_comes_back(void **state)
{
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    struct log_export_event e = sample();
    struct log_export_line line;
    assert_int_equal(log_export_print_event(&out, &e), 0);
    assert_int_equal(log_export_parse((char *)out.data, line_size(&out), &line), 0);
    assert_int_equal(line.kind, LOG_EXPORT_EVENT);
    const struct log_export_event *b = &line.event;
    assert_int_equal(b->seq, 7);
    assert_int_equal(b->at_utc_us, -5);
    assert_int_equal(b->media_us, 6);
    assert_string_equal(b->actor, "server");
    assert_string_equal(b->type, "x");
    assert_int_equal(b->audience, AUDIENCE_STAFF);
    assert_int_equal(b->version, 3);
    assert_string_equal(b->body, e.body);
    assert_memory_equal(b->salt, salt, 16);
    assert_null(b->commitment);
    assert_memory_equal(b->hash, hash, 32);
    assert_int_equal(b->side_count, 2);
    assert_string_equal(b->sides[0].text, "Örnek");
    assert_memory_equal(b->sides[0].salt, salt, 16);
    assert_null(b->sides[1].text);
    assert_memory_equal(b->sides[1].commitment, commitment, 32);
    log_export_finish(&line);
}

static void what_is_withheld_comes_as_its_commitment(void **state)
{
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    struct log_export_event e = sample();
    struct log_export_line line;
    e.body = NULL;
    e.salt = NULL;
    e.side_count = 0;
    assert_int_equal(log_export_print_event(&out, &e), 0);
    assert_null(memmem(out.data, out.size, "salt", 4));
    assert_null(memmem(out.data, out.size, "rnek", 4));
    assert_int_equal(log_export_parse((char *)out.data, line_size(&out), &line), 0);
    assert_null(line.event.body);
    assert_null(line.event.salt);
    assert_memory_equal(line.event.commitment, commitment, 32);
    log_export_finish(&line);
}

static void a_page_has_a_beginning_and_an_end(void **state)
{
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    struct log_export_begin b = {.meeting = "deneme", .scheme = 2, .since = 9, .known = true};
    struct log_export_end e = {.seq = 12, .more = true};
    struct log_export_line line;
    memcpy(b.before, hash, 32);
    assert_int_equal(log_export_print_begin(&out, &b), 0);
    assert_int_equal(log_export_parse((char *)out.data, line_size(&out), &line), 0);
    assert_int_equal(line.kind, LOG_EXPORT_BEGIN);
    assert_string_equal(line.begin.meeting, "deneme");
    assert_int_equal(line.begin.scheme, 2);
    assert_int_equal(line.begin.since, 9);
    assert_true(line.begin.known);
    assert_memory_equal(line.begin.before, hash, 32);
    log_export_finish(&line);
    buf_clear(&out);
    b.known = false;
    assert_int_equal(log_export_print_begin(&out, &b), 0);
    assert_int_equal(log_export_parse((char *)out.data, line_size(&out), &line), 0);
    assert_false(line.begin.known);
    log_export_finish(&line);
    buf_clear(&out);
    assert_int_equal(log_export_print_end(&out, &e), 0);
    assert_int_equal(log_export_parse((char *)out.data, line_size(&out), &line), 0);
    assert_int_equal(line.kind, LOG_EXPORT_END);
    assert_int_equal(line.end.seq, 12);
    assert_true(line.end.more);
    log_export_finish(&line);
}

#define Z31 "00000000000000000000000000000000000000000000000000000000000000"
#define HASH_TEXT "\"hash\":\"" Z31 "00\""
#define EVENT(seq, more)                                                                           \
    "{\"seq\":" seq ",\"at_utc_us\":0,\"media_us\":0,\"actor\":\"a\",\"type\":\"t\"," more "}"
#define REST "\"audience\":\"public\",\"version\":1,\"body\":\"{}\"," HASH_TEXT

static void anything_else_is_refused(void **state)
{
    static const char *const good = EVENT("1", REST);
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "1",
        "{\"seq\":1}",
        "{\"end\":1}",
        "{\"end\":-1,\"more\":false}",
        "{\"end\":1,\"more\":0}",
        "{\"end\":1,\"more\":false,\"x\":1}",
        "{\"format\":\"meclis.log.export.2\",\"meeting\":\"a\",\"scheme\":2,\"since\":0,\"before\":"
        "null}",
        "{\"format\":\"meclis.log.export.1\",\"meeting\":\"A\",\"scheme\":2,\"since\":0,\"before\":"
        "null}",
        "{\"format\":\"meclis.log.export.1\",\"meeting\":\"a\",\"scheme\":2,\"since\":0}",
        "{\"format\":\"meclis.log.export.1\",\"meeting\":\"a\",\"scheme\":2,\"since\":0,\"before\":"
        "\"00\"}",
        EVENT("0", REST),
        EVENT("1.5", REST),
        EVENT("9223372036854775808", REST),
        EVENT("1", REST ",\"x\":1"),
        EVENT("1", REST ",\"seq\":1"),
        EVENT("1", REST ",\"salt\":\"00\""),
        EVENT("1", REST ",\"commitment\":\"" Z31 "00\""),
        EVENT("1", REST ",\"sides\":[]"),
        EVENT("1", REST ",\"sides\":[{\"name\":\"n\"}]"),
        EVENT("1", REST ",\"sides\":[1]"),
        EVENT("1", "\"audience\":\"all\",\"version\":1,\"body\":\"{}\"," HASH_TEXT),
        EVENT("1", "\"audience\":\"public\",\"version\":0,\"body\":\"{}\"," HASH_TEXT),
        EVENT("1", "\"audience\":\"public\",\"version\":1,\"body\":{}," HASH_TEXT),
        EVENT("1", "\"audience\":\"public\",\"version\":1,\"body\":\"a\\u0000b\"," HASH_TEXT),
        EVENT("1", "\"audience\":\"public\",\"version\":1," HASH_TEXT),
        EVENT("1", "\"audience\":\"public\",\"version\":1,\"body\":\"{}\",\"hash\":\"" Z31 "0G\""),
        EVENT("1", "\"audience\":\"public\",\"version\":1,\"body\":\"{}\",\"hash\":\"" Z31 "\""),
    };
    struct log_export_line line;
    assert_int_equal(log_export_parse(good, strlen(good), &line), 0);
    log_export_finish(&line);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (log_export_parse(bad[i], strlen(bad[i]), &line) != -EINVAL)
            fail_msg("%s", bad[i]);
    }
    for (size_t size = 0; size < strlen(good); size++)
        assert_int_equal(log_export_parse(good, size, &line), -EINVAL);
}

static void a_full_buffer_is_told(void **state)
{
    struct log_export_event e = sample();
    for (size_t max = 0; max < 300; max += 50) {
        cleanup_buf struct buf out;
        buf_init(&out, max);
        assert_int_equal(log_export_print_event(&out, &e), -EMSGSIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_comes_back),
        cmocka_unit_test(what_is_withheld_comes_as_its_commitment),
        cmocka_unit_test(a_page_has_a_beginning_and_an_end),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(a_full_buffer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
