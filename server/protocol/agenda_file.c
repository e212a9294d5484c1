#include "protocol/agenda_file.h"

#include "base/utf8.h"
#include "protocol/csv.h"
#include "protocol/shape_json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_DEPTH 3

static int wrong(struct wrong *w, enum refusal code, const char *member)
{
    w->code = code;
    shape_text_copy(w->member, sizeof w->member, member);
    return -EPROTO;
}

/* Room for one more, or NULL: -EPROTO beyond the cap, -ENOMEM. */
static struct agenda_file_item *one_more(struct agenda_file *f, struct wrong *w, int *ret_error)
{
    if (f->count == AGENDA_FILE_MAX_ITEMS) {
        *ret_error = wrong(w, REFUSAL_OUT_OF_RANGE, f->csv ? "lines" : "items");
        return NULL;
    }
    if (f->count % 50 == 0) {
        void *more = realloc(f->items, (f->count + 50) * sizeof *f->items);
        *ret_error = -ENOMEM;
        if (!more)
            return NULL;
        f->items = more;
    }
    return &f->items[f->count];
}

static int add(struct agenda_file *f, const json_t *item, size_t place, struct wrong *w)
{
    char where[CLIENT_MEMBER_BYTES];
    int r = 0;
    struct agenda_file_item *to = one_more(f, w, &r);
    if (!to)
        return r;
    memset(to, 0, sizeof *to);
    to->place = place;
    agenda_file_where(f, f->count, where);
    if (!json_is_object(item))
        return wrong(w, REFUSAL_WRONG_TYPE, where);
    r = shape_read(item, &agenda_add_shape, where, &to->is, w);
    f->count += r == 0;
    return r;
}

/* ---- JSON ---- */

static int read_items(const json_t *j, struct agenda_file *f, struct wrong *w)
{
    const json_t *items = json_object_get(j, "items");
    if (!items)
        return wrong(w, REFUSAL_MISSING_MEMBER, "items");
    if (!json_is_array(items))
        return wrong(w, REFUSAL_WRONG_TYPE, "items");
    if (json_object_size(j) > 1)
        return wrong(w, REFUSAL_UNKNOWN_MEMBER, "");
    int r = 0;
    for (size_t i = 0; i < json_array_size(items) && r == 0; i++)
        r = add(f, json_array_get(items, i), i, w);
    return r;
}

static int read_json(const struct bytes *body, struct agenda_file *f, struct wrong *w)
{
    json_t *j = json_parse_object(body->data, body->size, MAX_DEPTH, w);
    int r = j ? read_items(j, f, w) : -EPROTO;
    json_decref(j);
    return r;
}

/* ---- CSV ---- */

/* What a heading may say, and which member it is; likewise the kinds. */
struct word {
    const char *word, *means;
};

static const struct word headings[] = {
    {"alan", "field"},      {"başlık", "title"},      {"field", "field"}, {"kind", "kind"},
    {"konu", "title"},      {"not", "note"},          {"note", "note"},   {"number", "number"},
    {"numara", "number"},   {"proposer", "proposer"}, {"title", "title"}, {"tür", "kind"},
    {"öneren", "proposer"}, {"Öneren", "proposer"},
};

static const struct word kinds[] = {
    {"bütçe", "budget"},
    {"gündem dışı", "off_agenda"},
    {"ihale", "tender"},
    {"kesinhesap", "final_account"},
    {"olağan", "ordinary"},
    {"rapor", "report"},
    {"seçim", "election"},
    {"üye soruları", "members_questions"},
    {"Üye soruları", "members_questions"},
};

/* With a capital or small ASCII letter at its beginning. */
static bool is_word(const char *text, const char *word)
{
    char first = text[0] >= 'A' && text[0] <= 'Z' ? (char)(text[0] + 'a' - 'A') : text[0];
    return text[0] && (text[0] == word[0] || first == word[0]) && strcmp(text + 1, word + 1) == 0;
}

static const char *meaning(const struct word *words, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (is_word(text, words[i].word))
            return words[i].means;
    return NULL;
}

#define MEANING(words, text) meaning((words), sizeof(words) / sizeof *(words), (text))

struct columns {
    size_t count;
    const char *members[CSV_MAX_FIELDS]; /* NULL: a column without a heading, which must be empty */
};

