#include "app/share_page.h"

#include "app/hall.h"
#include "app/markup.h"
#include "app/routes.h"
#include "meeting/agenda.h"
#include "protocol/share.h"

#include <stdio.h>
#include <string.h>

#define MAX_BYTES (64u << 10)
#define SITE "Açık Meclis"

/* An address on this site: its page, or the player to embed. */
static void add_address(struct buf *out, const struct share_page *p, const char *folder,
                        const struct moment *moment)
{
    buf_addf(out, "%s/%s/%s", p->origin, folder, p->card->id);
    if (moment)
        moment_add(out, moment);
}

static void add_meta(struct buf *out, const char *kind, const char *name, const char *value)
{
    if (!value || !value[0])
        return;
    buf_addf(out, "<meta %s=\"%s\" content=\"", kind, name);
    markup_add(out, value);
    buf_add_str(out, "\">\n");
}

static void add_oembed_link(struct buf *out, const struct share_page *p, const char *format,
                            const char *type)
{
    cleanup_buf struct buf page;
    buf_init(&page, 2048);
    add_address(&page, p, "m", p->moment);
    const char *address = buf_text(&page);
    if (!address)
        return;
    buf_addf(out, "<link rel=\"alternate\" type=\"%s\" href=\"%s/oembed?format=%s&amp;url=", type,
             p->origin, format);
    markup_add_query(out, address);
    buf_add_str(out, "\">\n");
}

static void add_number(struct buf *out, const char *kind, const char *name, int number)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    add_meta(out, kind, name, text);
}

static void add_image(struct buf *out, const struct share_page *p)
{
    char address[512];
    snprintf(address, sizeof address, "%s" SHARE_IMAGE, p->origin);
    add_meta(out, "property", "og:image", address);
    add_number(out, "property", "og:image:width", SHARE_IMAGE_WIDTH_PX);
    add_number(out, "property", "og:image:height", SHARE_IMAGE_HEIGHT_PX);
    add_meta(out, "property", "og:image:alt", SITE);
    add_meta(out, "name", "twitter:image", address);
}

/* Open Graph (https://ogp.me) and the player card (X, formerly Twitter). */
static void add_preview(struct buf *out, const struct share_page *p, const char *title,
                        const char *sentence)
{
    cleanup_buf struct buf page, embed;
    buf_init(&page, 2048);
    buf_init(&embed, 2048);
    add_address(&page, p, "m", p->moment);
    add_address(&embed, p, "embed", p->moment);
    const char *player = buf_text(&embed);
    bool https = strncmp(p->origin, "https:", 6) == 0;
    add_meta(out, "property", "og:type", "video.other");
    add_meta(out, "property", "og:site_name", SITE);
    add_meta(out, "property", "og:title", title);
    add_meta(out, "property", "og:description", sentence);
    add_meta(out, "property", "og:url", buf_text(&page));
    add_meta(out, "property", "og:locale",
             strcmp(p->card->language, "en") == 0 ? "en_GB" : "tr_TR");
    add_meta(out, "property", "og:video", player);
    add_meta(out, "property", "og:video:secure_url", https ? player : "");
    add_meta(out, "property", "og:video:type", "text/html");
    add_number(out, "property", "og:video:width", SHARE_WIDTH_PX);
    add_number(out, "property", "og:video:height", SHARE_HEIGHT_PX);
    add_image(out, p);
    add_meta(out, "name", "twitter:card", "player");
    add_meta(out, "name", "twitter:player", player);
    add_number(out, "name", "twitter:player:width", SHARE_WIDTH_PX);
    add_number(out, "name", "twitter:player:height", SHARE_HEIGHT_PX);
    add_meta(out, "name", "twitter:title", title);
    add_meta(out, "name", "twitter:description", sentence);
}

