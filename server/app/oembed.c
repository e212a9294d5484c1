#include "app/oembed.h"

#include "app/card.h"
#include "app/markup.h"
#include "app/routes.h"
#include "app/share_page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_BYTES (64u << 10)
#define CACHE_S 300
#define MIN_WIDTH_PX 200 /* narrower the controls don't fit: then the picture has bars instead */

/* What comes behind "https://HOST", or NULL. */
static const char *path_on(const char *address, const char *host)
{
    static const char *const schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < 2; i++) {
        size_t size = strlen(schemes[i]);
        if (strncasecmp(address, schemes[i], size) != 0)
            continue;
        const char *at = address + size;
        return strcspn(at, "/?#") == strlen(host) && strncasecmp(at, host, strlen(host)) == 0
                   ? at + strlen(host)
                   : NULL;
    }
    return NULL;
}

bool oembed_read_address(const char *address, const char *host, char ret_id[ID_MAX],
                         struct moment *ret_moment)
{
    const char *path = path_on(address, host);
    if (!path)
        return false;
    size_t folder = strncmp(path, "/m/", 3) == 0 ? 3 : strncmp(path, "/embed/", 7) == 0 ? 7 : 0;
    const char *id = path + folder;
    size_t size = strcspn(id, "?#");
    char query[512] = "";
    if (!folder || size == 0 || size >= ID_MAX)
        return false;
    if (id[size] == '?')
        snprintf(query, sizeof query, "%.*s", (int)strcspn(id + size + 1, "#"), id + size + 1);
    char text[ID_MAX];
    snprintf(text, sizeof text, "%.*s", (int)size, id);
    if (!id_valid(text))
        return false;
    memcpy(ret_id, text, sizeof text);
    moment_read(query, ret_moment);
    return true;
}

void oembed_size(int64_t max_width_px, int64_t max_height_px, int *ret_width_px, int *ret_height_px)
{
    int64_t width = SHARE_WIDTH_PX, height;
    if (max_height_px && max_height_px < SHARE_HEIGHT_PX) {
        width = (max_height_px - SHARE_AROUND_PX) * 16 / 9;
        width = width < MIN_WIDTH_PX ? MIN_WIDTH_PX : width;
    }
    if (max_width_px && width > max_width_px)
        width = max_width_px;
    height = width * 9 / 16 + SHARE_AROUND_PX;
    if (max_height_px && height > max_height_px)
        height = max_height_px;
    *ret_width_px = (int)width;
    *ret_height_px = (int)height;
}

static void add_element(struct buf *out, const char *name, const char *text)
{
    if (!text[0])
        return;
    buf_addf(out, "  <%s>", name);
    markup_add(out, text);
    buf_addf(out, "</%s>\n", name);
}

void oembed_print_xml(struct buf *out, const struct share_oembed *o)
{
    buf_add_str(out, "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<oembed>\n"
                     "  <version>1.0</version>\n  <type>video</type>\n");
    add_element(out, "html", o->html);
    buf_addf(out, "  <width>%d</width>\n  <height>%d</height>\n  <cache_age>%d</cache_age>\n",
             o->width_px, o->height_px, o->cache_s);
    add_element(out, "title", o->title);
    add_element(out, "author_name", o->author);
    add_element(out, "provider_name", o->site);
    add_element(out, "provider_url", o->site_address);
    add_element(out, "thumbnail_url", o->image);
    buf_addf(out,
             "  <thumbnail_width>%d</thumbnail_width>\n  "
             "<thumbnail_height>%d</thumbnail_height>\n",
             o->image_width_px, o->image_height_px);
    buf_add_str(out, "</oembed>\n");
}

static void add_frame(struct buf *out, const char *origin, const struct card *card,
                      const struct moment *moment, const struct share_oembed *o)
{
    cleanup_buf struct buf address;
    buf_init(&address, 2048);
    buf_addf(&address, "%s/embed/%s", origin, card->id);
    moment_add(&address, moment);
    const char *text = buf_text(&address);
    buf_add_str(out, "<iframe src=\"");
    markup_add(out, text ? text : "");
    buf_add_str(out, "\" title=\"");
    markup_add(out, card->title);
    buf_addf(out,
             "\" width=\"%d\" height=\"%d\" style=\"border:0\" "
             "allow=\"autoplay; fullscreen; picture-in-picture\" allowfullscreen></iframe>",
             o->width_px, o->height_px);
}

static void reply(struct request *r, bool xml, const struct share_oembed *o)
{
    struct front_response response = {.status = 200,
                                      .content_type = "application/json; charset=utf-8",
                                      .cache_control = "public, max-age=60",
                                      .cors = true};
    if (xml) {
        cleanup_buf struct buf out;
        buf_init(&out, MAX_BYTES);
        oembed_print_xml(&out, o);
        response.content_type = "text/xml; charset=utf-8";
        response.body = buf_to_bytes(&out);
    } else {
        response.body = share_print_oembed(o);
    }
    if (!response.body)
        response.status = 500;
    request_reply_with(r, &response);
}

static void answer(struct request *r, const struct broadcast *b, const struct moment *moment,
                   bool xml)
{
    char origin[REQUEST_ORIGIN], site[REQUEST_ORIGIN + 1];
    char image[REQUEST_ORIGIN + sizeof SHARE_IMAGE];
    struct card card;
    card_of(b, &card);
    request_origin(r, origin);
    snprintf(site, sizeof site, "%s/", origin);
    snprintf(image, sizeof image, "%s" SHARE_IMAGE, origin);
    struct share_oembed o = {.title = card.title,
                             .author = card.body,
                             .site = "Açık Meclis",
                             .site_address = site,
                             .cache_s = CACHE_S,
                             .image = image,
                             .image_width_px = SHARE_IMAGE_WIDTH_PX,
                             .image_height_px = SHARE_IMAGE_HEIGHT_PX};
    oembed_size(request_query_number(r, "maxwidth", 0), request_query_number(r, "maxheight", 0),
                &o.width_px, &o.height_px);
    cleanup_buf struct buf html;
    buf_init(&html, MAX_BYTES);
    add_frame(&html, origin, &card, moment, &o);
    o.html = buf_text(&html);
    if (o.html)
        reply(r, xml, &o);
    else
        request_refuse(r, REFUSAL_INTERNAL);
}

void oembed_answer(struct request *r, void *place)
{
    char address[1024], format[8] = "json", id[ID_MAX];
    struct moment moment;
    int said = front_request_query_value(r->front, "format", format, sizeof format);
    bool xml = strcmp(format, "xml") == 0;
    if (said != -ENOENT && (said < 0 || (!xml && strcmp(format, "json") != 0))) {
        request_refuse(r, REFUSAL_NOT_AVAILABLE); /* 501, as oEmbed has it */
        return;
    }
    int size = front_request_query_value(r->front, "url", address, sizeof address);
    bool sizes =
        request_query_number(r, "maxwidth", 0) >= 0 && request_query_number(r, "maxheight", 0) >= 0;
    if (size <= 0 || !sizes) {
        request_refuse(r, REFUSAL_BAD_REQUEST);
        return;
    }
    const struct broadcast *b = NULL;
    if (oembed_read_address(address, front_request_host(r->front), id, &moment))
        b = core_find(place, id);
    if (b)
        answer(r, b, &moment, xml);
    else
        request_refuse(r, REFUSAL_NOT_FOUND);
}
