/* meclis link: personal links of a running server's meeting, many at once. */
#include "app/link_letters.h"
#include "app/tool_server.h"
#include "app/tools.h"
#include "base/id.h"
#include "base/io.h"
#include "protocol/tool_message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char help[] =
    "meclis link make --meeting KİMLİK --csv DOSYA --base https://ADRES [--out DOSYA.csv]\n"
    "    [--slips DOSYA.html] [--mail --config DOSYA] [--again] [--check]\n"
    "meclis link list --meeting KİMLİK\n"
    "meclis link revoke --meeting KİMLİK KİMİN\n"
    "  [--data KLASÖR]\n"
    "\n"
    "  CSV'nin ilk satırı sütunların adıdır: ad, tür (başkan, üye, temsilci, gözlemci, görevli),\n"
    "  rol (görevlinin), grup, kurum, görev, alan (birden çoksa | ile), e-posta.\n"
    "  The CSV's first line names its columns: name, kind, role, group, organisation, office,\n"
    "  fields, mail.\n"
    "\n"
    "  --base   bağlantıların başı: sitenin adresi / what the links begin with: the site's "
    "address\n"
    "  --again  bağlantısı olanlara da yenisi; eskisi geçersiz olur\n"
    "           a new one for those who have one too; the older is void\n"
    "  --check  yalnız dosyayı denetler / only checks the file\n";

struct wanted {
    const char *verb, *data, *meeting, *csv, *base, *out, *slips, *config, *who;
    bool mail, again, check;
};

/* ---- what the server knows ---- */

struct known_person {
    uint64_t person;
    char name[TEXT_NAME], kind[32], organisation[TEXT_NAME];
    bool has_link;
};

/* As many as a meeting's roster holds, and their links. */
struct known {
    char title[TOOL_WORDS];
    size_t count, room;
    struct known_person *people; /* owned */
    bool prints;                 /* links are printed as they are read */
    int error;
};

