/* meclis-pipeline: the media worker. Its lines go to standard error, its exit status says how it
 * ended (link/exit.h). It outlives the server that started it. */
#include "base/io.h"
#include "base/log.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Streaming threads come and go with each connection, and each would leave frames' memory behind in
 * an arena of its own: with two arenas a worker stays at 130 MB where it reached 180. */
#define ARENAS 2

static const char usage[] = "usage: meclis-pipeline programme --spec FILE\n";

/* Nothing of the starter's is held: its sockets, its session, its standard input. */
static void stand_alone(void)
{
    close_range(3, ~0u, 0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0)
        dup2(null, STDIN_FILENO);
    if (null > STDERR_FILENO)
        close(null);
    setsid();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

static gboolean on_signal(void *data)
{
    worker_end(data, WORKER_ENDED);
    return G_SOURCE_CONTINUE;
}

static struct spec *read_spec(const char *path)
{
    cleanup(bytes_unref_p) struct bytes *text = NULL;
    int r = io_read_file(path, SPEC_MAX_BYTES, &text);
    if (r < 0) {
        log_error("worker", "%s: %s", path, strerror(-r));
        return NULL;
    }
    struct spec *spec = NULL;
    char reason[256] = "";
    r = spec_parse(text->data, text->size, &spec, reason);
    if (r < 0)
        log_error("worker", "%s: %s", path, r == -EINVAL ? reason : strerror(-r));
    return r < 0 ? NULL : spec;
}

/* GStreamer keeps what it knows of its plugins in the user's cache. Where there is none (a service
 * without a home) it would look at all of them anew at each start, which takes a second or more of
 * a broadcast that waits: then it keeps it beside the meetings' run folders. */
static void init_gstreamer(const struct spec *spec)
{
    cleanup_free char *cache = g_build_filename(g_get_user_cache_dir(), "gstreamer-1.0", NULL);
    bool writable = g_mkdir_with_parents(cache, 0700) == 0 && access(cache, W_OK) == 0;
    if (!writable && !getenv("GST_REGISTRY")) {
        cleanup_free char *folder = g_path_get_dirname(spec->run_folder);
        cleanup_free char *registry = g_build_filename(folder, "gstreamer-registry.bin", NULL);
        setenv("GST_REGISTRY", registry, 0);
    }
    gst_init(NULL, NULL);
}

static enum worker_exit programme(const char *path)
{
    struct spec *spec = read_spec(path);
    if (!spec)
        return WORKER_BAD_SPEC;
    init_gstreamer(spec);
    char reason[256] = "";
    enum worker_exit status = WORKER_FAILED;
    struct worker *w = worker_start(spec, path, &status, reason);
    if (!w) {
        log_error("worker", "%s", reason);
        return status;
    }
    g_unix_signal_add(SIGTERM, on_signal, w);
    g_unix_signal_add(SIGINT, on_signal, w);
    status = worker_run(w);
    worker_destroy(w);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 4 || strcmp(argv[1], "programme") || strcmp(argv[2], "--spec")) {
        fputs(usage, stderr);
        return WORKER_BAD_SPEC;
    }
    mallopt(M_ARENA_MAX, ARENAS);
    stand_alone();
    enum worker_exit status = programme(argv[3]);
    log_info("worker", "ended (%d)", (int)status);
    return (int)status;
}
