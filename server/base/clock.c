#include "base/clock.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* Mapped once, before its first use, and never unmapped; NULL outside tests. */
static const _Atomic int64_t *test_offset_us;
static pthread_once_t test_offset_once = PTHREAD_ONCE_INIT;

static void map_test_offset(void)
{
    const char *path = getenv("MECLIS_TEST_CLOCK");
    if (!path)
        return;
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || st.st_size < (off_t)sizeof(int64_t))
        return;
    void *map = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED)
        test_offset_us = map;
}

static int64_t read_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_boot_ns(void)
{
    return read_ns(CLOCK_BOOTTIME);
}

int64_t clock_boot_us(void)
{
    return read_ns(CLOCK_BOOTTIME) / 1000;
}

int64_t clock_utc_us(void)
{
    pthread_once(&test_offset_once, map_test_offset);
    int64_t now = read_ns(CLOCK_REALTIME) / 1000;
    return test_offset_us ? now + atomic_load(test_offset_us) : now;
}

bool clock_utc_synchronised(void)
{
    struct timex t = {0};
    return adjtimex(&t) != TIME_ERROR && !(t.status & STA_UNSYNC);
}

int clock_boot_id(char ret_id[37])
{
    cleanup_close int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    char id[37] = "";
    if (read(fd, id, 36) != 36)
        return -EIO;
    for (int i = 0; i < 37; i++)
        ret_id[i] = id[i];
    return 0;
}
