/* Bodies out of files, from a disk that is quick, slow, or broken. The calls that read are ours
 * here (pread, preadv2, sendfile, splice): they tell who would have waited for the disk. */
#include "../cmocka_all.h"
#include "fixture.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define FILE_BYTES (3u << 20)

/* ---- the disk ---- */

static struct {
    int fd;                  /* the file that lies on it; -1: none */
    atomic_bool cold;        /* nothing of it is in the kernel's memory */
    atomic_int delay_us;     /* of each read */
    atomic_int error;        /* of each read */
    atomic_int reads, stuck; /* reads that waited; those of them on a net thread */
} disk = {.fd = -1};

static void wait_for_disk(void)
{
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof name);
    atomic_fetch_add(&disk.reads, 1);
    if (strcmp(name, "disk") != 0)
        atomic_fetch_add(&disk.stuck, 1);
    fixture_sleep_us(atomic_load(&disk.delay_us));
}

ssize_t pread(int fd, void *data, size_t size, off_t offset)
{
    if (fd == disk.fd) {
        wait_for_disk();
        if (atomic_load(&disk.error)) {
            errno = atomic_load(&disk.error);
            return -1;
        }
    }
    return syscall(SYS_pread64, fd, data, size, offset);
}

ssize_t preadv2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
    if (fd == disk.fd && atomic_load(&disk.cold)) {
        if (flags & RWF_NOWAIT) {
            errno = EAGAIN;
            return -1;
        }
        wait_for_disk();
    }
    return syscall(SYS_preadv2, fd, parts, count, offset, 0, flags & ~RWF_NOWAIT);
}

/* ---- the application: /api/file is three places of the file behind some bytes ---- */

static struct file *the_file;
static uint8_t expected[FILE_BYTES];
static size_t expected_size;

static const struct {
    uint64_t offset, size;
} places[] = {{100, 1500000}, {1600000, 1}, {2000001, 1100000}};

static void answer(void *ctx, struct front_request *r)
{
    if (strcmp(front_request_path(r), "/api/file") != 0) {
        test_app_ops.request(ctx, r);
        return;
    }
    struct front_response response = {
        .status = 200, .content_type = "video/mp4", .etag = "\"t-1\"", .piece_count = 4};
    response.pieces = calloc(4, sizeof *response.pieces);
    assert_non_null(response.pieces);
    response.pieces[0].bytes = bytes_copy("baş", 4);
    for (int i = 0; i < 3; i++)
        response.pieces[i + 1] = (struct piece){
            .file = file_ref(the_file), .offset = places[i].offset, .size = places[i].size};
    front_reply(r, &response);
}

static const struct front_ops ops = {.request = answer};

static void start(struct fixture *x)
{
    char path[] = "/tmp/meclis-disk-XXXXXX";
    static uint8_t contents[FILE_BYTES];
    feed_fill(contents, sizeof contents, 1, 7);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, contents, sizeof contents), sizeof contents);
    unlink(path);
    the_file = file_new(fd);
    assert_non_null(the_file);
    memcpy(expected, "baş", 4);
    expected_size = 4;
    for (int i = 0; i < 3; i++) {
        memcpy(expected + expected_size, contents + places[i].offset, places[i].size);
        expected_size += places[i].size;
    }
    disk.fd = fd;
    atomic_store(&disk.cold, false);
    atomic_store(&disk.delay_us, 0);
    atomic_store(&disk.error, 0);
    atomic_store(&disk.reads, 0);
    atomic_store(&disk.stuck, 0);
    fixture_init(x);
    x->config.threads = 1;
    x->ops = &ops;
    fixture_start(x);
}

static void stop(struct fixture *x)
{
    fixture_stop(x);
    disk.fd = -1;
    assert_int_equal(atomic_load(&the_file->refs), 1); /* nobody kept it */
    file_unref(the_file);
}

