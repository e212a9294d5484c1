#include "app/moment.h"

#include "app/markup.h"
#include "base/utf8.h"
#include "front/http_parse.h"

#include <string.h>

static void read_value(const char *query, const char *name, char *ret, size_t size)
{
    int n = http_query_value(query, strlen(query), name, ret, size);
    if (n < 0 || !utf8_valid(ret, (size_t)n))
        ret[0] = 0;
}

void moment_read(const char *query, struct moment *ret)
{
    *ret = (struct moment){0};
    read_value(query, "t", ret->at, sizeof ret->at);
    read_value(query, "item", ret->item, sizeof ret->item);
    read_value(query, "lang", ret->language, sizeof ret->language);
    if (ret->at[strspn(ret->at, "0123456789.hms")])
        ret->at[0] = 0;
    if (strcmp(ret->language, "tr") != 0 && strcmp(ret->language, "en") != 0)
        ret->language[0] = 0;
}

static void add(struct buf *out, char *separator, const char *name, const char *value)
{
    if (!value[0])
        return;
    buf_addf(out, "%c%s=", *separator, name);
    markup_add_query(out, value);
    *separator = '&';
}

void moment_add(struct buf *out, const struct moment *m)
{
    char separator = '?';
    add(out, &separator, "item", m->item);
    add(out, &separator, "t", m->at);
    add(out, &separator, "lang", m->language);
}