static int read_headings(const struct csv_row *row, struct columns *ret, struct wrong *w)
{
    bool title = false;
    ret->count = row->count;
    for (size_t i = 0; i < row->count; i++) {
        const char *member = MEANING(headings, row->fields[i]);
        if (!member && row->fields[i][0])
            return wrong(w, REFUSAL_UNKNOWN_MEMBER, row->fields[i]);
        for (size_t k = 0; k < i; k++)
            if (member && ret->members[k] && strcmp(ret->members[k], member) == 0)
                return wrong(w, REFUSAL_DUPLICATE_MEMBER, row->fields[i]);
        ret->members[i] = member;
        title = title || (member && strcmp(member, "title") == 0);
    }
    return title ? 0 : wrong(w, REFUSAL_MISSING_MEMBER, "title");
}

static int not_csv(struct wrong *w, int line)
{
    char where[CLIENT_MEMBER_BYTES];
    snprintf(where, sizeof where, "lines.%d", line);
    return wrong(w, REFUSAL_NOT_CSV, where);
}

/* Into the object that it would be in JSON. */
static int set_members(json_t *item, const struct columns *columns, const struct csv_row *row,
                       struct wrong *w)
{
    int r = json_object_set_new(item, "kind", json_string("ordinary"));
    for (size_t i = 0; i < row->count && r == 0; i++) {
        const char *member = i < columns->count ? columns->members[i] : NULL;
        const char *text = row->fields[i];
        if (!text[0])
            continue;
        if (!member)
            return not_csv(w, row->line);
        const char *kind = strcmp(member, "kind") == 0 ? MEANING(kinds, text) : NULL;
        r = json_object_set_new(item, member, json_string(kind ? kind : text));
    }
    return r < 0 ? -ENOMEM : 0;
}

static int read_row(struct agenda_file *f, const struct columns *columns, const struct csv_row *row,
                    struct wrong *w)
{
    json_t *item = json_object();
    int r = item ? set_members(item, columns, row, w) : -ENOMEM;
    if (r == 0)
        r = add(f, item, (size_t)row->line, w);
    json_decref(item);
    return r;
}

static int read_csv(const struct bytes *body, struct agenda_file *f, struct wrong *w)
{
    cleanup(csv_free_p) struct csv *c = NULL;
    struct columns columns = {0};
    const char *reason;
    int line;
    if (!utf8_valid((const char *)body->data, body->size) || memchr(body->data, 0, body->size))
        return wrong(w, REFUSAL_BAD_TEXT, "");
    int r = csv_read(body->data, body->size, &c, &line, &reason);
    if (r == -EINVAL)
        return not_csv(w, line);
    if (r == 0 && csv_count(c) > 0)
        r = read_headings(csv_row(c, 0), &columns, w);
    for (size_t i = 1; r == 0 && i < csv_count(c); i++)
        r = read_row(f, &columns, csv_row(c, i), w);
    return r;
}

/* ---- both ---- */

static bool begins_json(const struct bytes *body)
{
    size_t i = 0;
    while (i < body->size && strchr(" \t\r\n", body->data[i]) && body->data[i])
        i++;
    return i < body->size && body->data[i] == '{';
}

int agenda_file_read(const struct bytes *body, struct agenda_file *ret,
                     struct client_wrong *ret_wrong)
{
    struct agenda_file f = {.csv = body && !begins_json(body)};
    struct wrong w = {.code = 0};
    int r = !body || body->size == 0 ? wrong(&w, REFUSAL_MISSING_MEMBER, "items")
            : f.csv                  ? read_csv(body, &f, &w)
                                     : read_json(body, &f, &w);
    if (r == 0 && f.count == 0)
        r = wrong(&w, REFUSAL_MISSING_MEMBER, f.csv ? "lines" : "items");
    if (r < 0) {
        agenda_file_finish(&f);
        ret_wrong->code = w.code ? w.code : REFUSAL_INTERNAL;
        shape_text_copy(ret_wrong->member, sizeof ret_wrong->member, w.member);
        return r;
    }
    *ret = f;
    return 0;
}

void agenda_file_finish(struct agenda_file *f)
{
    free(f->items);
    *f = (struct agenda_file){0};
}

void agenda_file_where(const struct agenda_file *f, size_t item, char ret[CLIENT_MEMBER_BYTES])
{
    snprintf(ret, CLIENT_MEMBER_BYTES, "%s.%zu", f->csv ? "lines" : "items", f->items[item].place);
}
