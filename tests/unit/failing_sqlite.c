#include "failing.h"

#include <sqlite3.h>

static sqlite3_mem_methods usual;

static void *allocate(int size)
{
    return failing_sqlite_now() ? NULL : usual.xMalloc(size);
}

static void *allocate_again(void *p, int size)
{
    return failing_sqlite_now() ? NULL : usual.xRealloc(p, size);
}

void failing_sqlite_install(void)
{
    sqlite3_mem_methods memory;
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual);
    memory = usual;
    memory.xMalloc = allocate;
    memory.xRealloc = allocate_again;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* each allocation is one that can fail */
}
