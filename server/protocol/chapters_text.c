#include "protocol/chapters_text.h"

#include "protocol/shape_json.h"

#include <inttypes.h>

/* 01:02:03.456 */
static void add_time(struct buf *out, int64_t us)
{
    int64_t ms = us / 1000;
    buf_addf(out, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64, ms / 3600000,
             ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

/* A cue's text: no markup, no arrow, no line of its own. */
static void add_cue_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buf_add_str(out, "&amp;");
            break;
        case '<':
            buf_add_str(out, "&lt;");
            break;
        case '>':
            buf_add_str(out, "&gt;");
            break;
        case '\n':
        case '\r':
            buf_add_str(out, " ");
            break;
        default:
            buf_add(out, text, 1);
        }
    }
}

void chapters_print_vtt(struct buf *out, const struct chapter *list, size_t count)
{
    buf_add_str(out, "WEBVTT\n");
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "\n%zu\n", i + 1);
        add_time(out, list[i].from_us);
        buf_add_str(out, " --> ");
        add_time(out, list[i].to_us);
        buf_add_str(out, "\n");
        add_cue_text(out, list[i].number);
        buf_add_str(out, list[i].number[0] ? " " : "");
        add_cue_text(out, list[i].title);
        buf_add_str(out, "\n");
    }
}

static void add_seconds(struct buf *out, const char *name, int64_t us)
{
    buf_addf(out, "\"%s\":%" PRId64 ".%03" PRId64 ",", name, us / 1000000, us / 1000 % 1000);
}

void chapters_print_json(struct buf *out, const struct chapter *list, size_t count)
{
    buf_add_str(out, "{\"version\":\"1.2.0\",\"chapters\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_str(out, i ? ",{" : "{");
        add_seconds(out, "startTime", list[i].from_us);
        add_seconds(out, "endTime", list[i].to_us);
        buf_add_str(out, "\"title\":");
        json_print_text(out, list[i].title);
        buf_add_str(out, "}");
    }
    buf_add_str(out, "]}");
}
