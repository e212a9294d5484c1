/* meclis meeting: the meetings of a running server, from a shell. */
#include "app/tool_server.h"
#include "app/tools.h"
#include "base/utf8.h"
#include "protocol/making_message.h"
#include "protocol/tool_message.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char help[] =
    "meclis meeting list\n"
    "meclis meeting add KİMLİK --title BAŞLIK [--like KİMLİK [--carry]] [--room SALON] [--kind "
    "TÜR]\n"
    "    [--starts \"2027-01-05 14:00\"] [--place YER] [--number NO] [--term DÖNEM]\n"
    "    [--session TOPLANTI] [--language tr|en]\n"
    "  [--data KLASÖR]\n"
    "\n"
    "  --like   kurulu, kuralları ve üyeleri bu toplantınınki gibi olsun\n"
    "           with the body, rules and people of this one\n"
    "  --carry  o toplantının açık kalan gündem maddeleriyle\n"
    "           with the agenda items that it left open\n"
    "  --room   ayar dosyasındaki bir salon (rooms) / a room of the configuration\n"
    "  --kind   ordinary, extraordinary, commission, consultation, briefing\n"
    "  --starts bu makinenin saatiyle / in this machine's time\n";

struct wanted {
    const char *verb, *data, *kind, *starts;
    const char *id, *title, *room, *like, *language, *place, *number, *term, *session;
    bool carry;
};

/* ---- list ---- */

static void print_one(void *ctx, const struct tool_meeting *m)
{
    char when[32] = "-";
    time_t seconds = (time_t)(m->starts_utc_us / 1000000);
    struct tm local;
    if (m->starts_utc_us && localtime_r(&seconds, &local))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
    printf("%s\t%s\t%s\t%s\n", m->id, m->state, when, m->title);
}

static int list(struct tool_server *s)
{
    const struct buf *answer;
    int r = tool_server_ask(s, "GET", "/api/v1/meetings?drafts=1", NULL, &answer);
    if (r)
        return r;
    return tool_meetings_read((const char *)answer->data, answer->size, print_one, NULL) < 0
               ? tool_complain("yanıt anlaşılmadı / the answer can't be read")
               : 0;
}

/* ---- add ---- */

/* Returns 0 or TOOL_FAILED having complained. */
static int read_time(const char *text, int64_t *ret_utc_us)
{
    struct tm tm = {.tm_isdst = -1};
    const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);
    time_t seconds = end && !*end ? mktime(&tm) : -1;
    if (seconds <= 0)
        return tool_complain("--starts \"%s\": \"2027-01-05 14:00\" gibi / is not like that", text);
    *ret_utc_us = (int64_t)seconds * 1000000;
    return 0;
}

static int read_kind(const char *text, enum sitting_kind *ret)
{
    for (size_t i = 0; i < sizeof sitting_kind_names / sizeof *sitting_kind_names; i++) {
        if (strcmp(sitting_kind_names[i], text) == 0) {
            *ret = (enum sitting_kind)(i + 1);
            return 0;
        }
    }
    return tool_complain("--kind %s: böyle bir tür yok / there is no such kind", text);
}

static int take_text(char *to, size_t size, const char *text, const char *what)
{
    size_t length = text ? strlen(text) : 0;
    if (length >= size || (length && !utf8_valid(text, length)))
        return tool_complain("%s: çok uzun ya da metin değil / too long, or no text", what);
    memcpy(to, text ? text : "", length + 1);
    return 0;
}

static int read_wish(const struct wanted *w, struct making *m)
{
    int r = w->kind ? read_kind(w->kind, &m->kind) : 0;
    if (r == 0 && w->starts)
        r = read_time(w->starts, &m->starts_utc_us);
#define TAKE(member) r = r ? r : take_text(m->member, sizeof m->member, w->member, #member)
    TAKE(id);
    TAKE(title);
    TAKE(room);
    TAKE(like);
    TAKE(language);
    TAKE(place);
    TAKE(number);
    TAKE(term);
    TAKE(session);
#undef TAKE
    return r;
}

static int add(struct tool_server *s, const struct wanted *w)
{
    struct making m = {.carry = w->carry};
    const struct buf *answer;
    cleanup_buf struct buf json;
    buf_init(&json, 1 << 16);
    int r = read_wish(w, &m);
    if (r)
        return r;
    making_print(&json, &m);
    const char *text = buf_text(&json);
    if (!text)
        return tool_complain("%s", strerror(-json.error));
    r = tool_server_ask(s, "POST", "/api/v1/meetings", text, &answer);
    if (r == 0)
        printf("/m/%s\n/desk/%s\n", m.id, m.id);
    return r;
}

/* ---- what is asked for ---- */

static bool parse(int argc, char *argv[], struct wanted *w)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {
        {"--data", &w->data},         {"--title", &w->title},     {"--room", &w->room},
        {"--like", &w->like},         {"--kind", &w->kind},       {"--starts", &w->starts},
        {"--language", &w->language}, {"--place", &w->place},     {"--number", &w->number},
        {"--term", &w->term},         {"--session", &w->session},
    };
    for (int i = 1; i < argc; i++) {
        int r = 0;
        for (size_t k = 0; r == 0 && k < sizeof options / sizeof *options; k++)
            r = tool_option(argc, argv, &i, options[k].name, options[k].value);
        bool carry = r == 0 && strcmp(argv[i], "--carry") == 0;
        w->carry |= carry;
        if (r < 0 || (r == 0 && !carry && (argv[i][0] == '-' || w->id)))
            return false;
        if (r == 0 && !carry)
            *(w->verb ? &w->id : &w->verb) = argv[i];
    }
    return w->verb;
}

int tool_meeting(int argc, char *argv[])
{
    struct wanted w = {.data = "./meclis-data"};
    bool read = parse(argc, argv, &w);
    bool lists = read && strcmp(w.verb, "list") == 0 && !w.id;
    bool adds = read && strcmp(w.verb, "add") == 0 && w.id && w.title;
    if (!lists && !adds) {
        fputs(help, stderr);
        return TOOL_FAILED;
    }
    cleanup(tool_server_close_p) struct tool_server *s = NULL;
    int r = tool_server_open(w.data, &s);
    if (r)
        return r;
    return lists ? list(s) : add(s, &w);
}
