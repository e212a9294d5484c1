#include "app/link_known.h"

#include "app/tools.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void add_person(void *ctx, const struct tool_person *p)
{
    struct link_known *k = ctx;
    if (k->count == k->room) {
        size_t room = k->room ? 2 * k->room : 64;
        struct known_person *people = reallocarray(k->people, room, sizeof *people);
        k->error = people ? k->error : -ENOMEM;
        if (!people)
            return;
        k->people = people;
        k->room = room;
    }
    struct known_person *to = &k->people[k->count++];
    *to = (struct known_person){.person = p->person};
    snprintf(to->name, sizeof to->name, "%s", p->name);
    snprintf(to->kind, sizeof to->kind, "%s", p->kind);
    snprintf(to->organisation, sizeof to->organisation, "%s", p->organisation);
}

static const char *name_of(const struct link_known *k, uint64_t person)
{
    for (size_t i = 0; i < k->count; i++) {
        if (k->people[i].person == person)
            return k->people[i].name;
    }
    return "";
}

static void add_link(void *ctx, const struct tool_link *l)
{
    struct link_known *k = ctx;
    for (size_t i = 0; l->person && i < k->count; i++)
        k->people[i].has_link |= k->people[i].person == l->person;
    if (k->prints)
        printf("%s\t%s\t%s\n", l->principal, l->role, name_of(k, l->person));
}

static int unreadable(void)
{
    return tool_complain("yanıt anlaşılmadı / the answer can't be read");
}

static int ask(struct tool_server *s, const char *meeting, const char *what,
               const struct buf **ret_answer)
{
    char path[256];
    snprintf(path, sizeof path, "/api/v1/meetings/%s%s", meeting, what);
    return tool_server_ask(s, "GET", path, NULL, ret_answer);
}

int link_known_learn(struct link_known *k, struct tool_server *s, const char *meeting)
{
    const struct buf *answer;
    int r = ask(s, meeting, "", &answer);
    if (r == 0 &&
        tool_about_read((const char *)answer->data, answer->size, k->title, &k->language) < 0)
        r = unreadable();
    if (r == 0)
        r = ask(s, meeting, "/state", &answer);
    if (r == 0 && tool_people_read((const char *)answer->data, answer->size, add_person, k) < 0)
        r = unreadable();
    if (r == 0)
        r = ask(s, meeting, "/links", &answer);
    if (r == 0 && tool_links_read((const char *)answer->data, answer->size, add_link, k) < 0)
        r = unreadable();
    return r == 0 && k->error ? tool_complain("%s", strerror(-k->error)) : r;
}

void link_known_finish(struct link_known *k)
{
    free(k->people);
    *k = (struct link_known){0};
}

static bool is_them(const struct known_person *p, const struct guest *g)
{
    return strcmp(p->name, g->is.name) == 0 &&
           strcmp(p->kind, person_kind_names[g->is.kind - 1]) == 0 &&
           strcmp(p->organisation, g->is.organisation) == 0;
}

const char *link_known_find(const struct link_known *k, const struct guest *g,
                            struct known_person **ret)
{
    struct known_person *found = NULL;
    for (size_t i = 0; i < k->count; i++) {
        struct known_person *p = &k->people[i];
        if (g->person ? p->person != g->person : !is_them(p, g))
            continue;
        if (found)
            return "bu adda birden çok kişi var; kişi sütununa numarası yazılsın / several are "
                   "called so; say the number in the column person";
        found = p;
    }
    if (g->person && (!found || strcmp(found->name, g->is.name) != 0))
        return found ? "bu numara başka birinin / this number is somebody else's"
                     : "bu numarada kimse yok / this number is nobody's";
    *ret = found;
    return NULL;
}
