#include "protocol/search_text.h"

#include "protocol/shape_json.h"

#include <inttypes.h>
#include <string.h>

/* Of a long text: before the first mark, and in all. */
#define BEFORE_BYTES 120
#define SHOWN_BYTES 400

const char *const found_kinds[FOUND_KINDS + 1] = {
    "meeting", "item", "decision", "document", "question", "turn", "vote", "motion", NULL};

static void add_text(struct buf *out, const char *before, const char *text)
{
    buf_add_str(out, before);
    json_print_text(out, text);
}

/* A piece of a text, as a JSON string of its own. */
static void add_piece(struct buf *out, const char *begin, size_t size, const char *before,
                      const char *after)
{
    cleanup_buf struct buf piece;
    buf_init(&piece, SHOWN_BYTES + 64);
    buf_add_str(&piece, before);
    buf_add(&piece, begin, size);
    buf_add_str(&piece, after);
    const char *text = buf_text(&piece);
    json_print_text(out, text ? text : "");
}

/* The beginning of the letter, or of the word, at or before. */
static size_t step_back(const char *text, size_t at)
{
    while (at > 0 && text[at] != ' ')
        at--;
    while (((unsigned char)text[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static void add_pieces(struct buf *out, const char *name, const struct found_text *t)
{
    size_t size = strlen(t->text), at = 0, end = size;
    if (size > SHOWN_BYTES) {
        size_t first = t->count ? t->marks[0].begin : 0;
        at = first > BEFORE_BYTES ? step_back(t->text, first - BEFORE_BYTES) : 0;
        end = size - at > SHOWN_BYTES - 64 ? step_back(t->text, at + SHOWN_BYTES - 64) : size;
        if (end <= at) /* one word without an end */
            end = at + SHOWN_BYTES - 64;
        while (end < size && ((unsigned char)t->text[end] & 0xc0) == 0x80)
            end++;
    }
    const char *before = at > 0 ? "…" : "";
    buf_addf(out, ",\"%s\":[", name);
    for (int i = 0; i < t->count; i++) {
        size_t begin = t->marks[i].begin, stop = begin + t->marks[i].size;
        if (begin < at || stop > end)
            continue;
        add_piece(out, t->text + at, begin - at, before, "");
        buf_add_str(out, ",");
        add_piece(out, t->text + begin, stop - begin, "", "");
        buf_add_str(out, ",");
        at = stop;
        before = "";
    }
    add_piece(out, t->text + at, end - at, before, end < size ? "…" : "");
    buf_add_str(out, "]");
}

void found_print(struct buf *out, const struct found *f)
{
    add_text(out, "{\"meeting\":", f->meeting);
    add_text(out, ",\"title\":", f->title);
    add_text(out, ",\"body\":", f->body);
    add_text(out, ",\"language\":", f->language);
    buf_addf(out, ",\"at_utc_us\":%" PRId64, f->at_utc_us);
    add_text(out, ",\"kind\":", f->kind);
    buf_addf(out, ",\"seq\":%" PRIu64 ",\"media_us\":", f->seq);
    if (f->media_us < 0)
        buf_add_str(out, "null");
    else
        buf_addf(out, "%" PRId64, f->media_us);
    add_text(out, ",\"item\":", f->item);
    add_text(out, ",\"person\":", f->person);
    add_pieces(out, "text", &f->text);
    add_pieces(out, "more", &f->more);
    add_text(out, ",\"address\":", f->address);
    add_text(out, ",\"clip\":", f->clip);
    buf_add_str(out, "}");
}
