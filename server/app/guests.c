#include "app/guests.h"

#include "app/mail_text.h"
#include "base/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum column { NAME, KIND, ROLE, PERSON, GROUP, ORGANISATION, OFFICE, FIELDS, MAIL, COLUMNS };

/* Headers and values, each in the spellings that spreadsheets bring, in any case. */
struct word {
    const char *text;
    int value;
};

static const struct word columns[] = {
    {"ad", NAME},
    {"adı", NAME},
    {"ad soyad", NAME},
    {"adı soyadı", NAME},
    {"isim", NAME},
    {"name", NAME},
    {"tür", KIND},
    {"kind", KIND},
    {"rol", ROLE},
    {"role", ROLE},
    {"kişi", PERSON},
    {"kişi no", PERSON},
    {"person", PERSON},
    {"grup", GROUP},
    {"group", GROUP},
    {"kurum", ORGANISATION},
    {"organisation", ORGANISATION},
    {"organization", ORGANISATION},
    {"görev", OFFICE},
    {"office", OFFICE},
    {"alan", FIELDS},
    {"alanlar", FIELDS},
    {"fields", FIELDS},
    {"e-posta", MAIL},
    {"eposta", MAIL},
    {"e-posta adresi", MAIL},
    {"mail", MAIL},
    {"e-mail", MAIL},
    {"email", MAIL},
};
static const struct word kinds[] = {
    {"başkan", PERSON_CHAIR},
    {"chair", PERSON_CHAIR},
    {"üye", PERSON_MEMBER},
    {"member", PERSON_MEMBER},
    {"temsilci", PERSON_REPRESENTATIVE},
    {"representative", PERSON_REPRESENTATIVE},
    {"gözlemci", PERSON_OBSERVER},
    {"observer", PERSON_OBSERVER},
    {"görevli", PERSON_STAFF},
    {"staff", PERSON_STAFF},
};
static const struct word staff_roles[] = {
    {"kâtip", ROLE_CLERK},
    {"yazı işleri", ROLE_CLERK},
    {"clerk", ROLE_CLERK},
    {"moderatör", ROLE_MODERATOR},
    {"soru yöneticisi", ROLE_MODERATOR},
    {"moderator", ROLE_MODERATOR},
    {"yayın sorumlusu", ROLE_PRODUCER},
    {"producer", ROLE_PRODUCER},
};

#define FIND(table, text) find(table, sizeof table / sizeof *table, text)

static int find(const struct word *table, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (fold_equal(table[i].text, text))
            return table[i].value;
    }
    return -1;
}

/* One line being read. */
struct reading {
    const struct csv_row *row;
    const int *places; /* of the columns; -1: not there */
    const char *reason;
};

static const char *field(const struct reading *r, enum column column)
{
    int place = r->places[column];
    return place >= 0 && (size_t)place < r->row->count ? r->row->fields[place] : "";
}

static void take(struct reading *r, enum column column, char *to, size_t size)
{
    const char *text = field(r, column);
    if (strlen(text) >= size)
        r->reason = "bir alan çok uzun / a field is too long";
    else
        memcpy(to, text, strlen(text) + 1);
}

static void take_kind(struct reading *r, struct guest *g)
{
    static const enum meeting_role roles[] = {[PERSON_CHAIR] = ROLE_CHAIR,
                                              [PERSON_MEMBER] = ROLE_MEMBER,
                                              [PERSON_REPRESENTATIVE] = ROLE_REPRESENTATIVE,
                                              [PERSON_OBSERVER] = ROLE_OBSERVER};
    bool said = field(r, KIND)[0];
    int kind = FIND(kinds, field(r, said ? KIND : ROLE));
    if (!said && kind < 0 && FIND(staff_roles, field(r, ROLE)) >= 0)
        kind = PERSON_STAFF;
    if (kind < 0) {
        r->reason =
            "tür yok ya da bilinmiyor (başkan, üye, temsilci, gözlemci, görevli) / the kind "
            "is missing or unknown";
        return;
    }
    g->is.kind = (enum person_kind)kind;
    int role = kind == PERSON_STAFF ? FIND(staff_roles, field(r, ROLE)) : (int)roles[kind];
    if (role < 0)
        r->reason = "görevlinin rolü yok ya da bilinmiyor (clerk, moderator, producer) / the "
                    "staff's role is missing or unknown";
    else
        g->role = (enum meeting_role)role;
}

