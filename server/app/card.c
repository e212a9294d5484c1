#include "app/card.h"

#include "app/hall.h"
#include "app/listing.h"
#include "meeting/body.h"
#include "meeting/sitting.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const words[][5] = {{"", "Başlamadı", "Canlı", "Sona erdi", "İptal edildi"},
                                       {"", "Not begun", "Live", "Ended", "Cancelled"}};

const char *card_state_word(enum card_state state, enum language language)
{
    return words[language == LANGUAGE_ENGLISH][state];
}

static enum card_state state_of(const struct broadcast *b, const struct sitting *s)
{
    if (b->state.state == BROADCAST_LIVE)
        return CARD_LIVE;
    if (s->cancelled)
        return CARD_CANCELLED;
    return b->state.state == BROADCAST_ENDED || s->ended_utc_us ? CARD_ENDED : CARD_PLANNED;
}

static int64_t first_of(int64_t a, int64_t b)
{
    return a ? a : b;
}

void card_of(const struct broadcast *b, struct card *ret)
{
    const struct actor nobody = hall_nobody(FRONT_PUBLIC);
    const struct meeting *m = hall_outline(b->hall);
    const struct sitting *s = meeting_single_seen(m, SINGLE_SITTING, &nobody, &ret->sitting_room);
    const struct body *body = meeting_single_seen(m, SINGLE_BODY, &nobody, &ret->body_room);
    bool draft = s->state == MEETING_DRAFT && !s->cancelled;
    ret->id = b->config->id;
    ret->title = listing_title(b);
    ret->language = b->config->language;
    ret->body = body->name;
    ret->place = draft ? "" : s->place;
    ret->state = state_of(b, s);
    ret->known = !draft || b->state.state != BROADCAST_IDLE;
    ret->recorded = ret->state == CARD_ENDED && b->state.recorded;
    ret->to_utc_us = 0;
    ret->from_utc_us = draft ? 0 : s->starts_utc_us;
    if (ret->state == CARD_LIVE || ret->state == CARD_ENDED)
        ret->from_utc_us =
            first_of(first_of(s->opened_utc_us, b->state.began_utc_us), ret->from_utc_us);
    if (ret->state == CARD_ENDED)
        ret->to_utc_us = first_of(s->ended_utc_us, b->state.stopped_utc_us);
    if (ret->to_utc_us < ret->from_utc_us)
        ret->to_utc_us = 0; /* the clock was set back */
}

void card_time(int64_t utc_us, enum language language, char ret[CARD_TIME])
{
    static const char *const months[][12] = {
        {"Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
         "Kasım", "Aralık"},
        {"January", "February", "March", "April", "May", "June", "July", "August", "September",
         "October", "November", "December"}};
    static const char *const days[][7] = {
        {"Pazar", "Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi"},
        {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}};
    bool english = language == LANGUAGE_ENGLISH;
    time_t seconds = (time_t)(utc_us / 1000000);
    struct tm t;
    ret[0] = 0;
    if (!localtime_r(&seconds, &t))
        return;
    const char *month = months[english][t.tm_mon], *day = days[english][t.tm_wday];
    char zone[24];
    long minutes = t.tm_gmtoff / 60, rest = labs(minutes) % 60;
    int n = snprintf(zone, sizeof zone, "UTC%c%ld", minutes < 0 ? '-' : '+', labs(minutes) / 60);
    if (rest)
        snprintf(zone + n, sizeof zone - (size_t)n, ":%02ld", rest);
    if (english)
        snprintf(ret, CARD_TIME, "%s %d %s %d, %02d:%02d (%s)", day, t.tm_mday, month,
                 t.tm_year + 1900, t.tm_hour, t.tm_min, zone);
    else
        snprintf(ret, CARD_TIME, "%d %s %d %s %02d:%02d (%s)", t.tm_mday, month, t.tm_year + 1900,
                 day, t.tm_hour, t.tm_min, zone);
}

void card_date(int64_t utc_us, char ret[CARD_DATE])
{
    time_t seconds = (time_t)(utc_us / 1000000);
    struct tm t;
    ret[0] = 0;
    if (gmtime_r(&seconds, &t))
        strftime(ret, CARD_DATE, "%Y-%m-%dT%H:%M:%SZ", &t);
}

void card_sentence(const struct card *card, enum language language, char ret[CARD_SENTENCE])
{
    static const char *const says[][5] = {
        {"", "Henüz başlamadı", "Canlı yayında", "Sona erdi; kaydı izlenebilir", "İptal edildi"},
        {"", "Not begun yet", "Live now", "Ended; the recording can be watched", "Cancelled"}};
    static const char *const unrecorded[] = {"Sona erdi", "Ended"};
    bool english = language == LANGUAGE_ENGLISH;
    char when[CARD_TIME] = "";
    if (card->from_utc_us)
        card_time(card->from_utc_us, language, when);
    const char *state = card->state == CARD_ENDED && !card->recorded ? unrecorded[english]
                                                                     : says[english][card->state];
    snprintf(ret, CARD_SENTENCE, "%s%s%s.%s%s%s%s%s%s", card->body, card->body[0] ? ": " : "",
             state, when[0] ? " " : "", when, when[0] ? "." : "", card->place[0] ? " " : "",
             card->place, card->place[0] ? "." : "");
}
