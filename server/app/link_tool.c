/* meclis link: personal links of a running server's meeting, many at once. */
#include "app/link_known.h"
#include "app/link_letters.h"
#include "app/tools.h"
#include "base/id.h"
#include "base/io.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS 256

static const char help[] =
    "meclis link make --meeting KİMLİK --csv DOSYA --base https://ADRES [--out DOSYA.csv]\n"
    "    [--slips DOSYA.html] [--mail --config DOSYA] [--again] [--skip-bad] [--check]\n"
    "meclis link list --meeting KİMLİK\n"
    "meclis link revoke --meeting KİMLİK KİMİN\n"
    "  [--data KLASÖR]\n"
    "\n"
    "  CSV'nin ilk satırı sütunların adıdır: ad, tür (başkan, üye, temsilci, gözlemci, görevli),\n"
    "  rol (görevlinin), kişi (kayıttaki numarası), grup, kurum, görev, alan (birden çoksa | "
    "ile),\n"
    "  e-posta.\n"
    "  The CSV's first line names its columns: name, kind, role, person (the roster's number),\n"
    "  group, organisation, office, fields, mail.\n"
    "\n"
    "  --base   bağlantıların başı: sitenin adresi / what the links begin with: the site's "
    "address\n"
    "  --again  bağlantısı olanlara da yenisi; eskisi geçersiz olur\n"
    "           a new one for those who have one too; the older is void\n"
    "  --skip-bad yanlış satırlar atlanır; yoksa biri yanlışsa hiçbir şey yapılmaz\n"
    "           leaves wrong lines out; else nothing is made where one is wrong\n"
    "  --check  yalnız dosyayı denetler / only checks the file\n";

struct wanted {
    const char *verb, *data, *meeting, *csv, *base, *out, *slips, *config, *who;
    bool mail, again, check, skip_bad;
};

/* Somebody who is to get a link. */
struct plan {
    const struct guest *guest;
    const struct known_person *known; /* NULL: to be added to the roster */
};

static int unreadable(void)
{
    return tool_complain("yanıt anlaşılmadı / the answer can't be read");
}

static int nothing_made(void)
{
    tool_complain("hiçbir bağlantı yapılmadı; satırları düzeltin ya da --skip-bad ile atlayın / no "
                  "link was made: mend the lines, or leave them out with --skip-bad");
    return TOOL_WRONG;
}

/* ---- make ---- */

static void complain_line(void *ctx, int line, const char *reason)
{
    tool_complain("%s: satır / line %d: %s", (const char *)ctx, line, reason);
}

/* Returns 0, or a status having complained. Lines that are wrong are in ret->wrong. */
static int read_guests(const char *path, struct csv **ret_table, struct guests *ret)
{
    cleanup(bytes_unref_p) struct bytes *file = NULL;
    int line;
    const char *reason;
    int r = io_read_file(path, CSV_MAX_BYTES, &file);
    if (r < 0)
        return tool_complain("%s: %s", path, strerror(-r));
    r = csv_read(file->data, file->size, ret_table, &line, &reason);
    if (r == -EINVAL) {
        complain_line((void *)path, line, reason);
        return TOOL_WRONG;
    }
    if (r == 0)
        r = guests_read(*ret_table, ret, complain_line, (void *)path);
    return r == -ENOMEM ? tool_complain("%s", strerror(ENOMEM)) : r < 0 ? TOOL_WRONG : 0;
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
                     uint64_t person, char ret[ADDRESS])
{
    char path[256], json[128], address[160];
    const struct buf *answer;
    snprintf(path, sizeof path, "/api/v1/meetings/%s/links", w->meeting);
    snprintf(json, sizeof json, "{\"role\":\"%s\",\"person\":%" PRIu64 "}",
             meeting_role_names[__builtin_ctz(g->role)], person);
    int r = tool_server_ask(s, "POST", path, json, &answer);
    if (r == 0) {
        const char *text = (const char *)answer->data;
        if (tool_address_read(text, answer->size, address, sizeof address) < 0)
            r = unreadable();
    }
    if (r == TOOL_FAILED) /* nobody knows how far it came */
        tool_complain(
            "satır / line %d: %s: bağlantısı yapılmış olabilir; --again ile yenileyin / a "
            "link may have been made; make it anew with --again",
            g->line, g->is.name);
    if (r)
        return r;
    /* whoever sits at the desk comes by another page; the secret is the same */
    const char *desk = g->role & ROLES_STAFF ? strchr(address + 1, '/') : NULL;
    snprintf(ret, ADDRESS, "%s%s%s", w->base, desk ? "/desk" : "", desk ? desk : address);
    explicit_bzero(address, sizeof address);
    return 0;
}