static void take_person(struct reading *r, struct guest *g)
{
    const char *text = field(r, PERSON);
    size_t size = strlen(text);
    if (size > 15 || strspn(text, "0123456789") != size || (size && text[0] == '0'))
        r->reason = "kişi, kayıttaki numarasıdır / person is a number of the roster";
    else
        g->person = size ? strtoull(text, NULL, 10) : 0;
}

static void take_fields(struct reading *r, struct guest *g)
{
    const char *at = field(r, FIELDS);
    const size_t most = sizeof g->is.fields.at / sizeof *g->is.fields.at;
    while (*at) {
        size_t size = strcspn(at, "|");
        const char *from = at, *to = at + size;
        at += size + (at[size] == '|');
        while (from < to && *from == ' ')
            from++;
        while (to > from && to[-1] == ' ')
            to--;
        if (from == to)
            continue;
        if (g->is.fields.count == most || (size_t)(to - from) >= sizeof g->is.fields.at[0].name) {
            r->reason = "çok ya da çok uzun alan / too many fields, or one that is too long";
            return;
        }
        memcpy(g->is.fields.at[g->is.fields.count++].name, from, (size_t)(to - from));
    }
}

static void take_mail(struct reading *r, struct guest *g)
{
    take(r, MAIL, g->mail, sizeof g->mail);
    if (g->mail[0] && !mail_is_address(g->mail))
        r->reason = "bu bir e-posta adresi değil / this is no mail address";
}

static const char *read_guest(const struct csv_row *row, const int *places, struct guest *g)
{
    struct reading r = {.row = row, .places = places};
    g->line = row->line;
    take_kind(&r, g);
    take_person(&r, g);
    take(&r, NAME, g->is.name, sizeof g->is.name);
    take(&r, GROUP, g->is.group, sizeof g->is.group);
    take(&r, ORGANISATION, g->is.organisation, sizeof g->is.organisation);
    take(&r, OFFICE, g->is.office, sizeof g->is.office);
    take_fields(&r, g);
    take_mail(&r, g);
    if (!r.reason && !g->is.name[0])
        r.reason = "ad yok / the name is missing";
    return r.reason;
}

/* Whatever their roles: a person has one link in a meeting. */
static bool same_person(const struct guest *a, const struct guest *b)
{
    if (a->person || b->person)
        return a->person == b->person;
    return a->is.kind == b->is.kind && strcmp(a->is.name, b->is.name) == 0 &&
           strcmp(a->is.organisation, b->is.organisation) == 0;
}

static const char *check_twice(const struct guests *g)
{
    for (size_t i = 0; i + 1 < g->count; i++) {
        if (same_person(&g->list[i], &g->list[g->count - 1]))
            return "bu kişi yukarıda da var / this person is there already";
    }
    return NULL;
}

static const char *read_header(const struct csv *table, int places[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++)
        places[i] = -1;
    const struct csv_row *head = csv_count(table) ? csv_row(table, 0) : NULL;
    for (size_t i = 0; head && i < head->count; i++) {
        int column = FIND(columns, head->fields[i]);
        if (column >= 0 && places[column] >= 0)
            return "bir sütun iki kez var / a column is there twice";
        if (column >= 0)
            places[column] = (int)i;
    }
    return places[NAME] < 0 || (places[KIND] < 0 && places[ROLE] < 0)
               ? "ilk satır sütunların adıdır; en az ad ve tür (ya da rol) gerekir / the first "
                 "line names the columns, name and kind (or role) at the least"
               : NULL;
}

int guests_read(const struct csv *table, struct guests *ret,
                void (*complain)(void *ctx, int line, const char *reason), void *ctx)
{
    int places[COLUMNS];
    struct guests g = {0};
    const char *reason = read_header(table, places);
    if (reason) {
        complain(ctx, 1, reason);
        return -EINVAL;
    }
    g.list = calloc(csv_count(table), sizeof *g.list);
    if (!g.list)
        return -ENOMEM;
    for (size_t i = 1; i < csv_count(table); i++) {
        reason = read_guest(csv_row(table, i), places, &g.list[g.count++]);
        reason = reason ? reason : check_twice(&g);
        if (!reason)
            continue;
        complain(ctx, csv_row(table, i)->line, reason);
        g.list[--g.count] = (struct guest){0};
        g.wrong++;
    }
    *ret = g;
    return 0;
}

void guests_finish(struct guests *g)
{
    free(g->list);
    *g = (struct guests){0};
}
