/* bench-search FOLDER: the search index over 1,000 meetings of four hours.
 *
 * Prints `name value` lines: seconds to fill it, its size in MiB, and milliseconds of a query: the
 * median and the 95th percentile over words of all degrees of rarity, as many as people type. */
#include "store/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define MEETINGS 1000
#define ITEMS 20
#define TURNS 60
#define QUESTIONS 60
#define ROWS (ITEMS + TURNS + QUESTIONS)
#define STEMS 4000
#define QUERIES 400
#define TEXT_BYTES 512

static const char *const syllables[] = {"ba",  "ke",  "li",  "mo",  "tu",  "şe",  "ço",
                                        "ğa",  "rı",  "yö",  "sü",  "dan", "per", "kul",
                                        "mil", "tar", "çev", "böl", "gün", "yal"};
static const char *const endings[] = {"", "", "", "ın", "de", "ler", "lerin", "sının", "dan", "ı"};
static unsigned long long state = 42;

static unsigned next(unsigned below)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33) % below;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void stem(unsigned number, char ret[32])
{
    snprintf(ret, 32, "%s%s%s", syllables[number % 20], syllables[number / 20 % 20],
             syllables[number / 400 % 20]);
}

/* As in any language: half of what is said is few words, and most words are rare. */
static unsigned pick(void)
{
    unsigned range = STEMS;
    for (int i = 0; i < 6 && next(2); i++)
        range /= 4;
    return next(range ? range : 1);
}

static void sentence(int words, char ret[TEXT_BYTES])
{
    size_t used = 0;
    for (int i = 0; i < words; i++) {
        char word[32];
        stem(pick(), word);
        used += (size_t)snprintf(ret + used, TEXT_BYTES - used, "%s%s%s", i ? " " : "", word,
                                 endings[next(10)]);
    }
}

static void fill_one(struct search *s, int number)
{
    static char texts[ROWS][TEXT_BYTES], names[ROWS][64];
    static struct search_row rows[ROWS];
    char id[32], title[TEXT_BYTES];
    for (int i = 0; i < ROWS; i++) {
        sentence(i < ITEMS ? 12 : i < ITEMS + TURNS ? 10 : 20, texts[i]);
        snprintf(names[i], sizeof names[i], "Örnek Üye %u", next(60));
        rows[i] = (struct search_row){.kind = i < ITEMS           ? "item"
                                              : i < ITEMS + TURNS ? "turn"
                                                                  : "question",
                                      .seq = (uint64_t)i + 1,
                                      .media_us = i * 100000000LL,
                                      .item = "2026/4",
                                      .person = i < ITEMS ? "" : names[i],
                                      .text = texts[i],
                                      .more = ""};
    }
    snprintf(id, sizeof id, "m-%04d", number);
    sentence(6, title);
    const struct search_meeting m = {.id = id,
                                     .title = title,
                                     .body = number % 3 ? "Örnek Meclis" : "Örnek Komisyon",
                                     .language = "tr",
                                     .at_utc_us = 1700000000000000,
                                     .year = 2016 + number % 10,
                                     .recorded = true,
                                     .seq = 700};
    if (search_put(s, &m, rows, ROWS) < 0)
        exit(1);
}

static int count(void *ctx, const struct search_hit *hit)
{
    ++*(int *)ctx;
    return 0;
}

static int by_time(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void ask(struct search *s)
{
    static double took[QUERIES];
    int found = 0;
    for (int i = 0; i < QUERIES; i++) {
        char typed[TEXT_BYTES];
        struct search_words words;
        sentence(1 + i % 3, typed);
        double began = now();
        search_words_read(typed, &words);
        const struct search_wish wish = {.words = &words,
                                         .body = i % 4 == 0 ? "Örnek Meclis" : "",
                                         .person = "",
                                         .kind = "",
                                         .year = i % 5 == 0 ? 2020 : 0,
                                         .max = 21};
        if (search_find(s, &wish, count, &found) < 0)
            exit(1);
        took[i] = (now() - began) * 1000;
    }
    qsort(took, QUERIES, sizeof *took, by_time);
    printf("query_median_ms %.2f\nquery_95th_ms %.2f\nhits %d\n", took[QUERIES / 2],
           took[QUERIES * 95 / 100], found);
}

int main(int argc, char **argv)
{
    char path[4096], reason[256] = "bench-search FOLDER";
    struct search *s = NULL;
    struct stat st;
    snprintf(path, sizeof path, "%s/search.db", argc == 2 ? argv[1] : "");
    if (argc != 2 || search_open(path, SEARCH_WRITE, &s, reason) < 0) {
        fprintf(stderr, "%s\n", reason);
        return 1;
    }
    double began = now();
    for (int i = 0; i < MEETINGS; i++)
        fill_one(s, i);
    printf("fill_s %.2f\n", now() - began);
    if (stat(path, &st) == 0)
        printf("size_mib %.1f\n", (double)st.st_size / 1048576);
    search_close(s);
    if (search_open(path, SEARCH_READ, &s, reason) < 0)
        return 1;
    ask(s);
    search_close(s);
    return 0;
}
