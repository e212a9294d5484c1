/* What the benchmark's own programs (load.c, limit.c, publish.c) share. None of it is the server's
 * code: messages are written and read as docs/protocol.md says. */
#ifndef MECLIS_BENCH_BENCH_H
#define MECLIS_BENCH_BENCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes before a lone fragment's moof in a message: the message's head and the fragment's. */
#define BENCH_HEAD_BYTES 44

/* The picture's track in what is published here. */
#define BENCH_PICTURE 1

/* An unmasked WebSocket header for the payloads that are sent here, 126 to 65,535 bytes. */
#define BENCH_WS_BYTES 4

/* The load client always says the same key, so that the limit server need not compute. */
#define BENCH_WS_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define BENCH_WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/* Ends the program with the reason on standard error. */
_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* UTC since 1970, and the boot clock; microseconds. */
int64_t bench_utc_us(void);
int64_t bench_now_us(void);

/* Sleeps until the boot clock says so. */
void bench_sleep_until(int64_t boot_us);

/* A number of that range, or the program ends. */
long bench_number(const char *text, long least, long most);

/* Reads "ADDRESS:PORT" with a numeric IPv4 address, or the program ends. */
struct sockaddr_in bench_address(const char *text);

/* Runs this thread on that processor alone; negative, or not there: anywhere. */
void bench_pin(int cpu);

/* Raises the soft cap on open files to the hard one, and ends the program where fewer than `needed`
 * fit. */
void bench_files(long needed);

/* Whatever is forgotten, the program ends after so many seconds. */
void bench_bound(unsigned seconds);

/* Writes the head of a message of one fragment that is `size` bytes in all, WebSocket header
 * included, to `at`; what follows it may be anything. */
void bench_message(uint8_t *at, size_t size, uint64_t sequence, int64_t captured_us, bool key);

struct bench_fragment {
    bool key;
    uint8_t track;
    uint64_t sequence;
    int64_t captured_us;
};

/* Reads the head of a fragments message, `size` its payload in all. Returns whether it is one as
 * the protocol promises: the first fragment within it, and the only one filling it. */
bool bench_read(const uint8_t head[BENCH_HEAD_BYTES], uint64_t size, struct bench_fragment *ret);

#endif
