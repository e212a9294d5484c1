#include "store/search_words.h"

#include "base/fold.h"

#include <string.h>

/* Longest first. Folded, so i stands for ı too. */
static const char *const endings[] = {
    "imiz", "umuz", "ümüz", "iniz", "unuz", "ünüz", "ndan", "nden", "lar", "ler", "miz", "muz",
    "müz",  "niz",  "nuz",  "nüz",  "nin",  "nun",  "nün",  "dan",  "den", "tan", "ten", "nda",
    "nde",  "yla",  "yle",  "ki",   "da",   "de",   "ta",   "te",   "in",  "un",  "ün",  "im",
    "um",   "üm",   "la",   "le",   "si",   "su",   "sü",   "yi",   "yu",  "yü",  "ni",  "nu",
    "nü",   "ya",   "ye",   "na",   "ne",   "i",    "u",    "ü",    "a",   "e"};

/* What a hard end becomes before a vowel. */
static const struct {
    const char *hard, *soft;
} softened[] = {{"p", "b"}, {"ç", "c"}, {"t", "d"}, {"k", "ğ"}, {"k", "g"}};

/* ---- letters ---- */

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t letters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += !continues(text[i]);
    return count;
}

/* Whether a letter or a digit stands there. Beyond ASCII everything is one but the signs that stand
 * in texts: the Latin ones (U+0080 to U+00BF) and general punctuation (U+2000 to U+207F). */
static bool is_letter(const char *at)
{
    unsigned char c = (unsigned char)at[0], next = c ? (unsigned char)at[1] : 0;
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return c != 0xc2 && !(c == 0xe2 && (next == 0x80 || next == 0x81));
}

static size_t letter_size(const char *at)
{
    size_t size = 1;
    while (continues(at[size]))
        size++;
    return size;
}

size_t search_words_next(const char *text, size_t *ret_begin)
{
    size_t begin = 0, end;
    while (text[begin] && !is_letter(text + begin))
        begin += letter_size(text + begin);
    for (end = begin; text[end] && is_letter(text + end);)
        end += letter_size(text + end);
    *ret_begin = begin;
    return end - begin;
}

/* ---- stems ---- */

static bool ends_with(const char *word, size_t size, const char *end)
{
    size_t n = strlen(end);
    return size > n && memcmp(word + size - n, end, n) == 0;
}

static void add_stem(struct search_word *w, const char *stem, size_t size)
{
    for (int i = 0; i < w->count; i++)
        if (strlen(w->stems[i]) == size && memcmp(w->stems[i], stem, size) == 0)
            return;
    if (w->count == SEARCH_MAX_STEMS || size >= SEARCH_WORD_BYTES)
        return;
    memcpy(w->stems[w->count], stem, size);
    w->stems[w->count++][size] = 0;
}

/* The same with its end softened. */
static void add_softened(struct search_word *w, const char *word, size_t size)
{
    char other[SEARCH_WORD_BYTES + 2];
    for (size_t i = 0; i < sizeof softened / sizeof *softened; i++) {
        if (!ends_with(word, size, softened[i].hard))
            continue;
        size_t kept = size - strlen(softened[i].hard), n = strlen(softened[i].soft);
        memcpy(other, word, kept);
        memcpy(other + kept, softened[i].soft, n);
        add_stem(w, other, kept + n);
    }
}

/* The same with a soft end hardened: what kitab(ı) is called. */
static void add_hardened(struct search_word *w, const char *word, size_t size)
{
    char other[SEARCH_WORD_BYTES + 2];
    for (size_t i = 0; i < sizeof softened / sizeof *softened; i++) {
        if (!ends_with(word, size, softened[i].soft))
            continue;
        size_t kept = size - strlen(softened[i].soft), n = strlen(softened[i].hard);
        memcpy(other, word, kept);
        memcpy(other + kept, softened[i].hard, n);
        add_stem(w, other, kept + n);
        return;
    }
}

static bool ends_softly(const char *word, size_t size)
{
    return ends_with(word, size, "b") || ends_with(word, size, "c") || ends_with(word, size, "d") ||
           ends_with(word, size, "ğ");
}

/* What is left without one ending; the size itself where there is none that can go. A vowel alone
 * goes only where enough is left, or where what is left was softened by it. */
static size_t without_ending(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (!ends_with(word, size, endings[i]))
            continue;
        size_t rest = size - strlen(endings[i]), count = letters(word, rest);
        bool vowel = letters(endings[i], strlen(endings[i])) == 1;
        if (vowel ? count >= 4 || (count >= 3 && ends_softly(word, rest)) : count >= 4)
            return rest;
    }
    return size;
}

static void add_word(struct search_word *w, const char *word, size_t size, bool quoted)
{
    add_stem(w, word, size);
    w->whole = quoted || letters(word, size) < 3;
    if (w->whole)
        return;
    add_softened(w, word, size);
    for (int i = 0; i < 4; i++) {
        size_t rest = without_ending(word, size);
        if (rest == size)
            return;
        size = rest;
        add_stem(w, word, size);
        add_softened(w, word, size);
        add_hardened(w, word, size);
    }
}

int search_words_read(const char *text, struct search_words *ret)
{
    bool quoted = false, first = true;
    size_t begin, size;
    *ret = (struct search_words){0};
    while ((size = search_words_next(text, &begin)) > 0 && ret->count < SEARCH_MAX_WORDS) {
        for (size_t i = 0; i < begin; i++) {
            quoted ^= text[i] == '"';
            first |= text[i] == '"';
        }
        bool closed = !quoted || strchr(text + begin, '"');
        char word[SEARCH_WORD_BYTES];
        size_t kept = size;
        while (kept >= sizeof word - 1 || continues(text[begin + kept]))
            kept--;
        struct search_word *w = &ret->list[ret->count++];
        w->goes_on = quoted && closed && !first;
        add_word(w, word, fold_text(text + begin, kept, word), quoted && closed);
        first = false;
        text += begin + size;
    }
    return ret->count;
}

/* ---- for FTS5 ---- */

void search_words_print(struct buf *out, const struct search_words *words)
{
    for (int i = 0; i < words->count; i++) {
        const struct search_word *w = &words->list[i];
        if (w->goes_on) {
            buf_addf(out, " + \"%s\"", w->stems[0]);
            continue;
        }
        bool phrase = i + 1 < words->count && words->list[i + 1].goes_on;
        buf_add_str(out, i ? " AND " : "");
        if (w->whole || phrase) {
            buf_addf(out, "\"%s\"", w->stems[0]);
            continue;
        }
        buf_addf(out, "(\"%s\"", w->stems[0]);
        for (int k = 0; k < w->count; k++)
            buf_addf(out, " OR \"%s\"*", w->stems[k]);
        buf_add_str(out, ")");
    }
}

bool search_words_hit(const struct search_words *words, const char *word, size_t size)
{
    char folded[4 * SEARCH_WORD_BYTES];
    if (size >= sizeof folded)
        return false;
    size = fold_text(word, size, folded);
    for (int i = 0; i < words->count; i++) {
        const struct search_word *w = &words->list[i];
        for (int k = 0; k < w->count; k++) {
            size_t n = strlen(w->stems[k]);
            if (n <= size && memcmp(folded, w->stems[k], n) == 0 && (n == size || !w->whole))
                return true;
        }
    }
    return false;
}
