/* The calendar: whatever a title holds, each line is one that a calendar's program reads. */
#include "../cmocka_all.h"

#include "app/calendar.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const struct calendar_meeting usual = {.id = "kasim",
                                              .title = "Kasım birleşimi",
                                              .place = "Meclis salonu",
                                              .body = "Örnek Meclis",
                                              .starts_utc_us = INT64_C(1795424400000000),
                                              .changed_utc_us = INT64_C(1795400000000000)};

static const char *print(struct buf *out, const struct calendar_meeting *m, size_t count)
{
    buf_init(out, 1u << 20);
    calendar_print(out, "https://meclis.example", m, count);
    const char *text = buf_text(out);
    assert_non_null(text);
    return text;
}

static void a_meeting_is_an_event(void **state)
{
    cleanup_buf struct buf out;
    const char *text = print(&out, &usual, 1);
    static const char *const lines[] = {"BEGIN:VCALENDAR\r\n",
                                        "\r\nUID:kasim@meclis.example\r\n",
                                        "\r\nDTSTART:20261123T090000Z\r\n",
                                        "\r\nDTSTAMP:20261123T021320Z\r\n",
                                        "\r\nSUMMARY:Kasım birleşimi\r\n",
                                        "\r\nLOCATION:Meclis salonu\r\n",
                                        "\r\nCATEGORIES:Örnek Meclis\r\n",
                                        "\r\nURL:https://meclis.example/m/kasim\r\n",
                                        "\r\nSTATUS:CONFIRMED\r\n",
                                        "\r\nEND:VCALENDAR\r\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(text, lines[i]))
            fail_msg("no line %s in\n%s", lines[i], text);
    assert_null(strstr(text, "DTEND"));
}

static void a_cancelled_one_stays_and_says_so(void **state)
{
    struct calendar_meeting m = usual;
    cleanup_buf struct buf out;
    m.cancelled = true;
    m.ended_utc_us = m.starts_utc_us + 3600000000;
    const char *text = print(&out, &m, 1);
    assert_non_null(strstr(text, "\r\nSTATUS:CANCELLED\r\n"));
    assert_non_null(strstr(text, "\r\nDTEND:20261123T100000Z\r\n"));
}

/* Lines of at most 75 bytes, whole characters and whole escapes in each, and the title as it was
 * once they are put together. */
static void a_title_may_hold_anything(void **state)
{
    struct calendar_meeting m = usual;
    char title[400] = "a;b,c\\d\nBEGIN:VEVENT ";
    for (int i = 0; i < 60; i++)
        snprintf(title + strlen(title), sizeof title - strlen(title), "ğ,ü");
    m.title = title;
    cleanup_buf struct buf out, joined;
    const char *text = print(&out, &m, 1);
    buf_init(&joined, 1u << 20);
    for (const char *line = text; *line;) {
        const char *end = strstr(line, "\r\n");
        assert_non_null(end);
        size_t size = (size_t)(end - line);
        assert_true(size <= 75);
        assert_true(utf8_valid(line, size));
        buf_add(&joined, line + (line[0] == ' '), size - (line[0] == ' '));
        if (end[2] != ' ')
            buf_add_str(&joined, "\r\n");
        else
            assert_true(end[-1] != '\\' || end[-2] == '\\');
        line = end + 2;
    }
    const char *whole = buf_text(&joined);
    assert_non_null(strstr(whole, "\r\nSUMMARY:a\\;b\\,c\\\\d\\nBEGIN:VEVENT ğ\\,üğ\\,ü"));
    const char *begun = strstr(whole, "\r\nBEGIN:VEVENT");
    assert_null(strstr(begun + 2, "\r\nBEGIN:VEVENT"));
}

static void without_meetings_it_is_empty(void **state)
{
    cleanup_buf struct buf out;
    assert_null(strstr(print(&out, NULL, 0), "VEVENT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meeting_is_an_event),
        cmocka_unit_test(a_cancelled_one_stays_and_says_so),
        cmocka_unit_test(a_title_may_hold_anything),
        cmocka_unit_test(without_meetings_it_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