static int make_one(struct tool_server *s, const struct wanted *w, const struct plan *p,
                    struct link_letters *letters)
{
    char address[ADDRESS];
    uint64_t person = p->known ? p->known->person : 0;
    int r = p->known ? 0 : add_to_roster(s, w, p->guest, &person);
    if (r == 0)
        r = make_link(s, w, p->guest, person, address);
    if (r) {
        tool_complain("satır / line %d: %s: burada kalındı / stopped here", p->guest->line,
                      p->guest->is.name);
        return r;
    }
    r = link_letters_add(letters, p->guest, address);
    explicit_bzero(address, sizeof address);
    return r;
}

/* Who is to get one. Whoever is wrong is named and counted. */
static void plan_all(const struct wanted *w, struct guests *g, const struct link_known *k,
                     struct plan *ret, size_t *ret_count)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct guest *one = &g->list[i];
        struct known_person *known;
        const char *reason = link_known_find(k, one, &known);
        if (!reason && known && known->planned)
            reason = "bu kişi yukarıda da var / this person is there already";
        if (reason) {
            complain_line((void *)w->csv, one->line, reason);
            g->wrong++;
        } else if (known && known->has_link && !w->again) {
            fprintf(stderr, "satır / line %d: %s: bağlantısı var / has a link\n", one->line,
                    one->is.name);
        } else {
            ret[(*ret_count)++] = (struct plan){one, known};
            if (known)
                known->planned = true;
        }
    }
}

static int make_planned(struct tool_server *s, const struct wanted *w, const struct link_known *k,
                        char separator, const struct plan *plans, size_t count)
{
    struct link_letters *letters = NULL;
    const struct link_letters_wish wish = {.title = k->title,
                                           .language = k->language,
                                           .table = w->out,
                                           .slips = w->slips,
                                           .config = w->mail ? w->config : NULL,
                                           .separator = separator};
    int r = link_letters_begin(&wish, &letters);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = make_one(s, w, &plans[i], letters);
    int ended = link_letters_end(letters);
    return r ? r : ended;
}

/* Nothing is made where a line is wrong, unless it is to be left out. */
static int make_all(struct tool_server *s, const struct wanted *w, struct guests *g, char separator)
{
    struct link_known k = {0};
    cleanup_free struct plan *plans = calloc(g->count + 1, sizeof *plans);
    size_t count = 0;
    int r = plans ? link_known_learn(&k, s, w->meeting) : tool_complain("%s", strerror(ENOMEM));
    if (r == 0)
        plan_all(w, g, &k, plans, &count);
    if (r == 0 && g->wrong && !w->skip_bad)
        r = nothing_made();
    if (r == 0 && count)
        r = make_planned(s, w, &k, separator, plans, count);
    link_known_finish(&k);
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
    else if (r == 0 && g.wrong && !w->skip_bad)
        r = nothing_made();
    if (r == 0 && !w->check)
        r = tool_server_open(w->data, &s);
    if (r == 0 && !w->check)
        r = make_all(s, w, &g, csv_separator(table));
    if (r == 0 && g.wrong)
        r = TOOL_WRONG;
    guests_finish(&g);
    return r;
}

/* ---- list, revoke ---- */

static int list_links(const struct wanted *w)
{
    cleanup(tool_server_close_p) struct tool_server *s = NULL;
    struct link_known k = {.prints = true};
    int r = tool_server_open(w->data, &s);
    if (r == 0)
        r = link_known_learn(&k, s, w->meeting);
    for (size_t i = 0; r == 0 && i < k.count; i++) {
        if (!k.people[i].has_link)
            printf("person-%" PRIu64 "\t-\t%s\n", k.people[i].person, k.people[i].name);
    }
    link_known_finish(&k);
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
    bool check = strcmp(argument, "--check") == 0, skip = strcmp(argument, "--skip-bad") == 0;
    w->mail |= mail;
    w->again |= again;
    w->check |= check;
    w->skip_bad |= skip;
    return mail || again || check || skip;
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
