#include "app/markup.h"

#include "base/utf8.h"

#include <string.h>

/* The bytes of the character that begins here, or 0 where none of XML's does. */
static size_t character(const char *at)
{
    unsigned char first = (unsigned char)at[0];
    if (first < 0x80)
        return first >= 0x20 ? first != 0x7f : first == '\t' || first == '\n';
    size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (strnlen(at, size) < size || !utf8_valid(at, size))
        return 0;
    bool none = memcmp(at, "\xef\xbf\xbe", 3) == 0 || memcmp(at, "\xef\xbf\xbf", 3) == 0;
    return size == 3 && none ? 0 : size;
}

void markup_add(struct buf *out, const char *text)
{
    while (*text) {
        size_t size = character(text);
        if (size == 0)
            buf_add_str(out, "\xef\xbf\xbd");
        else if (*text == '&')
            buf_add_str(out, "&amp;");
        else if (*text == '<')
            buf_add_str(out, "&lt;");
        else if (*text == '>')
            buf_add_str(out, "&gt;");
        else if (*text == '"')
            buf_add_str(out, "&quot;");
        else if (*text == '\'')
            buf_add_str(out, "&#39;");
        else
            buf_add(out, text, size);
        text += size ? size : 1;
    }
}

void markup_add_query(struct buf *out, const char *value)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (; *value; value++) {
        if (strchr(plain, *value))
            buf_add(out, value, 1);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)*value);
    }
}
