#include "app/mirror_copy.h"
#include "base/buf.h"
#include "base/io.h"
#include "store/log_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILE_BYTES (8ull << 30)

struct mirror_copy {
    char meeting[ID_MAX];
    const uint8_t *key;
    struct log_check *check;
    int log_fd, heads_fd;
    uint64_t heads; /* the newest one's event */
};

const char *mirror_copy_meeting(const struct mirror_copy *c)
{
    return c->meeting;
}

uint64_t mirror_copy_events(const struct mirror_copy *c)
{
    struct log_check_result result;
    log_check_result(c->check, &result);
    return result.events;
}

uint64_t mirror_copy_heads(const struct mirror_copy *c)
{
    return c->heads;
}

void mirror_copy_close(struct mirror_copy *c)
{
    if (!c)
        return;
    if (c->log_fd >= 0)
        close(c->log_fd);
    if (c->heads_fd >= 0)
        close(c->heads_fd);
    log_check_destroy(c->check);
    free(c);
}

/* Where the last line ends that begins so; 0 where there is none. */
static size_t end_of_last(const char *text, size_t size, const char *beginning)
{
    size_t length = strlen(beginning);
    while (size && text[size - 1] != '\n')
        size--; /* a torn line */
    while (size) {
        size_t at = size - 1;
        while (at && text[at - 1] != '\n')
            at--;
        if (size - at >= length && memcmp(text + at, beginning, length) == 0)
            return size;
        size = at;
    }
    return 0;
}

/* Opens a file for appending, cuts what was left half-written, and gives what is in it. */
static int open_file(const char *folder, const char *meeting, const char *name,
                     const char *last_line, int *ret_fd, struct bytes **ret)
{
    char path[PATH_MAX];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    if (snprintf(path, sizeof path, "%s/%s/%s", folder, meeting, name) >= (int)sizeof path)
        return -ENAMETOOLONG;
    cleanup_close int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int r = fd < 0 ? -errno : io_read_file(path, MAX_FILE_BYTES, &b);
    if (r < 0)
        return r;
    size_t whole = end_of_last((const char *)b->data, b->size, last_line);
    if (whole < b->size && (ftruncate(fd, (off_t)whole) < 0 || fsync(fd) < 0))
        return -errno;
    b->size = whole;
    *ret_fd = take_fd(fd);
    *ret = take_ptr(b);
    return 0;
}

static struct signed_head to_check(const struct published_head *p)
{
    struct signed_head h = {.seq = p->seq, .at_utc_us = p->at_utc_us};
    memcpy(h.meeting, p->meeting, sizeof h.meeting);
    memcpy(h.hash, p->hash, sizeof h.hash);
    memcpy(h.signature, p->signature, sizeof h.signature);
    return h;
}

static int check_head(struct mirror_copy *c, const struct published_head *p, char ret_reason[512])
{
    struct signed_head h = to_check(p);
    if (log_key_check(c->key, &h) < 0) {
        snprintf(ret_reason, 512,
                 "%llu. olayın başı anahtarla imzalanmamış / the head of event %llu was not signed "
                 "with the key",
                 (unsigned long long)p->seq, (unsigned long long)p->seq);
        return -EBADMSG;
    }
    int r = log_check_head(c->check, p);
    if (r < 0) {
        snprintf(ret_reason, 512, "%s", log_check_reason(c->check));
        return r;
    }
    c->heads = p->seq > c->heads ? p->seq : c->heads;
    return 0;
}

static int load_log(struct mirror_copy *c, const char *folder, char ret_reason[512])
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = open_file(folder, c->meeting, "log.ndjson", "{\"end\":", &c->log_fd, &b);
    if (r < 0)
        return r;
    r = log_check_text(c->check, (const char *)b->data, b->size);
    if (r == -EBADMSG || r == -EINVAL) {
        snprintf(ret_reason, 512, "%s", log_check_reason(c->check));
        return -EUCLEAN;
    }
    return r;
}

