/* The chain as its header describes it, with values computed by Python's hashlib.blake2b. */
#include "../cmocka_all.h"

#include "store/chain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void assert_hash(const uint8_t hash[STORE_HASH_BYTES], const char *expected)
{
    char hex[65] = "";
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    assert_string_equal(hex, expected);
}

static void scheme_1_is_as_described(void **state)
{
    uint8_t a[STORE_HASH_BYTES], b[STORE_HASH_BYTES];
    chain_hash_first(1, "demo", a);
    assert_hash(a, "7afe8da41698f33d73c4b895f24c9ff1196790fbcdcae322465a919ae2177ff5");
    const struct store_event e = {
        .seq = 1, .at_utc_us = 1000, .media_us = -2, .actor = "a", .type = "x", .body = "{}"};
    chain_hash_next(1, a, &e, b);
    assert_hash(b, "fcfd19fd5174d344de375d1e5545616f66d9032f69d7266c5039cbda4f86ac65");
}

/* An event with all that can be in one, and what its pointers point at. */
struct sample {
    uint8_t salts[2][STORE_SALT_BYTES], commitments[2][STORE_HASH_BYTES], hash[STORE_HASH_BYTES];
    struct store_side side;
    struct store_event event;
    struct chain chain;
};

static void make(struct sample *s)
{
    for (int i = 0; i < 32; i++)
        s->salts[i / 16][i % 16] = (uint8_t)i;
    chain_commit(s->salts[0], "{}", s->commitments[0]);
    chain_commit(s->salts[1], "Örnek", s->commitments[1]);
    s->side = (struct store_side){
        .name = "name", .text = "Örnek", .salt = s->salts[1], .commitment = s->commitments[1]};
    s->event = (struct store_event){.seq = 1,
                                    .at_utc_us = 1000,
                                    .media_us = -2,
                                    .actor = "a",
                                    .type = "x",
                                    .audience = AUDIENCE_STAFF,
                                    .version = 3,
                                    .body = "{}",
                                    .salt = s->salts[0],
                                    .commitment = s->commitments[0],
                                    .hash = s->hash,
                                    .sides = &s->side,
                                    .side_count = 1};
    assert_int_equal(chain_start(&s->chain, 2, "demo"), 0);
    chain_hash_next(2, s->chain.hash, &s->event, s->hash);
}

static void scheme_2_is_as_described(void **state)
{
    struct sample s;
    make(&s);
    assert_hash(s.chain.hash, "353471ea69ffc0892773f382899c7270846a7cac467bb11df5906c14362d7d68");
    assert_hash(s.commitments[0],
                "84877455c173880d18b514f322703bc0561fa607b09437ca172ad151a797718a");
    assert_hash(s.commitments[1],
                "78bfe6edb0314f09a9e59d5cfde624abb7e738e7ec65d98c099f2f384a69f7b0");
    assert_hash(s.hash, "59c2f5e707b7546b029af189822a0affedbc8946e0d1a55f547a0ae6c7d080ca");
    assert_int_equal(chain_step(&s.chain, &s.event), 0);
    assert_int_equal(s.chain.seq, 1);
    assert_memory_equal(s.chain.hash, s.hash, sizeof s.hash);
    assert_int_equal(chain_step(&s.chain, &s.event), -EBADMSG);
    assert_int_equal(chain_start(&s.chain, 3, "demo"), -EPROTO);
    assert_int_equal(chain_start(&s.chain, 0, "demo"), -EPROTO);
}

static void what_is_withheld_changes_nothing(void **state)
{
    struct sample s;
    make(&s);
    s.event.body = s.side.text = NULL;
    s.event.salt = s.side.salt = NULL;
    assert_int_equal(chain_step(&s.chain, &s.event), 0);
}

/* Each changes one thing of the sample. */
#define CHANGE(name, ...)                                                                          \
    static void name(struct sample *s)                                                             \
    {                                                                                              \
        __VA_ARGS__;                                                                               \
    }
CHANGE(change_seq, s->event.seq = 2)
CHANGE(change_at, s->event.at_utc_us++)
CHANGE(change_media, s->event.media_us++)
CHANGE(change_actor, s->event.actor = "b")
CHANGE(change_boundary, s->event.type = "ax", s->event.actor = "")
CHANGE(change_audience, s->event.audience = AUDIENCE_CLOSED)
CHANGE(change_no_audience, s->event.audience = 9)
CHANGE(change_version, s->event.version = 4)
CHANGE(change_body, s->event.body = "{ }")
CHANGE(change_salt, s->salts[0][3] ^= 1)
CHANGE(change_commitment, s->commitments[0][31] ^= 1)
CHANGE(change_salt_away, s->event.salt = NULL)
CHANGE(change_body_away, s->event.body = NULL)
CHANGE(change_sides_away, s->event.side_count = 0)
CHANGE(change_side_name, s->side.name = "nam")
CHANGE(change_side_text, s->side.text = "Örne")
CHANGE(change_side_salt_away, s->side.salt = NULL)
CHANGE(change_side_text_away, s->side.text = NULL)
CHANGE(change_side_commitment, s->commitments[1][0] ^= 1)
CHANGE(change_hash, s->hash[0] ^= 1)
CHANGE(change_hash_before, s->chain.hash[0] ^= 1)
CHANGE(change_scheme, s->chain.scheme = 1)

/* Also each half of a text and its salt that is missing. */
static void every_change_is_found(void **state)
{
    static void (*const changes[])(struct sample *) = {
        change_seq,
        change_at,
        change_media,
        change_actor,
        change_boundary,
        change_audience,
        change_no_audience,
        change_version,
        change_body,
        change_salt,
        change_commitment,
        change_salt_away,
        change_body_away,
        change_sides_away,
        change_side_name,
        change_side_text,
        change_side_salt_away,
        change_side_text_away,
        change_side_commitment,
        change_hash,
        change_hash_before,
        change_scheme,
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct sample s;
        make(&s);
        changes[i](&s);
        if (chain_step(&s.chain, &s.event) != -EBADMSG)
            fail_msg("change %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheme_1_is_as_described),
        cmocka_unit_test(scheme_2_is_as_described),
        cmocka_unit_test(what_is_withheld_changes_nothing),
        cmocka_unit_test(every_change_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
