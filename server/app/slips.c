#include "app/slips.h"

#include "app/markup.h"

#include <errno.h>
#include <qrencode.h>

/* As one path: the dark modules, a run of a line at a time. The white edge is the standard's. */
static void add_code(struct buf *out, const char *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code) {
        out->error = out->error ? out->error : -errno;
        return;
    }
    buf_addf(out, "<svg viewBox=\"-4 -4 %d %d\" role=\"img\" aria-label=\"QR\"><path d=\"",
             code->width + 8, code->width + 8);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0, run; x < code->width; x += run) {
            const unsigned char *row = code->data + y * code->width;
            for (run = 1; x + run < code->width && (row[x + run] & 1) == (row[x] & 1);)
                run++;
            if (row[x] & 1)
                buf_addf(out, "M%d %dh%dv1h-%dz", x, y, run, run);
        }
    }
    buf_add_str(out, "\"/></svg>\n");
    QRcode_free(code);
}

void slips_begin(struct buf *out)
{
    buf_add_str(out, "<!doctype html>\n"
                     "<html lang=\"tr\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"robots\" content=\"noindex\">"
                     "<meta name=\"viewport\" content=\"width=device-width\">"
                     "<title>Kişisel bağlantılar</title>\n"
                     "<style>body{font:16px/1.4 sans-serif;margin:1rem;color:#000;background:#fff}"
                     "section{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start;"
                     "break-inside:avoid;padding:1rem 0;border-bottom:1px dashed #777}"
                     "section div{flex:1 15rem;min-width:0}"
                     "svg{width:9rem;flex:none}h2{margin:0}code{overflow-wrap:anywhere}"
                     "@media print{h1{display:none}}"
                     "</style></head><body><main><h1>Kişisel bağlantılar</h1>\n");
}

void slips_add(struct buf *out, const struct slip *slip)
{
    buf_add_str(out, "<section>");
    add_code(out, slip->address);
    buf_add_str(out, "<div><h2>");
    markup_add(out, slip->name);
    buf_add_str(out, "</h2><p>");
    markup_add(out, slip->meeting);
    buf_add_str(out,
                "</p><p>Telefonunuzun kamerasıyla kodu okutun ya da adresi tarayıcınıza yazın. "
                "Bu bağlantı yalnız sizindir; kimseyle paylaşmayın.</p>"
                "<p lang=\"en\">Scan the code with your telephone’s camera, or type the "
                "address. This link is yours alone; share it with nobody.</p><p><code>");
    markup_add(out, slip->address);
    buf_add_str(out, "</code></p></div></section>\n");
}

void slips_end(struct buf *out)
{
    buf_add_str(out, "</main></body></html>\n");
}
