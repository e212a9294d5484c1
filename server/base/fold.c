#include "base/fold.h"

#include <string.h>

/* Two bytes of UTF-8, and what becomes of them: one byte or two. */
static const struct pair {
    char from[3], to[3];
} pairs[] = {
    {"Ç", "ç"}, {"Ğ", "ğ"}, {"Ö", "ö"}, {"Ş", "ş"}, {"Ü", "ü"}, {"İ", "i"}, {"ı", "i"},
    {"Â", "a"}, {"â", "a"}, {"Î", "i"}, {"î", "i"}, {"Û", "u"}, {"û", "u"},
};

/* One letter. Returns how much of the text it was. */
static size_t fold_letter(const char *text, size_t size, char ret[3])
{
    ret[1] = ret[2] = 0;
    ret[0] = text[0] >= 'A' && text[0] <= 'Z' ? (char)(text[0] + 32) : text[0];
    for (size_t i = 0; size > 1 && i < sizeof pairs / sizeof *pairs; i++) {
        if (memcmp(pairs[i].from, text, 2) == 0) {
            memcpy(ret, pairs[i].to, 3);
            return 2;
        }
    }
    bool two = size > 1 && ((unsigned char)text[0] & 0xe0) == 0xc0;
    ret[1] = two ? text[1] : 0;
    return two ? 2 : 1;
}

/* Decomposed letters, as some systems write file names: i and a combining dot is a dotted i. */
static bool is_combining_dot(const char *text, size_t size)
{
    return size > 1 && memcmp(text, "\xcc\x87", 2) == 0;
}

size_t fold_text(const char *text, size_t size, char *ret)
{
    size_t out = 0;
    for (size_t at = 0; at < size;) {
        char letter[3];
        if (is_combining_dot(text + at, size - at)) {
            at += 2;
            continue;
        }
        at += fold_letter(text + at, size - at, letter);
        size_t length = letter[1] ? 2 : 1;
        memcpy(ret + out, letter, length);
        out += length;
    }
    return out;
}

bool fold_equal(const char *a, const char *b)
{
    while (*a && *b) {
        char left[3], right[3];
        a += fold_letter(a, a[1] ? 2 : 1, left);
        b += fold_letter(b, b[1] ? 2 : 1, right);
        if (memcmp(left, right, 3) != 0)
            return false;
    }
    return *a == *b;
}
