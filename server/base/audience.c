#include "base/audience.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const char *const names[AUDIENCES] = {"public", "staff", "closed", "author"};

const char *audience_name(enum audience audience)
{
    return audience >= AUDIENCE_PUBLIC && audience <= AUDIENCES ? names[audience - 1] : NULL;
}

int audience_parse(const char *name, enum audience *ret)
{
    for (int i = 0; i < AUDIENCES; i++)
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum audience)(i + 1);
            return 0;
        }
    return -EINVAL;
}
