#include "base/file.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

struct file *file_new(int fd)
{
    struct file *f = malloc(sizeof *f);
    if (!f) {
        close(fd);
        return NULL;
    }
    atomic_init(&f->refs, 1);
    f->fd = fd;
    return f;
}

struct file *file_ref(struct file *f)
{
    atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void file_unref(struct file *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) != 1)
        return;
    close(f->fd);
    free(f);
}

void piece_finish(struct piece *p)
{
    bytes_unref(p->bytes);
    file_unref(p->file);
    *p = (struct piece){0};
}

void pieces_free(struct piece *pieces, uint32_t count)
{
    for (uint32_t i = 0; pieces && i < count; i++)
        piece_finish(&pieces[i]);
    free(pieces);
}

struct piece piece_ref(const struct piece *p)
{
    struct piece copy = *p;
    if (copy.bytes)
        bytes_ref(copy.bytes);
    if (copy.file)
        file_ref(copy.file);
    return copy;
}

ssize_t file_read(int fd, void *data, size_t size, uint64_t offset)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = pread(fd, (uint8_t *)data + done, size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

ssize_t file_read_cached(int fd, void *data, size_t size, uint64_t offset)
{
    struct iovec part = {data, size};
    ssize_t n = preadv2(fd, &part, 1, (off_t)offset, RWF_NOWAIT);
    if (n >= 0)
        return n;
    return errno == EAGAIN || errno == EINTR || errno == EOPNOTSUPP || errno == ENOSYS ||
                   errno == EINVAL
               ? -EAGAIN
               : -errno;
}
