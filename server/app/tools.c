#include "app/tools.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct tool tools[] = {
    {"account", tool_account}, {"backup", tool_backup},   {"fsck", tool_fsck},
    {"link", tool_link},       {"meeting", tool_meeting}, {"mirror", tool_mirror},
    {"restore", tool_restore}, {"top", tool_top},         {"verify", tool_verify},
};

const struct tool *tool_find(const char *name)
{
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (strcmp(tools[i].name, name) == 0)
            return &tools[i];
    }
    return NULL;
}

int tool_complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("meclis: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return TOOL_FAILED;
}

int tool_option(int argc, char *argv[], int *at, const char *name, const char **ret)
{
    size_t size = strlen(name);
    const char *word = argv[*at];
    if (strncmp(word, name, size) != 0 || (word[size] && word[size] != '='))
        return 0;
    const char *value = word[size] ? word + size + 1 : *at + 1 < argc ? argv[++*at] : NULL;
    if (!value || !*value) {
        tool_complain("%s: bir değer ister / needs a value", name);
        return -EINVAL;
    }
    *ret = value;
    return 1;
}
