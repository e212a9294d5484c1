#include "protocol/language.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const codes[] = {[LANGUAGE_TURKISH] = "tr", [LANGUAGE_ENGLISH] = "en"};

const char *language_code(enum language language)
{
    return codes[language];
}

/* "en-GB;q=0.8" is English with weight 0.8; 0 where it is none of ours. */
static enum language read_range(const char *range, size_t size, double *ret_weight)
{
    size_t tag = 0;
    while (tag < size && !strchr("-; \t", range[tag]))
        tag++;
    *ret_weight = 1;
    const char *q = memmem(range, size, "q=", 2);
    if (q) {
        char number[8] = "";
        size_t left = size - (size_t)(q + 2 - range);
        memcpy(number, q + 2, left < sizeof number - 1 ? left : sizeof number - 1);
        *ret_weight = strtod(number, NULL);
    }
    for (int l = LANGUAGE_TURKISH; l <= LANGUAGE_ENGLISH; l++) {
        if (tag == 2 && strncasecmp(range, codes[l], 2) == 0)
            return l;
    }
    return 0;
}

enum language language_from_accept(const char *accept_language)
{
    enum language best = LANGUAGE_TURKISH;
    double best_weight = 0;
    for (const char *at = accept_language; *at;) {
        at += strspn(at, ", \t");
        size_t size = strcspn(at, ",");
        double weight;
        enum language l = read_range(at, size, &weight);
        if (l && weight > best_weight) {
            best = l;
            best_weight = weight;
        }
        at += size;
    }
    return best;
}