/* A data block: nothing in it is ever executed, so a policy of `script-src 'self'` lets it be. */
static void add_linked_data(struct buf *out, const struct share_page *p, const char *sentence)
{
    const struct card *card = p->card;
    char page[512], embed[512], stream[512], image[512], begins[CARD_DATE] = "",
                                                         ends[CARD_DATE] = "";
    snprintf(page, sizeof page, "%s/m/%s", p->origin, card->id);
    snprintf(embed, sizeof embed, "%s/embed/%s", p->origin, card->id);
    snprintf(stream, sizeof stream, "%s/hls/%s/master.m3u8", p->origin, card->id);
    snprintf(image, sizeof image, "%s" SHARE_IMAGE, p->origin);
    if (card->from_utc_us)
        card_date(card->from_utc_us, begins);
    if (card->to_utc_us)
        card_date(card->to_utc_us, ends);
    struct share_meeting m = {.title = card->title,
                              .description = sentence,
                              .language = card->language,
                              .body = card->body,
                              .place = card->place,
                              .page = page,
                              .embed = embed,
                              .stream = stream,
                              .image = image,
                              .licence = p->terms_address,
                              .begins = begins,
                              .ends = ends,
                              .duration_us =
                                  card->to_utc_us ? card->to_utc_us - card->from_utc_us : 0,
                              .recorded = card->recorded,
                              .cancelled = card->state == CARD_CANCELLED};
    cleanup(bytes_unref_p) struct bytes *json = share_print_linked_data(&m);
    if (!json)
        return;
    buf_add_str(out, "<script type=\"application/ld+json\">");
    buf_add(out, json->data, json->size);
    buf_add_str(out, "</script>\n");
}

/* Of the moment's item, where the link leads to one. */
static const char *title_of(const struct share_page *p, struct buf *room)
{
    buf_init(room, 2048);
    if (!p->item[0])
        return p->card->title;
    buf_addf(room, "%s %s · %s", p->moment->item, p->item, p->card->title);
    return buf_text(room);
}

void share_print_head(struct buf *out, const struct share_page *p, bool embedded)
{
    cleanup_buf struct buf room;
    const char *title = title_of(p, &room);
    char sentence[CARD_SENTENCE];
    card_sentence(p->card, p->language, sentence);
    buf_add_str(out, "<title>");
    markup_add(out, p->card->title);
    buf_add_str(out, " · " SITE "</title>\n");
    add_meta(out, "name", "description", sentence);
    if (embedded || !p->card->known)
        add_meta(out, "name", "robots", "noindex");
    if (embedded)
        add_meta(out, "name", "meclis:ancestors", p->ancestors);
    buf_addf(out, "<link rel=\"canonical\" href=\"%s/m/%s\">\n", p->origin, p->card->id);
    if (!embedded) {
        add_oembed_link(out, p, "json", "application/json+oembed");
        add_oembed_link(out, p, "xml", "text/xml+oembed");
    }
    add_preview(out, p, title, sentence);
    add_linked_data(out, p, sentence);
}

static void add_time(struct buf *out, int64_t utc_us, enum language language)
{
    char date[CARD_DATE], words[CARD_TIME];
    card_date(utc_us, date);
    card_time(utc_us, language, words);
    buf_addf(out, "<time datetime=\"%s\">%s</time>", date, words);
}

static void add_heading(struct buf *out, const struct card *card)
{
    buf_add_str(out, "<h1 id=\"title\" lang=\"");
    markup_add(out, card->language);
    buf_add_str(out, "\">");
    markup_add(out, card->title);
    buf_add_str(out, "</h1>");
}

void share_print_facts(struct buf *out, const struct share_page *p)
{
    const struct card *card = p->card;
    add_heading(out, card);
    buf_addf(out, "\n<p id=\"facts\" class=\"quiet\" lang=\"%s\">", language_code(p->language));
    if (card->body[0]) {
        buf_add_str(out, "<span lang=\"");
        markup_add(out, card->language);
        buf_add_str(out, "\">");
        markup_add(out, card->body);
        buf_add_str(out, "</span> · ");
    }
    buf_addf(out, "<span id=\"facts-state\">%s%s</span>", card_state_word(card->state, p->language),
             card->from_utc_us ? " · " : "");
    if (card->from_utc_us)
        add_time(out, card->from_utc_us, p->language);
    if (card->to_utc_us) {
        buf_add_str(out, " – ");
        add_time(out, card->to_utc_us, p->language);
    }
    buf_add_str(out, "</p>");
}

