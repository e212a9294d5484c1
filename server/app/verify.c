/* meclis verify: an exported log is checked, alone or against what was published of it. */
#include "app/log_check.h"
#include "app/tools.h"
#include "base/buf.h"
#include "base/io.h"
#include "protocol/log_export.h"
#include "store/log_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MAX_HEADS_BYTES (64u << 20)
#define READ_BYTES (1u << 20)

static const char help[] =
    "meclis verify DOSYA|- [--head DOSYA] [--key DOSYA]\n"
    "\n"
    "  DOSYA        dışa aktarılmış kayıt (…/log?format=export) / an exported log\n"
    "  --head DOSYA yayımlanmış başlar (…/head, …/heads) / published heads to compare with\n"
    "  --key DOSYA  başları imzalayan anahtar (/api/v1/key) / the key that signs them\n"
    "\n"
    "0: sağlam / it holds; 1: yanlış / it is wrong; 2: bakılamadı / it could not be read\n";

struct verifying {
    const char *file, *head, *key;
    struct log_check *check;
};

/* Gives each whole line to the check, and keeps what is left of the last one. */
static int take_lines(struct log_check *check, struct buf *pending)
{
    size_t at = 0;
    int r = 0;
    for (;;) {
        const uint8_t *end = memchr(pending->data + at, '\n', pending->size - at);
        if (!end || r < 0)
            break;
        size_t size = (size_t)(end - pending->data) - at;
        if (size)
            r = log_check_line(check, (const char *)pending->data + at, size);
        at += size + 1;
    }
    buf_drop(pending, at);
    return r;
}

static int read_log(struct verifying *v)
{
    bool standard = strcmp(v->file, "-") == 0;
    cleanup_close int opened = standard ? -1 : open(v->file, O_RDONLY | O_CLOEXEC);
    int fd = standard ? STDIN_FILENO : opened, r = fd < 0 ? -errno : 0;
    cleanup_buf struct buf pending;
    buf_init(&pending, READ_BYTES + LOG_EXPORT_MAX_LINE_BYTES);
    while (r == 0) {
        uint8_t *room = buf_extend(&pending, READ_BYTES);
        if (!room)
            return -EINVAL; /* a line beyond any that is written */
        ssize_t n = read(fd, room, READ_BYTES);
        pending.size -= READ_BYTES - (n > 0 ? (size_t)n : 0);
        if (n < 0 && errno != EINTR)
            r = -errno;
        if (n > 0)
            r = take_lines(v->check, &pending);
        if (n == 0)
            break;
    }
    if (r == 0 && pending.size)
        r = log_check_line(v->check, (const char *)pending.data, pending.size);
    return r;
}

static struct signed_head to_check(const struct published_head *p)
{
    struct signed_head h = {.seq = p->seq, .at_utc_us = p->at_utc_us};
    memcpy(h.meeting, p->meeting, sizeof h.meeting);
    memcpy(h.hash, p->hash, sizeof h.hash);
    memcpy(h.signature, p->signature, sizeof h.signature);
    return h;
}

static int read_key(const struct verifying *v, uint8_t ret_key[PUBLISHED_KEY_BYTES])
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = io_read_file(v->key, 4096, &b);
    return r < 0 ? r : published_read_key((const char *)b->data, b->size, ret_key);
}

static int check_heads(struct verifying *v, const struct published_head *heads, size_t count)
{
    uint8_t key[PUBLISHED_KEY_BYTES];
    int r = v->key ? read_key(v, key) : 0;
    if (r < 0)
        return tool_complain("%s: %s", v->key, strerror(-r));
    for (size_t i = 0; i < count; i++) {
        struct signed_head h = to_check(&heads[i]);
        if (v->key && log_key_check(key, &h) < 0) {
            tool_complain(
                "%llu. olayın başı bu anahtarla imzalanmamış / the head of event %llu was "
                "not signed with this key",
                (unsigned long long)h.seq, (unsigned long long)h.seq);
            return TOOL_WRONG;
        }
        if (log_check_head(v->check, &heads[i]) < 0) {
            tool_complain("%s", log_check_reason(v->check));
            return TOOL_WRONG;
        }
    }
    printf("%zu imzalı baş uyuşuyor%s / %zu signed heads agree%s\n", count,
           v->key ? "" : " (imzalarına bakılmadı)", count,
           v->key ? "" : " (their signatures were not looked at)");
    return 0;
}

static int compare_heads(struct verifying *v)
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    cleanup_free struct published_head *heads = NULL;
    size_t count = 0;
    int r = io_read_file(v->head, MAX_HEADS_BYTES, &b);
    if (r == 0)
        r = published_read_heads((const char *)b->data, b->size, &heads, &count, NULL);
    if (r < 0 || count == 0)
        return tool_complain("%s: %s", v->head,
                             r < 0 ? strerror(-r) : "içinde baş yok / no head in it");
    return check_heads(v, heads, count);
}

static int verify(struct verifying *v)
{
    struct log_check_result result;
    int r = read_log(v);
    if (r == -EBADMSG || r == -EINVAL) {
        tool_complain("%s", log_check_reason(v->check)[0] ? log_check_reason(v->check)
                                                          : "bu bir kayıt değil / this is no log");
        return TOOL_WRONG;
    }
    if (r < 0)
        return tool_complain("%s: %s", v->file, strerror(-r));
    log_check_result(v->check, &result);
    if (!result.whole) {
        tool_complain("%s: %llu. olaydan sonrası kesik / cut off after event %llu", result.meeting,
                      (unsigned long long)result.events, (unsigned long long)result.events);
        return TOOL_WRONG;
    }
    int status = v->head ? compare_heads(v) : 0;
    if (status == 0)
        printf("%s: %llu olay, zincir sağlam; gösterilmeyen %llu, silinmiş %llu / %llu events, the "
               "chain holds; withheld %llu, erased %llu\n",
               result.meeting, (unsigned long long)result.events,
               (unsigned long long)result.withheld, (unsigned long long)result.erased,
               (unsigned long long)result.events, (unsigned long long)result.withheld,
               (unsigned long long)result.erased);
    return status;
}

static bool parse(int argc, char *argv[], struct verifying *v)
{
    for (int i = 1; i < argc; i++) {
        int r = tool_option(argc, argv, &i, "--head", &v->head);
        if (r == 0)
            r = tool_option(argc, argv, &i, "--key", &v->key);
        if (r < 0 || (r == 0 && (v->file || (argv[i][0] == '-' && argv[i][1]))))
            return false;
        if (r == 0)
            v->file = argv[i];
    }
    return v->file && (v->head || !v->key);
}

int tool_verify(int argc, char *argv[])
{
    struct verifying v = {0};
    if (!parse(argc, argv, &v)) {
        fputs(help, stderr);
        return TOOL_FAILED;
    }
    cleanup(log_check_destroy_p) struct log_check *check = log_check_create();
    if (!check)
        return tool_complain("%s", strerror(ENOMEM));
    v.check = check;
    return verify(&v);
}
