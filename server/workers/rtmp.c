#include "workers/rtmp.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "workers/process.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define NGINX "/usr/sbin/nginx"
#define MODULE "/usr/lib/nginx/modules/ngx_rtmp_module.so"
#define TICK_MS 500
#define BACK_OFF_MAX_MS 30000
#define LOG_MAX_BYTES (1 << 20)
#define CONFIG_MAX_BYTES (16u << 10)

struct rtmp {
    struct loop *loop;
    const struct rtmp_ops *ops;
    void *ctx;
    char config_path[PATH_MAX], pid_path[PATH_MAX], log_path[PATH_MAX];
    char folder[PATH_MAX - 32];
    struct loop_timer *tick;
    struct process *starter; /* nginx before it has gone into the background */
    int64_t next_us;         /* boot clock of the next start */
    int failures;
    bool told, running; /* what `changed` was told last */
};

/* The master's number if it runs with this configuration, else 0. */
static pid_t master(const char *pid_path, const char *config_path)
{
    pid_t pid = process_read_pid(pid_path);
    return pid > 0 && process_is(pid, config_path) ? pid : 0;
}

/* Encoders connect at the address, workers always at 127.0.0.1. */
static void write_listeners(struct buf *out, const char *address, int port)
{
    bool v6 = strchr(address, ':'), any6 = strcmp(address, "::") == 0;
    buf_addf(out, "        listen %s%s%s:%d%s;\n", v6 ? "[" : "", address, v6 ? "]" : "", port,
             v6 ? " ipv6only=on" : "");
    if (any6)
        buf_addf(out, "        listen 0.0.0.0:%d;\n", port);
    else if (strcmp(address, "0.0.0.0") != 0 && strcmp(address, "127.0.0.1") != 0)
        buf_addf(out, "        listen 127.0.0.1:%d;\n", port);
}

static int write_config(struct buf *out, const struct rtmp *r, const struct rtmp_settings *s)
{
    buf_addf(out,
             "# Written by meclis at each start: RTMP ingest, apart from the system's nginx.\n"
             "load_module %s;\n%s"
             "worker_processes 1;\n"
             "pid \"%s\";\n"
             "error_log \"%s\" warn;\n"
             "events { worker_connections 256; }\n",
             MODULE, geteuid() == 0 ? "user www-data;\n" : "", r->pid_path, r->log_path);
    buf_add_str(out, "rtmp {\n"
                     "    access_log off;\n"
                     "    max_message 8M;\n"
                     "    timeout 10s;\n"
                     "    ping 10s;\n"
                     "    ping_timeout 5s;\n"
                     "    server {\n"
                     "        notify_method get;\n");
    write_listeners(out, s->address, s->port);
    buf_addf(out,
             "        application live {\n"
             "            live on;\n"
             "            drop_idle_publisher 5s;\n"
             "            allow publish all;\n"
             "            allow play 127.0.0.1;\n"
             "            deny play all;\n"
             "            on_publish %s/publish;\n"
             "            on_play %s/play;\n"
             "        }\n"
             "    }\n"
             "}\n",
             s->callback, s->callback);
    return out->error;
}

static void tell(struct rtmp *r, bool running, const char *reason)
{
    if (r->told && r->running == running)
        return;
    r->told = true;
    r->running = running;
    r->ops->changed(r->ctx, running, reason);
}

static void on_starter_exit(void *ctx, int status)
{
    struct rtmp *r = ctx;
    process_unwatch(r->starter);
    r->starter = NULL;
    if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        r->next_us = clock_boot_us() + 1000000; /* until its pid file is there */
        return;
    }
    int64_t delay_ms = 500LL << (r->failures < 6 ? r->failures : 6);
    r->failures++;
    r->next_us = clock_boot_us() + (delay_ms < BACK_OFF_MAX_MS ? delay_ms : BACK_OFF_MAX_MS) * 1000;
    char reason[PATH_MAX + 64];
    snprintf(reason, sizeof reason, "nginx did not start; see %s", r->log_path);
    tell(r, false, reason);
}

static void start(struct rtmp *r)
{
    /* Of a master that was killed the worker lives on, with the port. */
    process_kill_holders("nginx", r->log_path);
    const char *argv[] = {NGINX, "-p", r->folder, "-c", r->config_path, "-e", r->log_path, NULL};
    pid_t pid;
    int error = access(MODULE, F_OK) < 0 ? -ENOENT : process_spawn(argv, r->log_path, &pid);
    if (error == 0)
        error = process_watch(r->loop, pid, on_starter_exit, r, &r->starter);
    if (error < 0) {
        r->next_us = clock_boot_us() + BACK_OFF_MAX_MS * INT64_C(1000);
        tell(r, false,
             error == -ENOENT ? "nginx or its RTMP module (libnginx-mod-rtmp) is not installed"
                              : strerror(-error));
    }
}