static void add_person(void *ctx, const struct tool_person *p)
{
    struct known *k = ctx;
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

static const char *name_of(const struct known *k, uint64_t person)
{
    for (size_t i = 0; i < k->count; i++) {
        if (k->people[i].person == person)
            return k->people[i].name;
    }
    return "";
}

static void add_link(void *ctx, const struct tool_link *l)
{
    struct known *k = ctx;
    for (size_t i = 0; l->person && i < k->count; i++)
        k->people[i].has_link |= k->people[i].person == l->person;
    if (k->prints)
        printf("%s\t%s\t%s\n", l->principal, l->role, name_of(k, l->person));
}

static int unreadable(void)
{
    return tool_complain("yanıt anlaşılmadı / the answer can't be read");
}

static int learn(struct tool_server *s, const struct wanted *w, struct known *k)
{
    char path[256];
    const struct buf *answer;
    snprintf(path, sizeof path, "/api/v1/meetings/%s/state", w->meeting);
    int r = tool_server_ask(s, "GET", path, NULL, &answer);
    if (r)
        return r;
    if (tool_people_read((const char *)answer->data, answer->size, add_person, k, k->title) < 0)
        return unreadable();
    snprintf(path, sizeof path, "/api/v1/meetings/%s/links", w->meeting);
    r = tool_server_ask(s, "GET", path, NULL, &answer);
    if (r)
        return r;
    if (tool_links_read((const char *)answer->data, answer->size, add_link, k) < 0)
        return unreadable();
    return k->error ? tool_complain("%s", strerror(-k->error)) : 0;
}

/* ---- make ---- */

static void complain_line(void *ctx, int line, const char *reason)
{
    tool_complain("%s: satır / line %d: %s", (const char *)ctx, line, reason);
}

static int read_guests(const char *path, struct csv **ret_table, struct guests *ret)
{
    cleanup(bytes_unref_p) struct bytes *file = NULL;
    int line;
    const char *reason;
    int r = io_read_file(path, CSV_MAX_BYTES, &file);
    if (r < 0)
        return tool_complain("%s: %s", path, strerror(-r));
    r = csv_read(file->data, file->size, ret_table, &line, &reason);
    if (r == -EINVAL)
        return tool_complain("%s: satır / line %d: %s", path, line, reason);
    if (r == 0)
        r = guests_read(*ret_table, ret, complain_line, (void *)path);
    return r == -ENOMEM ? tool_complain("%s", strerror(ENOMEM)) : r < 0 ? TOOL_WRONG : 0;
}

static struct known_person *find_person(const struct known *k, const struct guest *g)
{
    for (size_t i = 0; i < k->count; i++) {
        struct known_person *p = &k->people[i];
        if (strcmp(p->name, g->is.name) == 0 &&
            strcmp(p->kind, person_kind_names[g->is.kind - 1]) == 0 &&
            strcmp(p->organisation, g->is.organisation) == 0)
            return p;
    }
    return NULL;
}

/* Adds them to the roster. A key of their own: a repeated call counts once. */
static int add_to_roster(struct tool_server *s, const struct wanted *w, const struct guest *g,
                         uint64_t *ret_person)
{
    char path[256], key[33];
    const struct buf *answer;
    cleanup_buf struct buf json;
    buf_init(&json, 1u << 16);
    int r = id_random_hex(key, sizeof key);
    tool_command_print(&json, key, "roster.add", &roster_add_shape, &g->is);
    const char *text = buf_text(&json);
    if (r < 0 || !text)
        return tool_complain("%s", strerror(r < 0 ? -r : -json.error));
    snprintf(path, sizeof path, "/api/v1/meetings/%s/commands", w->meeting);
    r = tool_server_ask(s, "POST", path, text, &answer);
    if (r)
        return r;
    return tool_accepted_read((const char *)answer->data, answer->size, ret_person) < 0
               ? unreadable()
               : 0;
}

static int make_link(struct tool_server *s, const struct wanted *w, const struct guest *g,
                     uint64_t person, char ret[256])
{
    char path[256], json[128], address[160];
    const struct buf *answer;
    snprintf(path, sizeof path, "/api/v1/meetings/%s/links", w->meeting);
    snprintf(json, sizeof json, "{\"role\":\"%s\",\"person\":%" PRIu64 "}",
             meeting_role_names[__builtin_ctz(g->role)], person);
    int r = tool_server_ask(s, "POST", path, json, &answer);
    if (r)
        return r;
    const char *text = (const char *)answer->data;
    if (tool_address_read(text, answer->size, address, sizeof address) < 0)
        return unreadable();
    /* whoever sits at the desk comes by another page; the secret is the same */
    const char *desk = g->role & ROLES_STAFF ? strchr(address + 1, '/') : NULL;
    snprintf(ret, 256, "%s%s%s", w->base, desk ? "/desk" : "", desk ? desk : address);
    return 0;
}

static int make_one(struct tool_server *s, const struct wanted *w, struct known *k,
                    const struct guest *g, struct link_letter *letter)
{
    struct known_person *p = find_person(k, g);
    uint64_t person = p ? p->person : 0;
    letter->guest = g;
    if (p && p->has_link && !w->again) {
        fprintf(stderr, "satır / line %d: %s: bağlantısı var / has a link\n", g->line, g->is.name);
        return 0;
    }
    int r = p ? 0 : add_to_roster(s, w, g, &person);
    return r ? r : make_link(s, w, g, person, letter->address);
}

static int hand_out(const struct wanted *w, const struct link_letters *l)
{
    int r = w->out || !w->slips ? link_letters_table(l, w->out) : 0;
    if (r == 0 && w->slips)
        r = link_letters_print(l, w->slips);
    return r == 0 && w->mail ? link_letters_mail(l, w->config) : r;
}

/* What was made is handed out also where a later one failed. */
static int make_all(struct tool_server *s, const struct wanted *w, const struct guests *g)
{
    struct known k = {0};
    struct link_letter *letters = calloc(g->count + 1, sizeof *letters);
    size_t made = 0;
    int r = letters ? learn(s, w, &k) : tool_complain("%s", strerror(ENOMEM));
    for (; r == 0 && made < g->count; made += r == 0)
        r = make_one(s, w, &k, &g->list[made], &letters[made]);
    if (made) {
        const struct link_letters l = {
            .title = k.title[0] ? k.title : w->meeting, .count = made, .list = letters};
        int handed = hand_out(w, &l);
        r = r ? r : handed;
    }
    if (letters)
        explicit_bzero(letters, (g->count + 1) * sizeof *letters);
    free(letters);
    free(k.people);
    return r;
}

static int make(const struct wanted *w)
{
    cleanup(csv_free_p) struct csv *table = NULL;
    cleanup(tool_server_close_p) struct tool_server *s = NULL;
    struct guests g = {0};
    int r = read_guests(w->csv, &table, &g);
    if (r == 0 && w->check)
        printf("%zu kişi / people\n", g.count);
    if (r == 0 && !w->check)
        r = tool_server_open(w->data, &s);
    if (r == 0 && !w->check)
        r = make_all(s, w, &g);
    guests_finish(&g);
    return r;
}

/* ---- list, revoke ---- */

static int list_links(const struct wanted *w)
{
    cleanup(tool_server_close_p) struct tool_server *s = NULL;
    struct known k = {.prints = true};
    int r = tool_server_open(w->data, &s);
    if (r == 0)
        r = learn(s, w, &k);
    free(k.people);
    return r;
}

static int revoke_link(const struct wanted *w)
{
    cleanup(tool_server_close_p) struct tool_server *s = NULL;
    const struct buf *answer;
    char path[256];
    int r = tool_server_open(w->data, &s);
    if (r)
        return r;
    snprintf(path, sizeof path, "/api/v1/meetings/%s/links/%s", w->meeting, w->who);
    return tool_server_ask(s, "DELETE", path, NULL, &answer);
}

/* ---- what is asked for ---- */

static bool take_flag(const char *argument, struct wanted *w)
{
    bool mail = strcmp(argument, "--mail") == 0, again = strcmp(argument, "--again") == 0;
    bool check = strcmp(argument, "--check") == 0;
    w->mail |= mail;
    w->again |= again;
    w->check |= check;
    return mail || again || check;
}

static bool parse(int argc, char *argv[], struct wanted *w)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {
        {"--data", &w->data},     {"--meeting", &w->meeting}, {"--csv", &w->csv},
        {"--base", &w->base},     {"--out", &w->out},         {"--slips", &w->slips},
        {"--config", &w->config},
    };
    for (int i = 1; i < argc; i++) {
        int r = 0;
        for (size_t k = 0; r == 0 && k < sizeof options / sizeof *options; k++)
            r = tool_option(argc, argv, &i, options[k].name, options[k].value);
        bool flag = r == 0 && take_flag(argv[i], w);
        if (r < 0 || (r == 0 && !flag && (argv[i][0] == '-' || w->who)))
            return false;
        if (r == 0 && !flag)
            *(w->verb ? &w->who : &w->verb) = argv[i];
    }
    return w->verb && (w->check || w->meeting) && (!w->meeting || id_valid(w->meeting));
}

static bool is_base(const char *text)
{
    bool http = text && (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0);
    return http && strlen(text) < 80 && text[strlen(text) - 1] != '/' &&
           !strpbrk(text, " \"<>#?\r\n");
}

int tool_link(int argc, char *argv[])
{
    struct wanted w = {.data = "./meclis-data"};
    bool read = parse(argc, argv, &w);
    if (read && strcmp(w.verb, "make") == 0 && w.csv && (w.check || is_base(w.base)) && !w.who &&
        (!w.mail || w.config))
        return make(&w);
    if (read && strcmp(w.verb, "list") == 0 && !w.who)
        return list_links(&w);
    if (read && strcmp(w.verb, "revoke") == 0 && w.who && id_valid(w.who))
        return revoke_link(&w);
    fputs(help, stderr);
    return TOOL_FAILED;
}
