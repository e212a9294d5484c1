#include "workers/process.h"
#include "base/bytes.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct process {
    pid_t pid;
    int fd;
    struct loop_watch *watch;
    void (*exited)(void *ctx, int status);
    void *ctx;
};

static int set_up_files(posix_spawn_file_actions_t *files, const char *log_path)
{
    int r = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
    if (r == 0)
        r = posix_spawn_file_actions_addopen(files, 1, log_path, O_WRONLY | O_CREAT | O_APPEND,
                                             0600);
    if (r == 0)
        r = posix_spawn_file_actions_adddup2(files, 1, 2);
    if (r == 0)
        r = posix_spawn_file_actions_addclosefrom_np(files, 3);
    return r;
}

static int set_up_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF);
}

int process_spawn(const char *const argv[], const char *log_path, pid_t *ret_pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    pid_t pid;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    int r = set_up_files(&files, log_path);
    if (r == 0)
        r = set_up_attributes(&attributes);
    if (r == 0)
        r = posix_spawn(&pid, argv[0], &files, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (r == 0)
        *ret_pid = pid;
    return -r;
}

static void on_exit_readable(void *ctx, int events)
{
    struct process *p = ctx;
    int status = -1;
    if (waitpid(p->pid, &status, WNOHANG) < 0)
        status = -1; /* not ours: its parent, or init, hears how it ended */
    loop_watch_destroy(p->watch);
    p->watch = NULL;
    p->exited(p->ctx, status);
}

int process_watch(struct loop *l, pid_t pid, void (*exited)(void *ctx, int status), void *ctx,
                  struct process **ret)
{
    struct process *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    *p = (struct process){.pid = pid, .exited = exited, .ctx = ctx};
    p->fd = pidfd_open(pid, 0);
    int r = p->fd < 0 ? -errno : 0;
    if (r == 0)
        r = loop_watch_create(l, p->fd, LOOP_READABLE, on_exit_readable, p, &p->watch);
    if (r < 0) {
        process_unwatch(p);
        return r;
    }
    *ret = p;
    return 0;
}

int process_signal(struct process *p, int signal)
{
    return pidfd_send_signal(p->fd, signal, NULL, 0) < 0 ? -errno : 0;
}

pid_t process_pid(const struct process *p)
{
    return p->pid;
}

void process_unwatch(struct process *p)
{
    if (!p)
        return;
    loop_watch_destroy(p->watch);
    if (p->fd >= 0)
        close(p->fd);
    free(p);
}

bool process_is(pid_t pid, const char *argument)
{
    char path[64], line[4096];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof line);
    return pid > 1 && n > 0 && memmem(line, (size_t)n, argument, strlen(argument));
}

static bool is_named(pid_t pid, const char *name)
{
    char path[64], comm[64];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, comm, sizeof comm);
    return n == (ssize_t)strlen(name) + 1 && memcmp(comm, name, (size_t)n - 1) == 0;
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static bool holds(pid_t pid, const char *path)
{
    char name[64], target[PATH_MAX];
    snprintf(name, sizeof name, "/proc/%d/fd", (int)pid);
    cleanup(close_folder) DIR *folder = opendir(name);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        ssize_t n = readlinkat(dirfd(folder), e->d_name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = 0;
        if (strcmp(target, path) == 0)
            return true;
    }
    return false;
}

int process_kill_holders(const char *name, const char *path)
{
    int killed = 0;
    cleanup(close_folder) DIR *folder = opendir("/proc");
    for (struct dirent *e; folder && (e = readdir(folder));) {
        pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
        if (pid > 1 && is_named(pid, name) && holds(pid, path) && kill(pid, SIGKILL) == 0)
            killed++;
    }
    return killed;
}

pid_t process_read_pid(const char *path)
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = io_read_file(path, 64, &b);
    if (r < 0)
        return r;
    char text[16] = "";
    memcpy(text, b->data, b->size < sizeof text - 1 ? b->size : sizeof text - 1);
    long pid = strtol(text, NULL, 10);
    return pid > 1 && pid <= INT_MAX ? (pid_t)pid : -EINVAL;
}

void process_cap_log(const char *path, off_t max_bytes)
{
    cleanup_close int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= max_bytes)
        return;
    char old[PATH_MAX];
    size_t keep = (size_t)max_bytes / 2;
    cleanup_free char *tail = malloc(keep);
    ssize_t n = tail ? pread(fd, tail, keep, st.st_size - (off_t)keep) : -1;
    if (n > 0 && snprintf(old, sizeof old, "%s.1", path) < (int)sizeof old) {
        cleanup_close int to = open(old, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (to >= 0 && io_write_all(to, tail, (size_t)n) < 0)
            unlink(old);
    }
    /* Its writer appends, so it goes on at the new end. */
    if (ftruncate(fd, 0) < 0)
        return;
}
