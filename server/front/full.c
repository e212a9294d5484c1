#include "front/full.h"

#include "front/http.h"

#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 2048

/* A meeting's ID holds nothing that HTML or JSON would have to quote. */
static const char page[] =
    "<!doctype html>\n<html lang=\"tr\"><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta http-equiv=\"refresh\" content=\"15\">\n<title>Salon dolu</title>\n"
    "<h1>Şu anda yer yok</h1>\n"
    "<p>Bu sunucunun alabileceği kadar izleyici bağlı. Sayfa on beş saniyede bir kendiliğinden "
    "yeniden dener.</p>\n%s"
    "<div lang=\"en\"><h2>There is no room at the moment</h2>\n"
    "<p>As many viewers are connected as this server can take. The page tries again by itself "
    "every fifteen seconds.</p>\n%s</div>\n";
static const char page_link_tr[] = "<p>Yayını HLS oynatıcıyla izlemek çoğu zaman yine mümkündür: "
                                   "<a href=\"/hls/%s/master.m3u8\">/hls/%s/master.m3u8</a></p>\n";
static const char page_link_en[] = "<p>An HLS player can often still show the broadcast: "
                                   "<a href=\"/hls/%s/master.m3u8\">/hls/%s/master.m3u8</a></p>\n";

static void answer_page(struct conn *c, const char *meeting)
{
    char text[TEXT_BYTES], tr[512] = "", en[512] = "";
    if (meeting[0]) {
        snprintf(tr, sizeof tr, page_link_tr, meeting, meeting);
        snprintf(en, sizeof en, page_link_en, meeting, meeting);
    }
    snprintf(text, sizeof text, page, tr, en);
    http_text(c, 503, "text/html; charset=utf-8", text,
              "Retry-After: 15\r\nContent-Security-Policy: default-src 'none'; "
              "frame-ancestors *\r\nVary: Accept\r\n");
}

static void answer_json(struct conn *c, const char *meeting)
{
    char text[TEXT_BYTES], hls[128] = "";
    if (meeting[0])
        snprintf(hls, sizeof hls, ",\"hls\":\"/hls/%s/master.m3u8\"", meeting);
    snprintf(text, sizeof text,
             "{\"error\":{\"code\":\"full\",\"message\":\"Sunucu dolu; birazdan yeniden deneyin. "
             "The server is full; try again shortly.\"}%s}\n",
             hls);
    http_text(c, 503, "application/json; charset=utf-8", text, "Retry-After: 15\r\n");
}

static void answer_plain(struct conn *c, const char *meeting)
{
    char text[TEXT_BYTES];
    const char *tr = meeting[0] ? meeting : "TOPLANTI", *en = meeting[0] ? meeting : "MEETING";
    snprintf(text, sizeof text,
             "Sunucu dolu. HLS ile izlemek çoğu zaman yine mümkündür: /hls/%s/master.m3u8\n"
             "The server is full. HLS can often still show the broadcast: /hls/%s/master.m3u8\n",
             tr, en);
    http_text(c, 503, "text/plain; charset=utf-8", text, "Retry-After: 15\r\n");
}

void full_answer(struct conn *c)
{
    char path[HTTP_PATH_BYTES] = "", meeting[ID_MAX] = "";
    if (http_path(c, path))
        http_meeting(path, meeting);
    c->close_after = true;
    if (strncmp(path, "/api/", 5) == 0) /* its second part is no meeting */
        answer_json(c, "");
    else if (strncmp(path, "/ws/", 4) == 0 || http_list_has(c->head.accept, "application/json"))
        answer_json(c, meeting);
    else if (http_list_has(c->head.accept, "text/html"))
        answer_page(c, meeting);
    else
        answer_plain(c, meeting);
}
