#include "media/init_file.h"

#include "base/io.h"
#include "media/cmaf_read.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

int init_file_path(const char *folder, const char *name, uint32_t number, char *ret_path,
                   size_t size)
{
    int n = snprintf(ret_path, size, "%s/%s.init-%u.mp4", folder, name, number);
    return n >= 0 && (size_t)n < size ? 0 : -ENAMETOOLONG;
}

/* The number in a name like "720p.init-3.mp4"; 0 for any other name. */
static uint32_t number_in(const char *file, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(file, name, length) != 0 || strncmp(file + length, ".init-", 6) != 0)
        return 0;
    const char *digits = file + length + 6;
    if (*digits < '1' || *digits > '9')
        return 0;
    char *end;
    unsigned long n = strtoul(digits, &end, 10);
    return n < UINT32_MAX && strcmp(end, ".mp4") == 0 ? (uint32_t)n : 0;
}

int init_file_newest(const char *folder, const char *name, uint32_t *ret)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return -errno;
    uint32_t newest = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        uint32_t number = number_in(e->d_name, name);
        newest = number > newest ? number : newest;
    }
    closedir(dir);
    if (!newest)
        return -ENOENT;
    *ret = newest;
    return 0;
}

int init_file_read(const char *folder, const char *name, uint32_t number, struct track_init *ret)
{
    char path[PATH_MAX];
    struct bytes *bytes;
    int r = init_file_path(folder, name, number, path, sizeof path);
    if (r == 0)
        r = io_read_file(path, INIT_FILE_MAX_BYTES, &bytes);
    if (r < 0)
        return r;
    struct track_init init = {0};
    r = cmaf_read_init(bytes->data, bytes->size, &init);
    init.number = number;
    init.bytes = bytes;
    *ret = init;
    return r;
}
