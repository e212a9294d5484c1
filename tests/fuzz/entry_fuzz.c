/* What comes in over HTTP before anybody is known: the bodies of sign-in and of links, and a
 * Cookie header. The first byte says which. */
#include "auth/cookie.h"
#include "auth/secret.h"
#include "fuzz.h"
#include "protocol/entry_message.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BYTES 8192

static void require(int truth)
{
    if (!truth)
        abort();
}

static bool ends(const char *text, size_t size)
{
    return memchr(text, 0, size) != NULL;
}

static void check_wrong(const struct client_wrong *w)
{
    require(w->code != 0 && refusal_code(w->code) != NULL && ends(w->member, sizeof w->member));
}

static void session(const struct bytes *body)
{
    struct entry_session s;
    struct client_wrong w = {.code = 0};
    if (entry_session_read(body, &s, &w) < 0) {
        check_wrong(&w);
        return;
    }
    require(ends(s.link, sizeof s.link) && ends(s.account, sizeof s.account) &&
            ends(s.meeting, sizeof s.meeting) && ends(s.code, sizeof s.code) &&
            ends(s.password, sizeof s.password));
    require((s.link[0] != 0) + (s.account[0] != 0) + (s.meeting[0] != 0) == 1); /* one way in */
    require(!s.account[0] || s.password[0]);
    require(!s.meeting[0] || s.code[0]);
}

static void personal_link(const struct bytes *body)
{
    struct entry_link l;
    struct client_wrong w = {.code = 0};
    if (entry_link_read(body, &l, &w) < 0)
        check_wrong(&w);
    else
        require(l.role >= 1 && l.role <= MEETING_ROLES);
}

static void cookies(const struct bytes *header)
{
    char text[MAX_BYTES + 1], value[SECRET_TEXT_MAX];
    const char *at = text;
    struct cookie c;
    uint8_t hash[SECRET_HASH_BYTES];
    memcpy(text, header->data, header->size);
    text[header->size] = 0;
    const char *end = text + strlen(text), *before = text;
    while (cookie_next(&at, &c)) {
        require(at > before && at <= end);
        require(c.name >= before && c.name_size > 0 && c.value + c.value_size == at);
        require(!memchr(c.name, '=', c.name_size) && !memchr(c.name, ';', at - c.name));
        if (cookie_value(&c, value, sizeof value)) {
            require(strlen(value) == c.value_size);
            secret_hash(SECRET_SESSION, value, hash);
        }
        before = at;
    }
    require(at == end && !cookie_next(&at, &c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(const struct bytes *) = {session, personal_link, cookies};
    if (size == 0 || size > MAX_BYTES)
        return 0;
    struct bytes *rest = bytes_copy(data + 1, size - 1);
    if (rest)
        kinds[data[0] % 3](rest);
    bytes_unref(rest);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "0{\"link\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "0{\"meeting\":\"deneme\",\"code\":\"123 456\"}",
        "0{\"account\":\"ayse\",\"password\":\"do\\u011fru at pil\",\"code\":\"123456\"}",
        "1{\"role\":\"member\",\"person\":12}",
        "1{\"role\":\"chair\"}",
        "2meclis-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; a=; "
        "__Host-meclis-session-deneme=x;; b",
    };
    if (i < 0 || (size_t)i >= sizeof examples / sizeof *examples || strlen(examples[i]) > room)
        return 0;
    memcpy(ret, examples[i], strlen(examples[i]));
    return strlen(examples[i]);
}
