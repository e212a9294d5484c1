#include "app/calendar.h"

#include "app/broadcast.h"
#include "app/hall.h"
#include "app/listing.h"
#include "app/routes.h"
#include "meeting/body.h"
#include "meeting/sitting.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAX_BYTES (512u << 10)
#define LINE_BYTES 75 /* RFC 5545, 3.1; without the line's end */

/* One content line, folded between characters where it is long. */
static void add_line(struct buf *out, const char *name, const char *value)
{
    size_t at = strlen(name);
    buf_add_str(out, name);
    for (const char *c = value; *c;) {
        size_t size = 1;
        while ((c[size] & 0xc0) == 0x80)
            size++;
        if (*c == '\\' && c[1])
            size++; /* an escape stays whole */
        if (at + size > LINE_BYTES) {
            buf_add_str(out, "\r\n ");
            at = 1;
        }
        buf_add(out, c, size);
        at += size;
        c += size;
    }
    buf_add_str(out, "\r\n");
}

/* A text's own characters that mean something there (3.3.11). */
static void add_text(struct buf *out, const char *name, const char *text)
{
    cleanup_buf struct buf escaped;
    buf_init(&escaped, 4096);
    for (; *text; text++) {
        if (*text == '\n')
            buf_add_str(&escaped, "\\n");
        else if (strchr("\\;,", *text))
            buf_addf(&escaped, "\\%c", *text);
        else if ((unsigned char)*text >= 0x20)
            buf_add(&escaped, text, 1);
    }
    const char *value = buf_text(&escaped);
    if (value)
        add_line(out, name, value);
    else
        out->error = escaped.error;
}

static void add_time(struct buf *out, const char *name, int64_t utc_us)
{
    time_t seconds = (time_t)(utc_us / 1000000);
    struct tm tm;
    char text[32];
    if (gmtime_r(&seconds, &tm) && strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &tm))
        add_line(out, name, text);
}

static void add_meeting(struct buf *out, const char *origin, const struct calendar_meeting *m)
{
    const char *host = strstr(origin, "//");
    char text[512];
    add_line(out, "BEGIN:", "VEVENT");
    snprintf(text, sizeof text, "%s@%s", m->id, host ? host + 2 : origin);
    add_line(out, "UID:", text);
    add_time(out, "DTSTAMP:", m->changed_utc_us);
    add_time(out, "DTSTART:", m->starts_utc_us);
    if (m->ended_utc_us > m->starts_utc_us)
        add_time(out, "DTEND:", m->ended_utc_us);
    add_text(out, "SUMMARY:", m->title);
    if (m->place[0])
        add_text(out, "LOCATION:", m->place);
    if (m->body[0])
        add_text(out, "CATEGORIES:", m->body);
    snprintf(text, sizeof text, "%s/m/%s", origin, m->id);
    add_line(out, "URL:", text);
    add_line(out, "STATUS:", m->cancelled ? "CANCELLED" : "CONFIRMED");
    add_line(out, "END:", "VEVENT");
}

void calendar_print(struct buf *out, const char *origin, const struct calendar_meeting *list,
                    size_t count)
{
    add_line(out, "BEGIN:", "VCALENDAR");
    add_line(out, "VERSION:", "2.0");
    add_line(out, "PRODID:", "-//Acik Meclis//TR");
    add_line(out, "REFRESH-INTERVAL;VALUE=DURATION:", "PT1H"); /* RFC 7986 */
    for (size_t i = 0; i < count; i++)
        add_meeting(out, origin, &list[i]);
    add_line(out, "END:", "VCALENDAR");
}

/* Whether it is in the calendar: a draft is nobody's business yet. */
static bool take(const struct broadcast *b, struct calendar_meeting *ret)
{
    const struct meeting *m = hall_outline(b->hall);
    const struct sitting *s = meeting_sitting(m);
    if (s->starts_utc_us == 0 || (s->state == MEETING_DRAFT && !s->cancelled))
        return false;
    const struct body *body = meeting_single(m, SINGLE_BODY);
    *ret = (struct calendar_meeting){.id = b->config->id,
                                     .title = listing_title(b),
                                     .place = s->place,
                                     .body = body->name,
                                     .starts_utc_us = s->starts_utc_us,
                                     .ended_utc_us = s->ended_utc_us,
                                     .changed_utc_us = meeting_utc_us(m),
                                     .cancelled = s->cancelled};
    return true;
}

void calendar_all(struct request *r, void *place)
{
    struct core *c = place;
    struct calendar_meeting list[CORE_MAX_MEETINGS];
    char origin[REQUEST_ORIGIN];
    size_t count = 0;
    for (int i = 0; i < c->broadcast_count; i++)
        count += take(c->broadcasts[i], &list[count]);
    request_origin(r, origin);
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    calendar_print(&out, origin, list, count);
    request_reply_with(r, &(struct front_response){.status = 200,
                                                   .content_type = "text/calendar; charset=utf-8",
                                                   .cache_control = "public, max-age=60",
                                                   .cors = true,
                                                   .body = buf_to_bytes(&out)});
}
