/* GET /sitemap.xml and /robots.txt: for search engines, which pages there are. Core thread. */
#include "app/card.h"
#include "app/listing.h"
#include "app/markup.h"
#include "app/routes.h"

#include <string.h>

#define MAX_BYTES (1u << 20)

static void reply(struct request *r, const char *type, const struct buf *out)
{
    struct front_response response = {.status = 200,
                                      .content_type = type,
                                      .cache_control = "public, max-age=600",
                                      .body = buf_to_bytes(out)};
    if (!response.body)
        response.status = 500;
    request_reply_with(r, &response);
}

/* The meeting's newest moment that is known; drafts are nobody's business yet. */
static void add_meeting(struct buf *out, const char *origin, const struct broadcast *b)
{
    struct card card;
    char date[CARD_DATE] = "";
    card_of(b, &card);
    if (!card.known)
        return;
    bool begun = card.state == CARD_LIVE || card.state == CARD_ENDED;
    if (begun && card.from_utc_us)
        card_date(card.to_utc_us ? card.to_utc_us : card.from_utc_us, date);
    buf_addf(out, "<url><loc>%s/m/%s</loc>", origin, card.id);
    if (date[0])
        buf_addf(out, "<lastmod>%s</lastmod>", date);
    buf_add_str(out, "</url>\n");
}

void sitemap_xml(struct request *r, void *place)
{
    const struct broadcast *list[CORE_MAX_MEETINGS];
    size_t count = listing_take(place, false, list);
    char origin[REQUEST_ORIGIN];
    cleanup_buf struct buf out, escaped;
    buf_init(&out, MAX_BYTES);
    buf_init(&escaped, 4 * REQUEST_ORIGIN);
    request_origin(r, origin);
    markup_add(&escaped, origin);
    const char *at = buf_text(&escaped);
    buf_addf(&out,
             "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
             "<url><loc>%s/</loc></url>\n<url><loc>%s/archive</loc></url>\n",
             at ? at : "", at ? at : "");
    for (size_t i = 0; at && i < count; i++)
        add_meeting(&out, at, list[i]);
    buf_add_str(&out, "</urlset>\n");
    reply(r, "application/xml; charset=utf-8", &out);
}

/* What is for those alone who work there is left alone. */
void sitemap_robots(struct request *r, void *place)
{
    char origin[REQUEST_ORIGIN];
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    request_origin(r, origin);
    buf_addf(&out,
             "User-agent: *\nDisallow: /desk/\nDisallow: /speak/\nDisallow: /admin\n"
             "Sitemap: %s/sitemap.xml\n",
             origin);
    reply(r, "text/plain; charset=utf-8", &out);
}
