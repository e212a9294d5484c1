#include "base/id.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

bool id_valid(const char *id)
{
    size_t n = strnlen(id, ID_MAX);
    if (n == 0 || n >= ID_MAX || id[0] == '-')
        return false;
    return strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

int id_random_hex(char *ret_text, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t raw[128];
    if (size < 2 || size > sizeof raw)
        return -EINVAL;
    if (getrandom(raw, size, 0) != (ssize_t)size)
        return -errno;
    for (size_t i = 0; i + 1 < size; i++)
        ret_text[i] = digits[raw[i] & 15];
    ret_text[size - 1] = 0;
    return 0;
}
