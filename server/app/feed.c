#include "app/feed.h"

#include "app/card.h"
#include "app/listing.h"
#include "app/markup.h"
#include "app/routes.h"

#include <string.h>
#include <time.h>

/* Live ones, those to come, those that are over with the newest first: the older are left out. */
#define FEED_MAX_MEETINGS 100
/* Of so many with titles of nothing but quotation marks about 400 KB. */
#define MAX_BYTES (1u << 20)

void feed_begin(struct buf *out, const struct feed_channel *c)
{
    bool english = c->language == LANGUAGE_ENGLISH;
    buf_addf(out,
             "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
             "xmlns:podcast=\"https://podcastindex.org/namespace/1.0\"><channel>\n"
             "<title>%s</title>\n<link>%s/</link>\n"
             "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"%s/feed.xml%s\"/>\n"
             "<description>%s</description>\n<language>%s</language>\n<ttl>5</ttl>\n",
             english ? "Açık Meclis: council meetings" : "Açık Meclis: meclis toplantıları",
             c->origin, c->origin, english ? "?lang=en" : "",
             english ? "Meetings announced, live and recorded."
                     : "Duyurulan, canlı ve kayıtlı toplantılar.",
             language_code(c->language));
}

/* RFC 822, which RSS asks for; its names are English whatever the locale. */
static void add_date(struct buf *out, int64_t utc_us)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(utc_us / 1000000);
    struct tm t;
    if (gmtime_r(&seconds, &t))
        buf_addf(out, "<pubDate>%s, %02d %s %d %02d:%02d:%02d +0000</pubDate>\n", days[t.tm_wday],
                 t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* For podcast players: RSS has room for one enclosure, their namespace for the video beside it. How
 * large they are is known only when they are made: 0, as RSS has it. */
static void add_recording(struct buf *out, const struct feed_channel *c,
                          const struct feed_item *item)
{
    buf_addf(out,
             "<enclosure url=\"%s/api/v1/meetings/%s/clip.m4a\" type=\"audio/mp4\" "
             "length=\"0\"/>\n"
             "<podcast:alternateEnclosure type=\"video/mp4\" length=\"0\"><podcast:source "
             "uri=\"%s/api/v1/meetings/%s/clip.mp4\"/></podcast:alternateEnclosure>\n"
             "<podcast:chapters url=\"%s/api/v1/meetings/%s/chapters.json\" "
             "type=\"application/json+chapters\"/>\n",
             c->origin, item->id, c->origin, item->id, c->origin, item->id);
}

void feed_add(struct buf *out, const struct feed_channel *c, const struct feed_item *item)
{
    buf_add_str(out, "<item>\n<title>");
    markup_add(out, item->title);
    buf_addf(out,
             "</title>\n<link>%s/m/%s</link>\n<guid isPermaLink=\"true\">%s/m/%s</guid>\n"
             "<description>",
             c->origin, item->id, c->origin, item->id);
    markup_add(out, item->sentence);
    buf_add_str(out, "</description>\n");
    if (item->body[0]) {
        buf_add_str(out, "<category>");
        markup_add(out, item->body);
        buf_add_str(out, "</category>\n");
    }
    if (item->published_utc_us)
        add_date(out, item->published_utc_us);
    if (item->recorded)
        add_recording(out, c, item);
    buf_add_str(out, "</item>\n");
}

void feed_end(struct buf *out)
{
    buf_add_str(out, "</channel></rss>\n");
}

/* What is nobody's business yet is left out. Returns whether it was added. */
static bool add_meeting(struct buf *out, const struct feed_channel *c, const struct broadcast *b)
{
    struct card card;
    char sentence[CARD_SENTENCE];
    card_of(b, &card);
    if (!card.known)
        return false;
    card_sentence(&card, c->language, sentence);
    bool begun = card.state == CARD_LIVE || card.state == CARD_ENDED;
    feed_add(out, c,
             &(struct feed_item){
                 .id = card.id,
                 .title = card.title,
                 .body = card.body,
                 .sentence = sentence,
                 .recorded = card.recorded,
                 .published_utc_us = begun ? card.from_utc_us : 0, /* readers hide the future */
             });
    return true;
}

void feed_all(struct request *r, void *place)
{
    const struct broadcast *list[CORE_MAX_MEETINGS];
    char origin[REQUEST_ORIGIN], asked[4] = "";
    size_t count = listing_take(place, false, list), added = 0;
    request_origin(r, origin);
    front_request_query_value(r->front, "lang", asked, sizeof asked);
    /* By the address alone, so that anything between may keep it. */
    const struct feed_channel channel = {.origin = origin,
                                         .language = strcmp(asked, "en") == 0 ? LANGUAGE_ENGLISH
                                                                              : LANGUAGE_TURKISH};
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    feed_begin(&out, &channel);
    for (size_t i = 0; i < count && added < FEED_MAX_MEETINGS; i++)
        added += add_meeting(&out, &channel, list[i]);
    feed_end(&out);
    struct front_response response = {.status = 200,
                                      .content_type = "application/rss+xml; charset=utf-8",
                                      .cache_control = "public, max-age=60",
                                      .cors = true,
                                      .body = buf_to_bytes(&out)};
    if (!response.body)
        response.status = 500;
    request_reply_with(r, &response);
}
