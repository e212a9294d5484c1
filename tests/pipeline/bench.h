/* One source under test, listened to. */
#ifndef MECLIS_PIPELINE_BENCH_H
#define MECLIS_PIPELINE_BENCH_H

#include "listener.h"

#define WIDTH 320
#define HEIGHT 180

struct bench {
    struct listener *listener; /* owned */
    struct spec_source spec;
    struct source *source;
    int port; /* 0: a free one */
    enum programme_mode mode;
    bool loop;
    const char *language; /* NULL: Turkish */
};

/* Starts a source of that kind; the url may hold one %d, for a free port. */
void bench_start(struct bench *b, enum source_kind kind, const char *url, const char *passphrase,
                 const char *stream_id);

/* Stops it: at once, and nothing comes afterwards. Checks that the contract was never broken. */
void bench_stop(struct bench *b);

/* The same without looking, while others go on. */
void bench_end(struct bench *b);

/* Wait for it, or fail with what was heard instead. */
void bench_expect(struct bench *b, int timeout_ms,
                  bool (*done)(const struct heard *heard, int64_t n), int64_t n);
void bench_expect_state(struct bench *b, int timeout_ms, enum source_state state,
                        const char *reason);

/* A test that failed in its midst leaves nothing behind. */
int bench_teardown(void **state);
#define bench_test(f) cmocka_unit_test_teardown(f, bench_teardown)

#define bench_sleep_ms(ms) g_usleep((ms)*1000ul)

/* ffmpeg's words for a small moving picture and a tone, and for encoders without delay. */
#define FFMPEG "ffmpeg -hide_banner -loglevel error -re "
#define PICTURE "-f lavfi -i testsrc=size=320x180:rate=25 "
#define TONE "-f lavfi -i sine=440:sample_rate=48000 "
#define H264 "-c:v libx264 -pix_fmt yuv420p -preset ultrafast -tune zerolatency -g 25 "
#define AAC "-c:a aac -b:a 128k -ac 2 "

#endif
