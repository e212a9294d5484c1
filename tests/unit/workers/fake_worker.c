/* Speaks the link like a worker and makes no media worth the name. What it does is in RUN/mode:
 * "normal", "version" (speaks another one), "die" (at once), "mute" (listens, says nothing),
 * "stubborn" (hears neither commands nor SIGTERM). Commands it hears are appended to RUN/commands.
 */
#include "base/io.h"
#include "link/message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char mode[32] = "normal";
static struct spec *spec;

static void read_mode(void)
{
    char path[512];
    struct bytes *b = NULL;
    snprintf(path, sizeof path, "%s/mode", spec->run_folder);
    if (io_read_file(path, sizeof mode - 1, &b) < 0)
        return;
    memcpy(mode, b->data, b->size);
    mode[b->size] = 0;
    bytes_unref(b);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address;
    int folder;
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || io_unix_address(path, &address, &folder) < 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4) < 0)
        exit(2);
    return fd;
}

/* A server that has gone is heard of when reading. */
static void send_buf(int fd, struct buf *out)
{
    if (out->error)
        exit(4);
    io_write_all(fd, out->data, out->size);
    buf_clear(out);
}

static void send_media(struct buf *out, uint64_t seq)
{
    struct fragment f = {.track = 1,
                         .flags = FRAGMENT_SYNC,
                         .init = 1,
                         .seq = seq,
                         .dts = (int64_t)seq * 3600,
                         .duration = 3600,
                         .timescale = 90000,
                         .bytes = bytes_copy("moofmdat", 8)};
    link_add_fragment_header(out, &f);
    buf_add(out, f.bytes->data, f.bytes->size);
    bytes_unref(f.bytes);
}

static void send_greeting(int fd, struct buf *out)
{
    struct link_hello hello = {.version =
                                   strcmp(mode, "version") == 0 ? LINK_VERSION + 1 : LINK_VERSION,
                               .role = "programme",
                               .instance = "0123456789abcdef",
                               .pid = getpid()};
    memcpy(hello.meeting, spec->meeting, sizeof hello.meeting);
    link_add_hello(out, &hello);
    struct link_tracks tracks = {.count = 1, .grid_us = spec->grid_us};
    tracks.tracks[0] = (struct track){.id = 1, .kind = TRACK_VIDEO, .name = "720p"};
    link_add_tracks(out, &tracks);
    struct track_init init = {.track = 1,
                              .number = 1,
                              .timescale = 90000,
                              .width = 1280,
                              .height = 720,
                              .codec = "avc1.64001f",
                              .bytes = bytes_copy("ftypmoov", 8)};
    link_add_init(out, &init);
    bytes_unref(init.bytes);
    struct link_notice notice = {.type = "source.on_air", .source = "test"};
    link_add_notice(out, &notice);
    send_buf(fd, out);
}

static void note_command(const struct link_command *c)
{
    char path[512], line[128];
    snprintf(path, sizeof path, "%s/commands", spec->run_folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int size = snprintf(line, sizeof line, "%d:%s\n", (int)c->kind, c->source);
    if (fd < 0 || io_write_all(fd, line, (size_t)size) < 0)
        exit(5);
    close(fd);
}

static void hear(int fd, struct link_decoder *d, struct buf *out)
{
    uint8_t in[4096];
    ssize_t n = read(fd, in, sizeof in);
    if (n <= 0) {
        errno = ECONNRESET;
        return;
    }
    struct link_frame frame;
    link_decoder_feed(d, in, (size_t)n);
    while (link_decoder_next(d, &frame) > 0) {
        struct link_command c;
        if (frame.type != LINK_COMMAND || link_read_command(&frame, &c) < 0)
            continue;
        note_command(&c);
        struct link_reply reply = {.id = c.id};
        link_add_reply(out, &reply);
        send_buf(fd, out);
        if (c.kind == LINK_STOP && strcmp(mode, "stubborn") != 0)
            exit(0);
    }
    errno = 0;
}

static void serve(int fd)
{
    struct link_decoder d;
    struct buf out;
    link_decoder_init(&d);
    buf_init(&out, 1 << 20);
    if (strcmp(mode, "mute") != 0)
        send_greeting(fd, &out);
    for (uint64_t i = 1;; i++) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        errno = 0;
        if (poll(&p, 1, 40) > 0)
            hear(fd, &d, &out);
        if (errno == ECONNRESET)
            break;
        if (strcmp(mode, "mute") == 0)
            continue;
        send_media(&out, i);
        struct link_status status = {.recorder = RECORDER_OFF, .fragments = (int64_t)i};
        link_add_status(&out, &status);
        send_buf(fd, &out);
    }
    link_decoder_finish(&d);
    buf_finish(&out);
    close(fd);
}

int main(int argc, char *argv[])
{
    struct bytes *json = NULL;
    char reason[256], path[512];
    if (argc != 4 || io_read_file(argv[3], SPEC_MAX_BYTES, &json) < 0 ||
        spec_parse(json->data, json->size, &spec, reason) < 0)
        return 6;
    read_mode();
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    if (strcmp(mode, "stubborn") == 0)
        sigaction(SIGTERM, &ignore, NULL);
    if (strcmp(mode, "die") == 0)
        _exit(9); /* what it holds is no leak to look for */
    snprintf(path, sizeof path, "%s/programme.lock", spec->run_folder);
    if (io_lock_file(path) < 0)
        return 7;
    snprintf(path, sizeof path, "%s/programme.sock", spec->run_folder);
    int listener = listen_at(path);
    alarm(60); /* whatever happens to the test, nothing is left running */
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            serve(fd);
    }
}
