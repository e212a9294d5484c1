#include "app/home.h"
#include "app/broadcast.h"
#include "app/hall.h"
#include "app/listing.h"
#include "app/markup.h"
#include "app/routes.h"
#include "meeting/body.h"
#include "meeting/sitting.h"

#include <time.h>

/* Before any script runs; the script asks for all. */
#define HOME_MAX_MEETINGS 64
/* Of so many with titles of nothing but quotation marks about 260 KB. */
#define MAX_BYTES (512u << 10)

/* The words of web/src/text, which the script draws again in their place. */
static const struct section {
    enum broadcast_phase state;
    const char *id, *heading, *badge, *badge_class, *none,
        *hint; /* none: NULL: left out if empty */
} sections[2][3] = {
    {{BROADCAST_LIVE, "live", "Şimdi canlı", "Canlı", "live", "Şu anda canlı yayın yok.",
      "Bir toplantı başladığında burada kendiliğinden görünür; sayfayı yenilemeniz gerekmez."},
     {BROADCAST_IDLE, "planned", "Henüz başlamayanlar", "Başlamadı", "idle", NULL, NULL},
     {BROADCAST_ENDED, "recorded", "Kayıtlar", "Sona erdi", "ended",
      "Henüz kayıt yok. Biten toplantılar burada izlenebilir.", NULL}},
    {{BROADCAST_LIVE, "live", "Live now", "Live", "live", "Nothing is live right now.",
      "A meeting appears here by itself when it begins; there is no need to reload the page."},
     {BROADCAST_IDLE, "planned", "Not begun yet", "Not begun", "idle", NULL, NULL},
     {BROADCAST_ENDED, "recorded", "Recordings", "Ended", "ended",
      "No recordings yet. Meetings that have ended can be watched here.", NULL}},
};

/* Whose and when, in this machine's time; the script says it in the reader's. */
static void add_about(struct buf *out, const struct home_meeting *m)
{
    bool body = m->body && m->body[0];
    time_t seconds = (time_t)(m->starts_utc_us / 1000000);
    struct tm local;
    char when[32] = "";
    if (m->starts_utc_us && localtime_r(&seconds, &local))
        strftime(when, sizeof when, "%d.%m.%Y %H:%M", &local);
    if (!body && !when[0])
        return;
    buf_add_str(out, "<span class=\"card-about\">");
    if (body)
        markup_add(out, m->body);
    buf_addf(out, "%s%s</span>", body && when[0] ? " · " : "", when);
}

static void add_card(struct buf *out, const struct home_meeting *m, const struct section *s)
{
    buf_add_str(out, "<li><a class=\"card\" href=\"/m/");
    markup_add(out, m->id);
    buf_add_str(out, "\"><span class=\"card-title\" lang=\"");
    markup_add(out, m->language);
    buf_add_str(out, "\">");
    markup_add(out, m->title);
    add_about(out, m);
    buf_addf(out, "</span> <span class=\"badge badge-%s\">%s</span></a></li>\n", s->badge_class,
             s->badge);
}

static void add_section(struct buf *out, const struct section *s, const struct home_meeting *list,
                        size_t count)
{
    size_t there = 0;
    for (size_t i = 0; i < count; i++)
        there += list[i].state == s->state;
    if (there == 0 && !s->none)
        return;
    buf_addf(out, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>\n", s->id, s->id,
             s->heading);
    if (there == 0)
        buf_addf(out, "<p class=\"lead\">%s</p>\n", s->none);
    if (there == 0 && s->hint)
        buf_addf(out, "<p>%s</p>\n", s->hint);
    if (there)
        buf_add_str(out, "<ul class=\"cards\">\n");
    for (size_t i = 0; i < count; i++)
        if (list[i].state == s->state)
            add_card(out, &list[i], s);
    buf_add_str(out, there ? "</ul>\n</section>\n" : "</section>\n");
}

void home_print(struct buf *out, const struct home_meeting *list, size_t count,
                enum language language)
{
    bool english = language == LANGUAGE_ENGLISH;
    buf_addf(out, "<div lang=\"%s\">\n", language_code(language));
    for (int i = 0; i < 3; i++)
        add_section(out, &sections[english][i], list, count);
    buf_add_str(out, "</div>");
}

void home_list(struct request *r, void *place)
{
    struct core *c = place;
    const struct broadcast *taken[CORE_MAX_MEETINGS];
    struct home_meeting list[HOME_MAX_MEETINGS];
    size_t count = listing_take(c, false, taken);
    count = count < HOME_MAX_MEETINGS ? count : HOME_MAX_MEETINGS;
    for (size_t i = 0; i < count; i++)
        list[i] = (struct home_meeting){
            .id = taken[i]->config->id,
            .title = listing_title(taken[i]),
            .language = taken[i]->config->language,
            .state = taken[i]->state.state,
            .body = meeting_body(hall_outline(taken[i]->hall))->name,
            .starts_utc_us = meeting_sitting(hall_outline(taken[i]->hall))->starts_utc_us};
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    home_print(&out, list, count, language_from_accept(front_request_accept_language(r->front)));
    /* Without memory it is NULL: the page as it was built. */
    struct front_response page = {.page = true, .fillings = {{"list", buf_to_bytes(&out)}}};
    request_reply_with(r, &page);
}