void share_print_title(struct buf *out, const struct share_page *p)
{
    buf_addf(out, "<a id=\"open\" target=\"_blank\" rel=\"noopener\" href=\"/m/%s?lang=%s\">",
             p->card->id, language_code(p->language));
    add_heading(out, p->card);
    buf_add_str(out, "</a>");
}

void share_print_terms(struct buf *out, const struct share_page *p)
{
    if (!p->terms[0])
        return;
    buf_addf(out, "<p id=\"terms\" lang=\"%s\">", language_code(p->language));
    if (p->terms_address[0]) {
        buf_add_str(out, "<a target=\"_blank\" rel=\"noopener license\" href=\"");
        markup_add(out, p->terms_address);
        buf_add_str(out, "\">");
    }
    markup_add(out, p->terms);
    buf_add_str(out, p->terms_address[0] ? "</a></p>" : "</p>");
}

/* The title of the item of that number, where anybody may know it; else "". */
static const char *find_item(const struct meeting *m, const char *number)
{
    const struct actor nobody = hall_nobody(FRONT_PUBLIC);
    for (size_t i = 0; number[0] && i < pile_count(m, PILE_ITEM); i++) {
        const struct item *item = pile_at(m, PILE_ITEM, i);
        if (strcmp(item->is.number, number) == 0 && item->state != ITEM_PROPOSED &&
            pile_sees(m, PILE_ITEM, item, &nobody))
            return item->is.title;
    }
    return "";
}

typedef void printing(struct buf *out, const struct share_page *p);

static struct bytes *print(printing *how, const struct share_page *p)
{
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    how(&out, p);
    return buf_to_bytes(&out);
}

static void head_of_page(struct buf *out, const struct share_page *p)
{
    share_print_head(out, p, false);
}

static void head_of_embed(struct buf *out, const struct share_page *p)
{
    share_print_head(out, p, true);
}

static void answer(struct request *r, struct core *c, bool embedded)
{
    const struct broadcast *b = core_find(c, r->parts[0]);
    const struct config *config = c->config;
    struct front_response page = {.page = true};
    if (!b) { /* the page's script says so, too */
        page.status = 404;
        request_reply_with(r, &page);
        return;
    }
    struct card card;
    struct moment moment;
    char origin[REQUEST_ORIGIN];
    card_of(b, &card);
    moment_read(front_request_query(r->front), &moment);
    request_origin(r, origin);
    struct share_page p = {.card = &card,
                           .origin = origin,
                           .moment = &moment,
                           .item = find_item(hall_outline(b->hall), moment.item),
                           .language = request_language(r),
                           .terms_address = config->reuse_terms_address,
                           .ancestors = config->embed_ancestors};
    p.terms = p.language == LANGUAGE_ENGLISH ? config->reuse_terms_en : config->reuse_terms;
    if (embedded) {
        page.fillings[0] = (struct front_filling){"head", print(head_of_embed, &p)};
        page.fillings[1] = (struct front_filling){"title", print(share_print_title, &p)};
        page.fillings[2] = (struct front_filling){"terms", print(share_print_terms, &p)};
    } else {
        page.fillings[0] = (struct front_filling){"head", print(head_of_page, &p)};
        page.fillings[1] = (struct front_filling){"facts", print(share_print_facts, &p)};
    }
    request_reply_with(r, &page);
}

void share_meeting(struct request *r, void *place)
{
    answer(r, place, false);
}

void share_embed(struct request *r, void *place)
{
    answer(r, place, true);
}