static void expect_range(int port, const char *headers, int status, uint64_t first, uint64_t size)
{
    struct client_response r;
    client_get(port, "/api/file", headers, &r);
    assert_int_equal(r.status, status);
    assert_int_equal(r.body.size, size);
    assert_memory_equal(r.body.data, expected + first, size);
    client_response_finish(&r);
}

static void ask_everything(int port)
{
    struct client_response r;
    expect_range(port, "", 200, 0, expected_size);
    expect_range(port, "Range: bytes=0-0\r\n", 206, 0, 1);
    expect_range(port, "Range: bytes=2-6\r\n", 206, 2, 5);
    expect_range(port, "Range: bytes=4-\r\n", 206, 4, expected_size - 4);
    expect_range(port, "Range: bytes=1500000-1500010\r\n", 206, 1500000, 11);
    expect_range(port, "Range: bytes=-700000\r\n", 206, expected_size - 700000, 700000);
    expect_range(port, "Range: bytes=1000000-99999999\r\n", 206, 1000000, expected_size - 1000000);
    expect_range(port, "Range: bytes=0-3,9-12\r\n", 200, 0, expected_size);
    expect_range(port, "Range: lines=0-3\r\n", 200, 0, expected_size);
    expect_range(port, "Range: bytes=0-3\r\nIf-Range: \"t-1\"\r\n", 206, 0, 4);
    expect_range(port, "Range: bytes=0-3\r\nIf-Range: \"t-2\"\r\n", 200, 0, expected_size);
    expect_range(port, "If-None-Match: \"t-1\"\r\n", 304, 0, 0);
    expect_range(port, "If-None-Match: \"t-2\"\r\n", 200, 0, expected_size);
    client_get(port, "/api/file", "Range: bytes=99999999-\r\n", &r);
    assert_int_equal(r.status, 416);
    char size[64];
    snprintf(size, sizeof size, "bytes */%zu", expected_size);
    assert_string_equal(client_header(&r, "Content-Range"), size);
    client_response_finish(&r);
}

static void what_is_in_memory_is_sent_at_once(void **state)
{
    struct fixture x;
    start(&x);
    ask_everything(x.port);
    assert_int_equal(atomic_load(&disk.reads), 0);
    stop(&x);
}

static void what_is_on_the_disk_is_the_same(void **state)
{
    struct fixture x;
    start(&x);
    atomic_store(&disk.cold, true);
    ask_everything(x.port);
    assert_true(atomic_load(&disk.reads) > 100);
    assert_int_equal(atomic_load(&disk.stuck), 0);
    stop(&x);
}

static void one_connection_asks_again_and_again(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x);
    int fd = client_connect(x.port);
    client_send_text(fd, "HEAD /api/file HTTP/1.1\r\nHost: x\r\n\r\n"
                         "GET /api/file HTTP/1.1\r\nHost: x\r\n\r\n"
                         "GET /api/file HTTP/1.1\r\nHost: x\r\nRange: bytes=7-8\r\n\r\n"
                         "GET /api/file HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 4; i++) {
        atomic_store(&disk.cold, i % 2);
        assert_int_equal(client_response_read(fd, i == 0, &r), 0);
        assert_int_equal(r.status, i == 2 ? 206 : 200);
        size_t first = i == 2 ? 7 : 0, size = i == 0 ? 0 : i == 2 ? 2 : expected_size;
        assert_int_equal(r.body.size, size);
        assert_memory_equal(r.body.data, expected + first, size);
        client_response_finish(&r);
    }
    close(fd);
    stop(&x);
}

/* The longest time between two live messages while `during` lasts. */
static int64_t longest_gap(struct client_socket *s, int64_t during_us)
{
    int64_t end = clock_boot_us() + during_us, last = clock_boot_us(), longest = 0;
    while (last < end) {
        cleanup(bytes_unref_p) struct bytes *message = NULL;
        assert_true(client_ws_read(s, 5000, &message) >= 0);
        int64_t now = clock_boot_us();
        longest = now - last > longest ? now - last : longest;
        last = now;
    }
    return longest;
}

