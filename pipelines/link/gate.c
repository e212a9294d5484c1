#include "link/gate.h"

#include "base/io.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char open_text[] = "open\n", closed_text[] = "closed\n";

static int path_of(const char *run_folder, char ret_path[PATH_MAX])
{
    int size = snprintf(ret_path, PATH_MAX, "%s/gate", run_folder);
    return size < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int link_gate_write(const char *run_folder, bool open)
{
    char path[PATH_MAX];
    const char *text = open ? open_text : closed_text;
    int r = path_of(run_folder, path);
    return r < 0 ? r : io_replace_file(path, text, strlen(text), 0600);
}

bool link_gate_is_open(const char *run_folder)
{
    char path[PATH_MAX];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    return path_of(run_folder, path) == 0 && io_read_file(path, 64, &b) == 0 &&
           b->size == sizeof open_text - 1 && memcmp(b->data, open_text, b->size) == 0;
}
