#include "failing.h"

#include <stdarg.h>
#include <stdlib.h>

struct faults {
    size_t asked, call;
    bool lasting;
};

static _Thread_local struct faults own, sqlite;
static _Thread_local bool failed;

static void begin(struct faults *f, size_t call, bool lasting)
{
    *f = (struct faults){.call = call, .lasting = lasting};
}

static bool fails(struct faults *f)
{
    f->asked++;
    if (f->call == 0 || f->asked < f->call || (f->asked > f->call && !f->lasting))
        return false;
    failed = true;
    return true;
}

void failing_own(size_t call, bool lasting)
{
    begin(&own, call, lasting);
}

void failing_sqlite(size_t call, bool lasting)
{
    begin(&sqlite, call, lasting);
}

bool failing_sqlite_now(void)
{
    return fails(&sqlite);
}

bool failing_end(void)
{
    bool did = failed;
    begin(&own, 0, false);
    begin(&sqlite, 0, false);
    failed = false;
    return did;
}

size_t failing_asked(void)
{
    return own.asked;
}

/* The linker puts these in the place of our own code's calls. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
int __real_vasprintf(char **ret, const char *format, va_list args);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
int __wrap_vasprintf(char **ret, const char *format, va_list args);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails(&own) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(&own) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *at, size_t size)
{
    return fails(&own) ? NULL : __real_realloc(at, size);
}

void *failing_not(size_t size)
{
    return __real_malloc(size);
}

int __wrap_vasprintf(char **ret, const char *format, va_list args)
{
    return fails(&own) ? -1 : __real_vasprintf(ret, format, args);
}

char *__wrap_strdup(const char *text)
{
    return fails(&own) ? NULL : __real_strdup(text);
}
