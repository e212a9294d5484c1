#include "worker_run.h"

#include "../unit/cmocka_all.h"

#include "base/clock.h"
#include "base/io.h"
#include "link/gate.h"

#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

struct worker_run *worker_run_new(void)
{
    struct worker_run *r = calloc(1, sizeof(*r));
    assert_non_null(r);
    snprintf(r->folder, sizeof(r->folder), "/tmp/meclis-worker-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    r->fd = -1;
    assert_int_equal(link_gate_write(r->folder, true), 0);
    r->spec = (struct spec){.meeting = "demo",
                            .title = "Örnek Birleşim",
                            .language = "tr",
                            .run_folder = r->folder,
                            .epoch_boot_us = clock_boot_us() - INT64_C(3600000000),
                            .mode = MODE_COMPOSED,
                            .frame_rate_num = 25,
                            .frame_rate_den = 1,
                            .grid_us = 2000000,
                            .rendition_count = 2,
                            .renditions = {{"360p", 640, 360, 450000}, {"180p", 320, 180, 150000}},
                            .audio_bitrate_bps = 48000,
                            .reserve_bytes = 1 << 20,
                            .orphan_seconds = 60};
    assert_true(asprintf(&r->spec.recording_folder, "%s/recording", r->folder) > 0);
    return r;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    return remove(path);
}

void worker_run_destroy(struct worker_run *r)
{
    worker_run_disconnect(r);
    if (r->pid > 0) {
        kill(r->pid, SIGKILL);
        waitpid(r->pid, NULL, 0);
    }
    for (int i = 0; i < TRACK_MAX; i++)
        bytes_unref(r->inits[i].bytes);
    nftw(r->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(r->spec.recording_folder);
    free(r);
}

void worker_run_add_source(struct worker_run *r, enum source_kind kind, const char *id,
                           const char *url)
{
    struct spec_source *s = &r->spec.sources[r->spec.source_count];
    memset(s, 0, sizeof(*s));
    s->kind = kind;
    s->priority = r->spec.source_count++;
    snprintf(s->id, sizeof(s->id), "%s", id);
    snprintf(s->url, sizeof(s->url), "%s", url);
}

static void spec_path(const struct worker_run *r, char ret[128])
{
    snprintf(ret, 128, "%s/spec.json", r->folder);
}

void worker_run_write_spec(struct worker_run *r)
{
    char path[128];
    spec_path(r, path);
    struct bytes *text = spec_print(&r->spec);
    assert_non_null(text);
    assert_int_equal(io_replace_file(path, text->data, text->size, 0600), 0);
    bytes_unref(text);
}

void worker_run_start(struct worker_run *r)
{
    const char *binary = getenv("MECLIS_PIPELINE");
    assert_non_null(binary);
    char path[128];
    spec_path(r, path);
    r->pid = fork();
    assert_true(r->pid >= 0);
    if (r->pid == 0) {
        execl(binary, binary, "programme", "--spec", path, (char *)NULL);
        _exit(99);
    }
}

void worker_run_connect(struct worker_run *r)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/programme.sock", r->folder);
    struct sockaddr_un address;
    int folder = -1, error = -1;
    assert_int_equal(io_unix_address(path, &address, &folder), 0);
    r->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (int i = 0; i < 400 && error; i++) {
        error = connect(r->fd, (struct sockaddr *)&address, sizeof(address));
        if (error)
            sleep_ms(50);
    }
    if (folder >= 0)
        close(folder);
    assert_int_equal(error, 0);
    link_decoder_init(&r->decoder);
    struct link_hello hello = {.version = LINK_VERSION, .role = "server", .meeting = "demo"};
    snprintf(hello.instance, sizeof(hello.instance), "%032d", (int)getpid());
    hello.pid = getpid();
    struct buf out;
    buf_init(&out, LINK_MAX_JSON_BYTES);
    assert_int_equal(link_add_hello(&out, &hello), 0);
    assert_int_equal(io_write_all(r->fd, out.data, out.size), 0);
    buf_finish(&out);
}

void worker_run_disconnect(struct worker_run *r)
{
    if (r->fd < 0)
        return;
    close(r->fd);
    r->fd = -1;
    link_decoder_finish(&r->decoder);
}

static void take_fragment(struct worker_run *r, const struct link_frame *frame)
{
    struct fragment f;
    assert_int_equal(link_read_fragment(frame, &f), 0);
    assert_true(r->fragment_count < RUN_MAX_FRAGMENTS);
    r->sizes[r->fragment_count] = f.bytes->size;
    bytes_unref(f.bytes);
    f.bytes = NULL;
    r->fragments[r->fragment_count++] = f;
}

static void take_init(struct worker_run *r, const struct link_frame *frame)
{
    struct track_init init;
    assert_int_equal(link_read_init(frame, &init), 0);
    assert_in_range(init.track, 1, TRACK_MAX);
    bytes_unref(r->inits[init.track - 1].bytes);
    r->inits[init.track - 1] = init;
    r->init_count++;
}

static void take(struct worker_run *r, const struct link_frame *frame)
{
    switch (frame->type) {
    case LINK_TRACKS:
        assert_int_equal(link_read_tracks(frame, &r->tracks), 0);
        break;
    case LINK_INIT:
        take_init(r, frame);
        break;
    case LINK_FRAGMENT:
        take_fragment(r, frame);
        break;
    case LINK_STATUS:
        assert_int_equal(link_read_status(frame, &r->status), 0);
        r->status_count++;
        break;
    case LINK_REPLY:
        assert_int_equal(link_read_reply(frame, &r->reply), 0);
        break;
    case LINK_NOTICE:
        assert_true(r->notice_count < RUN_MAX_NOTICES);
        r->notice_at_us[r->notice_count] = clock_boot_us();
        assert_int_equal(link_read_notice(frame, &r->notices[r->notice_count++]), 0);
        break;
    default:
        break;
    }
}

bool worker_run_read(struct worker_run *r, int ms, bool (*enough)(struct worker_run *r))
{
    static uint8_t piece[65536];
    int64_t until_us = clock_boot_us() + ms * INT64_C(1000);
    while (!enough || !enough(r)) {
        int64_t left_ms = (until_us - clock_boot_us()) / 1000;
        struct pollfd p = {.fd = r->fd, .events = POLLIN};
        if (left_ms <= 0 || poll(&p, 1, (int)left_ms) <= 0)
            return false;
        ssize_t size = read(r->fd, piece, sizeof(piece));
        if (size <= 0)
            return false;
        assert_int_equal(link_decoder_feed(&r->decoder, piece, (size_t)size), 0);
        struct link_frame frame;
        int got;
        while ((got = link_decoder_next(&r->decoder, &frame)) == 1)
            take(r, &frame);
        assert_int_equal(got, 0);
    }
    return true;
}

static bool replied(struct worker_run *r)
{
    return r->reply.id == r->commands;
}

int worker_run_command(struct worker_run *r, enum link_command_kind kind, const char *source)
{
    struct link_command command = {.id = ++r->commands, .kind = kind};
    snprintf(command.source, sizeof(command.source), "%s", source);
    struct buf out;
    buf_init(&out, LINK_MAX_JSON_BYTES);
    assert_int_equal(link_add_command(&out, &command), 0);
    assert_int_equal(io_write_all(r->fd, out.data, out.size), 0);
    buf_finish(&out);
    assert_true(worker_run_read(r, 15000, replied));
    return r->reply.error;
}

int worker_run_wait(struct worker_run *r)
{
    for (int i = 0; i < 300; i++) {
        int status;
        pid_t pid = waitpid(r->pid, &status, WNOHANG);
        if (pid == r->pid) {
            r->pid = 0;
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        sleep_ms(50);
    }
    return -1;
}

int worker_run_noticed(const struct worker_run *r, const char *type, const char *source)
{
    int count = 0;
    for (int i = 0; i < r->notice_count; i++)
        count +=
            !strcmp(r->notices[i].type, type) && (!source || !strcmp(r->notices[i].source, source));
    return count;
}
