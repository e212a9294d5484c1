#include "auth/cookie.h"

#include <string.h>

bool cookie_next(const char **at, struct cookie *ret)
{
    const char *from = *at;
    while (*from) {
        from += strspn(from, "; ");
        size_t size = strcspn(from, ";"), name = strcspn(from, "=;");
        const char *pair = from;
        from += size;
        if (name == 0 || name == size)
            continue;
        *ret = (struct cookie){.name = pair,
                               .name_size = name,
                               .value = pair + name + 1,
                               .value_size = size - name - 1};
        *at = from;
        return true;
    }
    *at = from;
    return false;
}

bool cookie_is_named(const struct cookie *c, const char *name)
{
    return strlen(name) == c->name_size && memcmp(name, c->name, c->name_size) == 0;
}

bool cookie_value(const struct cookie *c, char *ret, size_t size)
{
    if (c->value_size >= size)
        return false;
    memcpy(ret, c->value, c->value_size);
    ret[c->value_size] = 0;
    return true;
}
