#include "app/convert.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_US 30000000
#define LOOK_MS 200
#define MAX_OUTPUT_BYTES (32u << 20)
#define MAX_CPU_SECONDS 60

static int write_all(int fd, const char *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, data + done, size - done);
        if (n < 0 && errno != EINTR)
            return -errno;
        done += n > 0 ? (size_t)n : 0;
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

static int start(const char *const argv[], int in, int out, pid_t *ret)
{
    /* Nothing of ours but where programs and temporary files are. */
    char *path = getenv("PATH"), *env[] = {"LANG=C.UTF-8", "HOME=/nonexistent", NULL, NULL};
    char with_path[4096];
    snprintf(with_path, sizeof with_path, "PATH=%s", path ? path : "/usr/bin:/bin");
    env[2] = with_path;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    int r = -posix_spawnp(ret, argv[0], &actions, &attributes, (char *const *)argv, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return r;
}

/* A moment after its start: nothing of ours is in its hands by then but the two files. */
static void bound(pid_t pid)
{
    const struct rlimit cpu = {MAX_CPU_SECONDS, MAX_CPU_SECONDS},
                        file = {MAX_OUTPUT_BYTES, MAX_OUTPUT_BYTES}, core = {0, 0};
    prlimit(pid, RLIMIT_CPU, &cpu, NULL);
    prlimit(pid, RLIMIT_FSIZE, &file, NULL);
    prlimit(pid, RLIMIT_CORE, &core, NULL);
    setpriority(PRIO_PROCESS, (id_t)pid, 10); /* the broadcast goes first */
}

/* Returns 0 where it ended well. Its children go with it. */
static int wait_for(struct pool_thread *t, pid_t pid)
{
    int64_t until_us = clock_boot_us() + LIMIT_US;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0), status = 0;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    bool ended = false;
    while (fd >= 0 && !ended && clock_boot_us() < until_us && !pool_thread_is_ending(t))
        ended = poll(&p, 1, LOOK_MS) > 0;
    kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (fd >= 0)
        close(fd);
    if (!ended)
        return -ETIME;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0     ? 0
           : WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -ENOENT
                                                             : -EBADMSG;
}

static int take(int fd, struct bytes **ret)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0 || size > MAX_OUTPUT_BYTES)
        return -EBADMSG;
    void *at = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return -errno;
    *ret = bytes_copy(at, (size_t)size);
    munmap(at, (size_t)size);
    return *ret ? 0 : -ENOMEM;
}

int convert_run(struct pool_thread *t, const char *const argv[], const void *input, size_t size,
                struct bytes **ret)
{
    cleanup_close int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    pid_t pid;
    if (in < 0 || out < 0)
        return -errno;
    int r = write_all(in, input, size);
    if (r == 0)
        r = start(argv, in, out, &pid);
    if (r < 0)
        return r;
    bound(pid);
    r = wait_for(t, pid);
    return r < 0 ? r : take(out, ret);
}
