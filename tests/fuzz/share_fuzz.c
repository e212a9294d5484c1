#include "app/markup.h"
#include "app/oembed.h"
#include "base/utf8.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

/* Nothing in it ends an element or an attribute, and XML takes every character. */
static void as_markup(const char *text)
{
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    markup_add(&out, text);
    const char *marked = buf_text(&out);
    require(marked && utf8_valid(marked, out.size) && !strpbrk(marked, "<>\"'"));
    for (size_t i = 0; i < out.size; i++)
        require((unsigned char)marked[i] >= 0x20 || marked[i] == '\n' || marked[i] == '\t');
}

/* What a link leads to is the same once it was written anew. */
static void as_moment(const struct moment *m)
{
    struct moment again;
    cleanup_buf struct buf out;
    buf_init(&out, 4096);
    moment_add(&out, m);
    const char *query = buf_text(&out);
    require(query && !strpbrk(query, "<>\"' #"));
    moment_read(query[0] ? query + 1 : query, &again);
    require(strcmp(again.item, m->item) == 0 && strcmp(again.at, m->at) == 0 &&
            strcmp(again.language, m->language) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char id[ID_MAX];
    struct moment m;
    char *text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = 0;
    as_markup(text);
    moment_read(text, &m);
    as_moment(&m);
    if (oembed_read_address(text, "meclis.example", id, &m)) {
        require(id_valid(id) && strstr(text, id));
        as_moment(&m);
    }
    free(text);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "https://meclis.example/m/kasim?item=2026%2F41&t=1h2m3s&lang=en#x",
        "http://Meclis.Example/embed/a-b?t=90", "item=%C4%9F%22%3C&t=12.5&lang=tr&item=4",
        "\"<b>ğüşıöç</b>\" & '\xe2\x80\xa8\xf0\x9f\x8f\x9b'\t\n\x01\xff"};
    if (i < 0 || (size_t)i >= sizeof examples / sizeof examples[0] || strlen(examples[i]) > room)
        return 0;
    memcpy(ret, examples[i], strlen(examples[i]));
    return strlen(examples[i]);
}
