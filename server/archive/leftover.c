#include "archive/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *text, size_t size, const char *with)
{
    size_t end = strlen(with);
    return size > end && memcmp(text + size - end, with, end) == 0;
}

bool leftover_name(const char *name, int32_t *ret_process)
{
    size_t size = strlen(name);
    if (ends_with(name, size, ".idx.fsck")) {
        *ret_process = 0;
        return true;
    }
    size_t stem = size;
    while (stem > 0 && name[stem - 1] >= '0' && name[stem - 1] <= '9')
        stem--;
    if (!ends_with(name, stem, ".json.tmp") && !ends_with(name, stem, ".mp4.tmp"))
        return false;
    if (size - stem < 1 || size - stem > 9 || name[stem] == '0')
        return false; /* no process has such a number */
    *ret_process = (int32_t)strtol(name + stem, NULL, 10);
    return true;
}

static bool runs(int32_t process)
{
    return process > 0 && (kill(process, 0) == 0 || errno == EPERM);
}

int leftover_each(const char *folder, bool remove,
                  void (*each)(void *ctx, const char *name, uint64_t bytes, int error), void *ctx)
{
    int32_t process;
    struct stat st;
    struct dirent *e;
    DIR *d = opendir(folder);
    if (!d)
        return -errno;
    while ((errno = 0, e = readdir(d))) {
        if (!leftover_name(e->d_name, &process) || runs(process) ||
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
            continue;
        bool failed = remove && unlinkat(dirfd(d), e->d_name, 0) < 0;
        each(ctx, e->d_name, (uint64_t)st.st_size, failed ? -errno : 0);
    }
    int r = -errno;
    closedir(d);
    return r;
}
