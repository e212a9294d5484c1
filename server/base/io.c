#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

int io_write_all(int fd, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

int io_read_file(const char *path, size_t max_bytes, struct bytes **ret)
{
    /* Without O_NONBLOCK, opening a named pipe would wait for its writer. */
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -errno;
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode))
        return -EINVAL;
    if ((uint64_t)st.st_size > max_bytes)
        return -EFBIG;
    cleanup(bytes_unref_p) struct bytes *b = bytes_new((size_t)st.st_size);
    if (!b)
        return -ENOMEM;
    size_t at = 0;
    while (at < b->size) {
        ssize_t n = read(fd, b->data + at, b->size - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        at += (size_t)n;
    }
    b->size = at; /* it may have become shorter meanwhile */
    *ret = take_ptr(b);
    return 0;
}

static int sync_folder_of(const char *path)
{
    char copy[PATH_MAX];
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy)
        return -ENAMETOOLONG;
    cleanup_close int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return -errno;
    return 0;
}

int io_replace_file(const char *path, const void *data, size_t size, int mode)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.tmp%d", path, (int)getpid()) >=
        (int)sizeof temporary)
        return -ENAMETOOLONG;
    unlink(temporary); /* left by a killed process of our number, perhaps with another mode */
    cleanup_close int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return -errno;
    int r = io_write_all(fd, data, size);
    if (r == 0 && fsync(fd) < 0)
        r = -errno;
    if (r == 0 && rename(temporary, path) < 0)
        r = -errno;
    if (r < 0) {
        unlink(temporary);
        return r;
    }
    return sync_folder_of(path);
}

int io_make_folders(const char *path, int mode)
{
    char copy[PATH_MAX];
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy)
        return -ENAMETOOLONG;
    if (!copy[0])
        return -ENOENT;
    for (char *at = copy + 1;; at++) {
        if (*at != '/' && *at)
            continue;
        char was = *at;
        *at = 0;
        if (mkdir(copy, (mode_t)mode) < 0 && errno != EEXIST)
            return -errno;
        *at = was;
        if (!was)
            break;
    }
    struct stat st;
    if (stat(copy, &st) < 0)
        return -errno;
    return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int io_lock_file(const char *path)
{
    cleanup_close int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
        return -errno;
    return take_fd(fd);
}

int io_unix_address(const char *path, struct sockaddr_un *ret_address, int *ret_folder_fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    cleanup_close int folder = -1;
    if (strlen(path) < sizeof address.sun_path) {
        memcpy(address.sun_path, path, strlen(path)); /* the NUL is there already */
    } else {
        char copy[PATH_MAX];
        if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy)
            return -ENAMETOOLONG;
        char *slash = strrchr(copy, '/');
        if (!slash)
            return -ENAMETOOLONG;
        *slash = 0;
        folder = open(copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0)
            return -errno;
        int n = snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder,
                         slash + 1);
        if (n >= (int)sizeof address.sun_path)
            return -ENAMETOOLONG;
    }
    *ret_address = address;
    *ret_folder_fd = take_fd(folder);
    return 0;
}