static void on_tick(void *ctx)
{
    struct rtmp *r = ctx;
    process_cap_log(r->log_path, LOG_MAX_BYTES);
    if (r->starter)
        return;
    if (master(r->pid_path, r->config_path)) {
        r->failures = 0;
        tell(r, true, "");
    } else if (clock_boot_us() >= r->next_us) {
        if (r->running)
            tell(r, false, "nginx ended; it is started again");
        start(r);
    }
}

/* Writes the configuration, and has the running one read it if it changed. */
static int configure(struct rtmp *r, const struct rtmp_settings *s)
{
    cleanup_buf struct buf text;
    buf_init(&text, CONFIG_MAX_BYTES);
    int error = write_config(&text, r, s);
    if (error < 0)
        return error;
    cleanup(bytes_unref_p) struct bytes *old = NULL;
    bool same = io_read_file(r->config_path, CONFIG_MAX_BYTES, &old) == 0 &&
                old->size == text.size && memcmp(old->data, text.data, text.size) == 0;
    if (same)
        return 0;
    error = io_replace_file(r->config_path, text.data, text.size, 0600);
    pid_t pid = master(r->pid_path, r->config_path);
    if (error == 0 && pid)
        kill(pid, SIGHUP);
    return error;
}

int rtmp_create(struct loop *l, const struct rtmp_settings *s, const struct rtmp_ops *ops,
                void *ctx, struct rtmp **ret)
{
    struct rtmp *r = calloc(1, sizeof *r);
    if (!r)
        return -ENOMEM;
    *r = (struct rtmp){.loop = l, .ops = ops, .ctx = ctx};
    int error =
        strlen(s->folder) >= sizeof r->folder || strpbrk(s->folder, "\"\\$\n{};") ? -EINVAL : 0;
    if (error == 0) {
        snprintf(r->folder, sizeof r->folder, "%s", s->folder);
        snprintf(r->config_path, sizeof r->config_path, "%s/nginx.conf", r->folder);
        snprintf(r->pid_path, sizeof r->pid_path, "%s/nginx.pid", r->folder);
        snprintf(r->log_path, sizeof r->log_path, "%s/nginx.log", r->folder);
        error = configure(r, s);
    }
    if (error == 0)
        error = loop_timer_create(l, on_tick, r, &r->tick);
    if (error < 0) {
        rtmp_destroy(r, true);
        return error;
    }
    loop_timer_start(r->tick, 0, TICK_MS);
    *ret = r;
    return 0;
}

/* Ends it and waits until it has gone, a second at the most. */
static void end(struct rtmp *r)
{
    if (r->starter)
        process_signal(r->starter, SIGTERM);
    pid_t pid = master(r->pid_path, r->config_path);
    if (pid)
        kill(pid, SIGTERM);
    for (int i = 0; i < 50 && master(r->pid_path, r->config_path); i++)
        usleep(20000);
    process_kill_holders("nginx", r->log_path);
}

void rtmp_destroy(struct rtmp *r, bool leave)
{
    if (!r)
        return;
    if (!leave)
        end(r);
    process_unwatch(r->starter);
    loop_timer_destroy(r->tick);
    free(r);
}

int rtmp_find_port(const char *folder)
{
    char config_path[PATH_MAX], pid_path[PATH_MAX];
    if (snprintf(config_path, sizeof config_path, "%s/nginx.conf", folder) >= PATH_MAX ||
        snprintf(pid_path, sizeof pid_path, "%s/nginx.pid", folder) >= PATH_MAX)
        return 0;
    cleanup(bytes_unref_p) struct bytes *config = NULL;
    if (!master(pid_path, config_path) ||
        io_read_file(config_path, CONFIG_MAX_BYTES, &config) < 0 || config->size == 0)
        return 0;
    cleanup_free char *text = strndup((const char *)config->data, config->size);
    char *listen = text ? strstr(text, "listen ") : NULL;
    char *end = listen ? listen + 7 + strcspn(listen + 7, " ;") : NULL;
    if (!end)
        return 0;
    *end = 0;
    char *colon = strrchr(listen, ':');
    long port = colon ? strtol(colon + 1, NULL, 10) : 0;
    return port > 0 && port < 65536 ? (int)port : 0;
}
