#include "auth/token.h"
#include "base/id.h"
#include "base/io.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

static int read_token(const char *path, struct token *ret)
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = io_read_file(path, 256, &b);
    if (r < 0)
        return r;
    size_t size = b->size;
    while (size && (b->data[size - 1] == '\n' || b->data[size - 1] == ' '))
        size--;
    if (size < 16 || size >= sizeof ret->text || memchr(b->data, 0, size))
        return -EINVAL;
    *ret = (struct token){0};
    memcpy(ret->text, b->data, size);
    return 0;
}

int token_load_or_create(const char *path, int digits, struct token *ret)
{
    int r = read_token(path, ret);
    if (r != -ENOENT)
        return r;
    char text[TOKEN_MAX + 1];
    if (digits < 16 || digits >= TOKEN_MAX)
        return -EINVAL;
    r = id_random_hex(text, (size_t)digits + 1);
    if (r < 0)
        return r;
    text[digits] = '\n';
    r = io_replace_file(path, text, (size_t)digits + 1, 0600);
    return r < 0 ? r : read_token(path, ret);
}

bool token_equals(const struct token *t, const char *text)
{
    struct token other = {0};
    size_t size = strlen(text);
    if (size >= sizeof other.text)
        return false;
    memcpy(other.text, text, size);
    return sodium_memcmp(other.text, t->text, sizeof other.text) == 0;
}

bool token_authorizes(const struct token *t, const char *authorization)
{
    static const char scheme[] = "Bearer ";
    return strncasecmp(authorization, scheme, sizeof scheme - 1) == 0 &&
           token_equals(t, authorization + sizeof scheme - 1);
}