/* Forty clients wait for a disk that takes a second for each read; whoever watches live does not
 * notice. */
static void a_stalled_disk_stalls_nobody_else(void **state)
{
    enum { CLIENTS = 40, PERIOD_US = 10000 };
    struct fixture x;
    struct client_socket live;
    int fds[CLIENTS];
    start(&x);
    fixture_feeder_start(&x, PERIOD_US);
    wait_until(atomic_load(&x.frame) > 50);
    client_ws_open(x.port, "/ws/demo/media", &live);
    longest_gap(&live, 300000); /* what is behind, and the machine's own noise, are not judged */
    int64_t before = longest_gap(&live, 1500000);
    atomic_store(&disk.cold, true);
    atomic_store(&disk.delay_us, 1000000);
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = client_connect(x.port);
        client_send_text(fds[i], "GET /api/file HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    int64_t during = longest_gap(&live, 2500000);
    print_message("longest gap: %lld us before, %lld us while the disk stalls\n", (long long)before,
                  (long long)during);
    assert_true(atomic_load(&disk.reads) >= 4);
    assert_int_equal(atomic_load(&disk.stuck), 0); /* no net thread asked the disk */
    /* A blocked thread would be a second behind; a busy machine delays both alike. */
    assert_true(during < before + 250000);
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    /* most of them leave while they wait */
    for (int i = 1; i < CLIENTS; i++)
        close(fds[i]);
    atomic_store(&disk.delay_us, 0);
    struct client_response r;
    assert_int_equal(client_response_read(fds[0], false, &r), 0);
    assert_int_equal(r.body.size, expected_size);
    assert_memory_equal(r.body.data, expected, expected_size);
    client_response_finish(&r);
    close(fds[0]);
    client_ws_close(&live);
    fixture_feeder_stop(&x);
    struct front_stats stats;
    wait_until((front_stats(x.front, &stats), stats.connections == 0));
    stop(&x);
}

/* It was promised and is not there: the connection ends, and says so by ending too early. */
static void a_broken_disk_ends_the_connection(void **state)
{
    struct fixture x;
    struct client_response r;
    start(&x);
    atomic_store(&disk.cold, true);
    atomic_store(&disk.error, EIO);
    int fd = client_connect(x.port);
    client_send_text(fd, "GET /api/file HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client_response_read(fd, false, &r), -1);
    close(fd);
    atomic_store(&disk.error, 0);
    for (int cold = 0; cold < 2; cold++) {
        atomic_store(&disk.cold, cold);
        assert_int_equal(ftruncate(the_file->fd, 2500000), 0);
        fd = client_connect(x.port);
        client_send_text(fd, "GET /api/file HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_int_equal(client_response_read(fd, false, &r), -1);
        close(fd);
    }
    assert_int_equal(client_status(x.port, "/healthz"), 200);
    stop(&x);
}

static void ends_while_the_disk_is_asked(void **state)
{
    struct fixture x;
    start(&x);
    atomic_store(&disk.cold, true);
    atomic_store(&disk.delay_us, 100000);
    int fds[20];
    for (int i = 0; i < 20; i++) {
        fds[i] = client_connect(x.port);
        client_send_text(fds[i], "GET /api/file HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    wait_until(atomic_load(&disk.reads) >= 4);
    stop(&x);
    for (int i = 0; i < 20; i++)
        close(fds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_memory_is_sent_at_once),
        cmocka_unit_test(what_is_on_the_disk_is_the_same),
        cmocka_unit_test(one_connection_asks_again_and_again),
        cmocka_unit_test(a_stalled_disk_stalls_nobody_else),
        cmocka_unit_test(a_broken_disk_ends_the_connection),
        cmocka_unit_test(ends_while_the_disk_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
