#include "bench.h"

#include <arpa/inet.h>
#include <endian.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

void bench_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    _exit(1);
}

static int64_t clock_us(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

int64_t bench_utc_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t bench_now_us(void)
{
    return clock_us(CLOCK_BOOTTIME);
}

void bench_sleep_until(int64_t boot_us)
{
    struct timespec t = {.tv_sec = boot_us / 1000000, .tv_nsec = boot_us % 1000000 * 1000};
    while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &t, NULL) != 0)
        continue;
}

long bench_number(const char *text, long least, long most)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < least || value > most)
        bench_die("%s is not a number from %ld to %ld", text, least, most);
    return value;
}

struct sockaddr_in bench_address(const char *text)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    char host[32] = "";
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host)
        bench_die("%s is not ADDRESS:PORT", text);
    memcpy(host, text, (size_t)(colon - text));
    if (inet_pton(AF_INET, host, &a.sin_addr) != 1)
        bench_die("%s is no IPv4 address", host);
    a.sin_port = htons((uint16_t)bench_number(colon + 1, 1, 65535));
    return a;
}

void bench_pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < 0 || cpu >= CPU_SETSIZE)
        return;
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set); /* where it may not, it runs anywhere */
}

void bench_files(long needed)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        bench_die("the cap on open files can't be read");
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur != RLIM_INFINITY && (long)limit.rlim_cur < needed)
        bench_die("open files: only %ld allowed, %ld needed", (long)limit.rlim_cur, needed);
}

void bench_bound(unsigned seconds)
{
    alarm(seconds);
}

static uint8_t *put32(uint8_t *at, uint32_t v)
{
    v = htobe32(v);
    memcpy(at, &v, sizeof v);
    return at + sizeof v;
}

static uint8_t *put64(uint8_t *at, uint64_t v)
{
    v = htobe64(v);
    memcpy(at, &v, sizeof v);
    return at + sizeof v;
}

void bench_message(uint8_t *at, size_t size, uint64_t sequence, int64_t captured_us, bool key)
{
    size_t payload = size - BENCH_WS_BYTES;
    uint8_t head[] = {0x82, 126, (uint8_t)(payload >> 8), (uint8_t)payload, 2, 1, 0, 0, 1, key,
                      0,    0};
    memcpy(at, head, sizeof head);
    at = put32(at + sizeof head, 1);
    at = put64(at, sequence);
    at = put64(at, sequence * 40000);
    at = put64(at, (uint64_t)captured_us);
    at = put32(at, 40000);
    put32(at, (uint32_t)(payload - BENCH_HEAD_BYTES));
}

static uint64_t get64(const uint8_t *at)
{
    uint64_t v;
    memcpy(&v, at, sizeof v);
    return be64toh(v);
}

bool bench_read(const uint8_t head[BENCH_HEAD_BYTES], uint64_t size, struct bench_fragment *ret)
{
    uint32_t fragment;
    memcpy(&fragment, head + 40, sizeof fragment);
    fragment = be32toh(fragment);
    if (head[0] != 2 || head[1] == 0 || head[4] == 0 || head[4] > 8 ||
        BENCH_HEAD_BYTES + (uint64_t)fragment > size ||
        (head[1] == 1 && BENCH_HEAD_BYTES + (uint64_t)fragment != size))
        return false;
    ret->track = head[4];
    ret->key = head[5] & 1;
    ret->sequence = get64(head + 12);
    ret->captured_us = (int64_t)get64(head + 28);
    return true;
}
