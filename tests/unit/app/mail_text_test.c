/* A mail's bytes: what is in a name or a subject stays there. */
#include "../cmocka_all.h"
#include "app/mail_text.h"

#include <errno.h>
#include <string.h>

static struct mail_text sample(void)
{
    return (struct mail_text){.from = "meclis@ornek.example",
                              .to = "uye@ornek.example",
                              .name = "Örnek Üye 1",
                              .subject = "Kişisel bağlantınız",
                              .body = "Merhaba\nikinci satır\n",
                              .at_utc_us = INT64_C(1800000000000000),
                              .id = "a1b2"};
}

static void as_the_standards_have_it(void **state)
{
    struct mail_text m = sample();
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    assert_int_equal(mail_text_print(&out, &m), 0);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"));
    assert_non_null(strstr(text, "From: <meclis@ornek.example>\r\n"));
    assert_non_null(strstr(text, "To: =?UTF-8?B?w5ZybmVrIMOceWUgMQ==?=\r\n <uye@ornek.example>"));
    assert_non_null(strstr(text, "Subject: =?UTF-8?B?S2nFn2lzZWwgYmHEn2xhbnTEsW7EsXo=?=\r\n"));
    assert_non_null(strstr(text, "Message-ID: <a1b2@ornek.example>\r\n"));
    assert_non_null(strstr(text, "\r\n\r\nTWVyaGFiYQ0KaWtpbmNpIHNhdMSxcg0K\r\n"));
}

static void long_and_hostile_texts_stay_in_their_line(void **state)
{
    char subject[601], body[4001];
    struct mail_text m = sample();
    for (size_t i = 0; i + 2 < sizeof subject; i += 2)
        memcpy(subject + i, "ş", 3);
    memset(body, 'x', sizeof body - 1);
    body[sizeof body - 1] = 0;
    m.subject = subject;
    m.body = body;
    m.name = "A\r\nBcc: kurban@ornek.example\r\n\r\nx";
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    assert_int_equal(mail_text_print(&out, &m), 0);
    const char *text = buf_text(&out);
    assert_null(strstr(text, "Bcc"));
    for (const char *line = text; *line;) {
        const char *end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 76);
        assert_null(memchr(line, '\n', (size_t)(end - line)));
        line = end + 2;
    }
}

static void addresses_are_checked(void **state)
{
    static const char *const wrong[] = {"",
                                        "a",
                                        "@b",
                                        "a@",
                                        "a@b@c",
                                        "a b@c",
                                        "a@b>",
                                        "a@b\r\nX: y",
                                        "<a@b.c>",
                                        "a@b,c@d.e.f",
                                        "a@\x7f",
                                        "ayşe@ornek.example",
                                        "a@örnek.example"};
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct mail_text m = sample();
        m.to = wrong[i];
        assert_int_equal(mail_text_print(&out, &m), -EINVAL);
        m = sample();
        m.from = wrong[i];
        assert_int_equal(mail_text_print(&out, &m), -EINVAL);
    }
    assert_int_equal(out.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_standards_have_it),
        cmocka_unit_test(long_and_hostile_texts_stay_in_their_line),
        cmocka_unit_test(addresses_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
