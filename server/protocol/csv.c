#include "protocol/csv.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct csv {
    char *text; /* owned; the fields lie in it */
    struct csv_row *rows;
    size_t count;
    char separator;
};

/* Where the reading is. A field is written back over what was read, so it only gets shorter. */
struct reading {
    struct csv *c;
    char *at, *end;
    int line;
    char separator;
    const char *reason;
};

void csv_free(struct csv *c)
{
    if (!c)
        return;
    free(c->text);
    free(c->rows);
    free(c);
}

static char separator_of(const char *text)
{
    size_t semicolons = 0, commas = 0;
    for (; *text && *text != '\n'; text++) {
        semicolons += *text == ';';
        commas += *text == ',';
    }
    return semicolons > commas ? ';' : ',';
}

static bool ends_field(const struct reading *r)
{
    return r->at == r->end || *r->at == r->separator || *r->at == '\n' || *r->at == '\r';
}

static char *trim(char *from, char *to)
{
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    *to = 0;
    return from;
}

/* Returns the field, or NULL with a reason. */
static char *read_quoted(struct reading *r)
{
    char *from = ++r->at, *to = from;
    for (; r->at < r->end; r->at++) {
        if (*r->at == '"' && r->at + 1 < r->end && r->at[1] == '"')
            r->at++;
        else if (*r->at == '"')
            break;
        r->line += *r->at == '\n';
        *to++ = *r->at;
    }
    if (r->at == r->end) {
        r->reason = "tırnak kapanmıyor / a quotation mark is not closed";
        return NULL;
    }
    r->at++;
    while (r->at < r->end && *r->at == ' ')
        r->at++;
    if (!ends_field(r)) {
        r->reason = "tırnaktan sonra metin var / there is text behind a quotation mark";
        return NULL;
    }
    return trim(from, to);
}

static char *read_plain(struct reading *r)
{
    char *from = r->at;
    while (!ends_field(r))
        r->at++;
    return from;
}

/* Over the field's end: the separator, or the line's. Returns whether the row goes on. The byte
 * there is overwritten, so the field before it ends there. */
static bool next(struct reading *r)
{
    if (r->at == r->end)
        return false;
    char c = *r->at;
    *r->at++ = 0;
    if (c == r->separator)
        return true;
    if (c == '\r' && r->at < r->end && *r->at == '\n')
        r->at++;
    r->line++;
    return false;
}

static int read_row(struct reading *r)
{
    struct csv_row row = {.line = r->line};
    bool more, any = false;
    do {
        if (row.count == CSV_MAX_FIELDS) {
            r->reason = "çok sütun var / there are too many columns";
            return -EINVAL;
        }
        bool quoted = *r->at == '"';
        char *field = quoted ? read_quoted(r) : read_plain(r), *end = r->at;
        if (!field)
            return -EINVAL;
        more = next(r);
        row.fields[row.count] = quoted ? field : trim(field, end);
        any |= row.fields[row.count++][0] != 0;
    } while (more);
    if (!any)
        return 0;
    if (r->c->count == CSV_MAX_ROWS) {
        r->reason = "çok satır var / there are too many lines";
        return -EINVAL;
    }
    r->c->rows[r->c->count++] = row;
    return 0;
}

static bool is_text(const char *text, size_t size)
{
    return size <= CSV_MAX_BYTES && !memchr(text, 0, size) && utf8_valid(text, size);
}

int csv_read(const void *data, size_t size, struct csv **ret, int *ret_line,
             const char **ret_reason)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t skip = size >= 3 && memcmp(data, mark, 3) == 0 ? 3 : 0;
    const char *text = (const char *)data + skip;
    size -= skip;
    *ret_line = 1;
    *ret_reason = "dosya UTF-8 metin değil / the file is no UTF-8 text";
    if (!is_text(text, size))
        return -EINVAL;
    cleanup(csv_free_p) struct csv *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    c->text = malloc(size + 1);
    c->rows = calloc(CSV_MAX_ROWS, sizeof *c->rows);
    if (!c->text || !c->rows)
        return -ENOMEM;
    memcpy(c->text, text, size);
    c->text[size] = 0;
    struct reading r = {.c = c, .at = c->text, .end = c->text + size, .line = 1};
    r.separator = c->separator = separator_of(c->text);
    while (r.at < r.end) {
        if (read_row(&r) < 0) {
            *ret_line = r.line;
            *ret_reason = r.reason;
            return -EINVAL;
        }
    }
    *ret = take_ptr(c);
    return 0;
}

char csv_separator(const struct csv *c)
{
    return c->separator;
}

size_t csv_count(const struct csv *c)
{
    return c->count;
}

const struct csv_row *csv_row(const struct csv *c, size_t i)
{
    return &c->rows[i];
}

void csv_print(struct buf *out, const char *field)
{
    bool formula = field[0] && strchr("=+-@\t", field[0]);
    bool quote = formula || strpbrk(field, "\",;\r\n") || field[0] == ' ';
    if (!quote) {
        buf_add_str(out, field);
        return;
    }
    buf_add_str(out, formula ? "\"'" : "\"");
    for (; *field; field++) {
        if (*field == '"')
            buf_add_str(out, "\"");
        buf_add(out, field, 1);
    }
    buf_add_str(out, "\"");
}
