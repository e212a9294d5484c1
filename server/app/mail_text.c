#include "app/mail_text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES 57 /* in base64 76 letters */
#define ENCODED_BYTES                                                                              \
    39 /* of one encoded word: with the header's name before it at most 76 letters */

static void add_base64(struct buf *out, const unsigned char *data, size_t size)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        unsigned bits = (unsigned)data[i] << 16;
        bits |= i + 1 < size ? (unsigned)data[i + 1] << 8 : 0;
        bits |= i + 2 < size ? data[i + 2] : 0;
        const char four[4] = {letters[bits >> 18], letters[bits >> 12 & 63],
                              i + 1 < size ? letters[bits >> 6 & 63] : '=',
                              i + 2 < size ? letters[bits & 63] : '='};
        buf_add(out, four, 4);
    }
}

/* As many bytes as an encoded word holds, without cutting a letter of UTF-8. */
static size_t piece(const char *text, size_t size)
{
    size_t n = size < ENCODED_BYTES ? size : ENCODED_BYTES;
    while (n < size && n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

static void add_words(struct buf *out, const char *text)
{
    size_t size = strlen(text);
    for (const char *gap = ""; size > 0; gap = "\r\n ") {
        size_t n = piece(text, size);
        buf_addf(out, "%s=?UTF-8?B?", gap);
        add_base64(out, (const unsigned char *)text, n);
        buf_add_str(out, "?=");
        text += n;
        size -= n;
    }
}

bool mail_is_address(const char *text)
{
    const char *at = strchr(text, '@');
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c > '~' || strchr("<>,;:\"()[]\\", *c))
            return false;
    }
    return at && at > text && at - text <= 64 && at[1] && !strchr(at + 1, '@') &&
           strlen(text) < 255;
}

static void add_date(struct buf *out, int64_t at_utc_us)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(at_utc_us / 1000000);
    struct tm t;
    if (gmtime_r(&seconds, &t))
        buf_addf(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday,
                 months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static void add_body(struct buf *out, const char *text)
{
    cleanup_buf struct buf lines;
    buf_init(&lines, 1u << 20);
    for (; *text; text++) {
        if (*text == '\n')
            buf_add_str(&lines, "\r\n");
        else
            buf_add(&lines, text, 1);
    }
    for (size_t at = 0; at < lines.size; at += LINE_BYTES) {
        size_t left = lines.size - at;
        add_base64(out, lines.data + at, left < LINE_BYTES ? left : LINE_BYTES);
        buf_add_str(out, "\r\n");
    }
}

int mail_text_print(struct buf *out, const struct mail_text *m)
{
    if (!mail_is_address(m->from) || !mail_is_address(m->to))
        return -EINVAL;
    add_date(out, m->at_utc_us);
    buf_addf(out, "From: <%s>\r\nTo: ", m->from);
    if (m->name[0]) {
        add_words(out, m->name);
        buf_add_str(out, "\r\n ");
    }
    buf_addf(out, "<%s>\r\nSubject: ", m->to);
    add_words(out, m->subject);
    buf_addf(out,
             "\r\nMessage-ID: <%s%s>\r\n"
             "Auto-Submitted: auto-generated\r\n"
             "MIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n"
             "Content-Transfer-Encoding: base64\r\n"
             "\r\n",
             m->id, strchr(m->from, '@'));
    add_body(out, m->body);
    return out->error;
}