static int load_heads(struct mirror_copy *c, const char *folder, char ret_reason[512])
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    cleanup_free struct published_head *heads = NULL;
    size_t count = 0;
    int r = open_file(folder, c->meeting, "heads.ndjson", "{", &c->heads_fd, &b);
    if (r == 0)
        r = published_read_heads((const char *)b->data, b->size, &heads, &count, NULL);
    for (size_t i = 0; i < count && r == 0; i++) {
        r = check_head(c, &heads[i], ret_reason);
        r = r == -EAGAIN ? 0 : r; /* its page was torn: both are fetched again */
    }
    return r == -EBADMSG || r == -EINVAL ? -EUCLEAN : r;
}

int mirror_copy_open(const char *folder, const char *meeting, const uint8_t *key,
                     struct mirror_copy **ret, char ret_reason[512])
{
    char path[PATH_MAX];
    cleanup(mirror_copy_close_p) struct mirror_copy *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    *c = (struct mirror_copy){.key = key, .log_fd = -1, .heads_fd = -1};
    snprintf(c->meeting, sizeof c->meeting, "%s", meeting);
    snprintf(ret_reason, 512, "%s", meeting);
    c->check = log_check_create();
    int r = c->check ? 0 : -ENOMEM;
    if (snprintf(path, sizeof path, "%s/%s", folder, meeting) >= (int)sizeof path)
        r = -ENAMETOOLONG;
    if (r == 0)
        r = io_make_folders(path, 0755);
    if (r == 0)
        r = load_log(c, folder, ret_reason);
    if (r == 0)
        r = load_heads(c, folder, ret_reason);
    if (r < 0)
        return r;
    *ret = take_ptr(c);
    return 0;
}

static int append(int fd, const void *data, size_t size)
{
    int r = io_write_all(fd, data, size);
    return r == 0 && fdatasync(fd) < 0 ? -errno : r;
}

int mirror_copy_add_page(struct mirror_copy *c, const char *text, size_t size, bool *ret_more,
                         char ret_reason[512])
{
    uint64_t before = mirror_copy_events(c);
    struct log_check_result result;
    if (end_of_last(text, size, "{\"end\":") != size) {
        snprintf(ret_reason, 512, "sayfa yarım / the page is not whole");
        return -EINVAL;
    }
    int r = log_check_text(c->check, text, size);
    if (r == -EBADMSG || r == -EINVAL)
        snprintf(ret_reason, 512, "%s", log_check_reason(c->check));
    if (r < 0)
        return r;
    log_check_result(c->check, &result);
    if (strcmp(result.meeting, c->meeting) != 0) {
        snprintf(ret_reason, 512, "%s yerine %s geldi / %s came instead of %s", c->meeting,
                 result.meeting, result.meeting, c->meeting);
        return -EBADMSG;
    }
    *ret_more = !result.whole;
    if (result.events == before)
        return 0; /* nothing new: nothing to keep */
    r = append(c->log_fd, text, size);
    if (r < 0)
        snprintf(ret_reason, 512, "%s", strerror(-r));
    return r;
}

int mirror_copy_add_heads(struct mirror_copy *c, const struct published_head *heads, size_t count,
                          char ret_reason[512])
{
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++) {
        r = check_head(c, &heads[i], ret_reason);
        if (r < 0)
            return r == -EAGAIN ? -EBADMSG : r;
        cleanup(bytes_unref_p) struct bytes *line = published_print_head(&heads[i]);
        cleanup_buf struct buf out;
        buf_init(&out, 4096);
        r = line ? buf_add(&out, line->data, line->size) : -ENOMEM;
        if (r == 0)
            r = buf_add_u8(&out, '\n');
        if (r == 0)
            r = append(c->heads_fd, out.data, out.size);
    }
    if (r < 0)
        snprintf(ret_reason, 512, "%s", strerror(-r));
    return r;
}
