#include "encoded.h"

#include "../cmocka_all.h"
#include "base/io.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

int encoded_run(const char *const argv[], const char *output)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int fd = open(output ? output : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int null = open("/dev/null", O_RDONLY);
        if (fd < 0 || null < 0 || dup2(fd, 1) < 0 || dup2(null, 0) < 0)
            _exit(126);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static uint32_t get24(const uint8_t *at)
{
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static void read_video(struct encoded *e, const uint8_t *at, uint32_t size, int64_t time_ms)
{
    if (size < 5 || at[1] > 1)
        return;
    assert_int_equal(at[0] & 15, 7); /* AVC */
    if (at[1] == 0) {
        e->avcc = at + 5;
        e->avcc_size = size - 5;
        return;
    }
    int32_t offset = (int32_t)(get24(at + 2) << 8) >> 8;
    e->units[e->count++] =
        (struct encoded_unit){at + 5, size - 5, time_ms, time_ms + offset, true, at[0] >> 4 == 1};
}

static void read_audio(struct encoded *e, const uint8_t *at, uint32_t size, int64_t time_ms)
{
    assert_int_equal(at[0] >> 4, 10); /* AAC */
    if (at[1] == 0) {
        e->asc = at + 2;
        e->asc_size = size - 2;
        return;
    }
    e->units[e->count++] = (struct encoded_unit){at + 2, size - 2, time_ms, time_ms, false, true};
}

void encoded_read(const char *path, struct encoded *ret)
{
    memset(ret, 0, sizeof *ret);
    assert_int_equal(io_read_file(path, 64 << 20, &ret->file), 0);
    const uint8_t *data = ret->file->data;
    size_t size = ret->file->size, at = 13;
    assert_true(size > at && memcmp(data, "FLV", 3) == 0);
    while (at + 11 <= size && ret->count < 4096) {
        uint32_t length = get24(data + at + 1);
        int64_t time_ms = (int64_t)(get24(data + at + 4) | (uint32_t)data[at + 7] << 24);
        assert_true(at + 11 + length <= size);
        if ((data[at] & 31) == 9)
            read_video(ret, data + at + 11, length, time_ms);
        else if ((data[at] & 31) == 8)
            read_audio(ret, data + at + 11, length, time_ms);
        at += 11 + length + 4;
    }
    assert_true(ret->count > 0);
}

void encoded_finish(struct encoded *e)
{
    bytes_unref(e->file);
    e->file = NULL;
}
