/* What /m/ID and /embed/ID say before their scripts run: for search engines, previews of links, and
 * whoever has no script. Pure. */
#ifndef MECLIS_APP_SHARE_PAGE_H
#define MECLIS_APP_SHARE_PAGE_H

#include "app/card.h"
#include "app/moment.h"

/* What an embedded player is as it is pasted: 16:9 between its head and its foot. */
#define SHARE_WIDTH_PX 640
#define SHARE_HEIGHT_PX 440
#define SHARE_AROUND_PX (SHARE_HEIGHT_PX - SHARE_WIDTH_PX * 9 / 16)

/* What previews show, of the built pages: web/public/share.png. */
#define SHARE_IMAGE "/share.png"
#define SHARE_IMAGE_WIDTH_PX 1200
#define SHARE_IMAGE_HEIGHT_PX 630

/* Texts are borrowed. */
struct share_page {
    const struct card *card;
    const char *origin; /* "https://meclis.example" */
    const struct moment *moment;
    const char *item; /* the title of the moment's item; "": none */
    enum language language;
    const char *terms, *terms_address; /* of reuse; address "": none */
    const char *ancestors;             /* CSP sources that may frame and steer an embedded one */
};

/* The slots' HTML. Errors stick to the buffer. */
void share_print_head(struct buf *out, const struct share_page *p, bool embedded);
void share_print_facts(struct buf *out, const struct share_page *p);
void share_print_title(struct buf *out, const struct share_page *p);
void share_print_terms(struct buf *out, const struct share_page *p);

#endif
