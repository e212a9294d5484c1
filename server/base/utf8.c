#include "base/utf8.h"

#include <stdint.h>

/* Bytes of the sequence that begins so, and what its second byte may be; 0 where none begins so. */
static size_t sequence(uint8_t first, uint8_t *ret_low, uint8_t *ret_high)
{
    *ret_low = 0x80;
    *ret_high = 0xbf;
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef) {
        *ret_low = first == 0xe0 ? 0xa0 : 0x80;  /* overlong */
        *ret_high = first == 0xed ? 0x9f : 0xbf; /* surrogates */
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *ret_low = first == 0xf0 ? 0x90 : 0x80;
        *ret_high = first == 0xf4 ? 0x8f : 0xbf;
        return 4;
    }
    return 0;
}

bool utf8_valid(const void *text, size_t size)
{
    const uint8_t *at = text;
    while (size) {
        uint8_t low, high;
        size_t n = sequence(*at, &low, &high);
        if (n == 0 || n > size || (n > 1 && (at[1] < low || at[1] > high)))
            return false;
        for (size_t i = 2; i < n; i++)
            if ((at[i] & 0xc0) != 0x80)
                return false;
        at += n;
        size -= n;
    }
    return true;
}
