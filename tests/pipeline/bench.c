#include "bench.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Running ones, for a test that fails. */
static struct bench running[4];

static void note_running(const struct bench *b)
{
    for (int i = 0; i < 4; i++) {
        if (!running[i].source) {
            running[i] = *b;
            return;
        }
    }
}

static void forget_running(const struct bench *b)
{
    for (int i = 0; i < 4; i++) {
        if (running[i].source == b->source)
            running[i].source = NULL;
    }
}

int bench_teardown(void **state)
{
    for (int i = 0; i < 4; i++) {
        source_destroy(take_ptr(running[i].source));
    }
    /* The listener stays: a teardown may still look at its clock. */
    source_drain(10000);
    return 0;
}

/* The one conversion in `url` is a port's; a literal would need one call a kind. */
static void print_url(char *text, size_t size, const char *url, int port)
{
    const char *at = strstr(url, "%d");
    if (at)
        snprintf(text, size, "%.*s%d%s", (int)(at - url), url, port, at + 2);
    else
        snprintf(text, size, "%s", url);
}

void bench_start(struct bench *b, enum source_kind kind, const char *url, const char *passphrase,
                 const char *stream_id)
{
    char reason[256] = "";
    b->listener = calloc(1, sizeof *b->listener);
    assert_non_null(b->listener);
    listener_init(b->listener, WIDTH, HEIGHT);
    if (b->mode)
        b->listener->format.mode = b->mode;
    if (b->language)
        snprintf(b->listener->format.language, sizeof b->listener->format.language, "%s",
                 b->language);
    b->spec.loop = b->loop;
    b->port = b->port ? b->port : free_port(kind == SOURCE_SRT_LISTEN || kind == SOURCE_SRT_CALL);
    b->spec.kind = kind;
    snprintf(b->spec.id, sizeof b->spec.id, "kaynak");
    print_url(b->spec.url, sizeof b->spec.url, url, b->port);
    snprintf(b->spec.passphrase, sizeof b->spec.passphrase, "%s", passphrase);
    snprintf(b->spec.stream_id, sizeof b->spec.stream_id, "%s", stream_id);
    int r = source_create(&b->spec, &b->listener->format, &listener_events, b->listener, &b->source,
                          reason);
    if (r < 0)
        fail_msg("source_create: %s", reason);
    note_running(b);
    assert_int_equal(source_start(b->source), 0);
}

void bench_stop(struct bench *b)
{
    struct heard before, after;
    int64_t began = clock_boot_us();
    source_stop(b->source);
    int64_t took = clock_boot_us() - began;
    listener_get(b->listener, &before);
    bench_sleep_ms(150);
    listener_get(b->listener, &after);
    source_stop(b->source);
    forget_running(b);
    source_destroy(b->source);
    assert_true(source_drain(10000));
    listener_finish(b->listener);
    free(take_ptr(b->listener));
    assert_true(took < 100000);
    assert_int_equal(after.frames + after.sounds + after.states,
                     before.frames + before.sounds + before.states);
    if (after.wrong)
        fail_msg("%d wrong, first: %s", after.wrong, after.wrong_text);
}

void bench_end(struct bench *b)
{
    forget_running(b);
    source_destroy(b->source);
}

static void fail_with(struct bench *b, const char *what)
{
    struct heard h;
    struct link_source_status status;
    listener_get(b->listener, &h);
    source_status(b->source, &status);
    fail_msg("%s: state %d '%s', %d frames, %d sounds, '%s' '%s', %lld bytes", what, h.state,
             h.reason, h.frames, h.sounds, status.video, status.audio, (long long)status.bytes);
}

void bench_expect(struct bench *b, int timeout_ms,
                  bool (*done)(const struct heard *heard, int64_t n), int64_t n)
{
    if (!listener_wait(b->listener, timeout_ms, done, n))
        fail_with(b, "waited in vain");
}

void bench_expect_state(struct bench *b, int timeout_ms, enum source_state state,
                        const char *reason)
{
    struct heard h;
    for (int waited = 0; waited <= timeout_ms; waited += 10) {
        listener_get(b->listener, &h);
        if (h.state == state && strstr(h.reason, reason))
            return;
        bench_sleep_ms(10);
    }
    fail_with(b, reason[0] ? reason : "another state");
}
