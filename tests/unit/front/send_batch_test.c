#include "../cmocka_all.h"

#include "front/send_batch.h"
#include "front/sending.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAIRS 32
#define MANY (2 * SEND_BATCH_MAX + 7)

struct sent {
    int times;
    long result;
};

static void on_done(void *tag, long sent)
{
    struct sent *s = tag;
    s->times++;
    s->result = sent;
}

/* Both ways: by io_uring, where it can be used here, and one by one. */
static struct send_batch *make_batch(void **state)
{
    struct send_batch *b = NULL;
    assert_int_equal(send_batch_create(on_done, &b), 0);
    if (*(const bool *)*state && !send_batch_open_ring(b))
        print_message("io_uring can't be used here: one by one again\n");
    return b;
}

static void add(struct send_batch *b, int fd, const void *data, size_t size, void *tag)
{
    struct iovec part = {(void *)data, size};
    send_batch_add(b, fd, &part, 1, tag);
}

static void make_pair(int pair[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
}

static void each_is_sent_and_told_once(void **state)
{
    cleanup(send_batch_destroy_p) struct send_batch *b = make_batch(state);
    static struct sent told[MANY];
    int pairs[PAIRS][2];
    uint8_t data[MANY], got[MANY];
    for (int i = 0; i < PAIRS; i++)
        make_pair(pairs[i]);
    for (int i = 0; i < MANY; i++)
        data[i] = (uint8_t)(i / PAIRS);
    for (int round = 0; round < 3; round++) {
        memset(told, 0, sizeof told);
        for (int i = 0; i < MANY; i++)
            add(b, pairs[i % PAIRS][0], &data[i], 1, &told[i]);
        send_batch_run(b);
        for (int i = 0; i < MANY; i++) {
            assert_int_equal(told[i].times, 1);
            assert_int_equal(told[i].result, 1);
        }
        for (int i = 0; i < PAIRS; i++) {
            ssize_t size = read(pairs[i][1], got, sizeof got);
            assert_in_range(size, MANY / PAIRS, MANY / PAIRS + 1);
            for (ssize_t k = 0; k < size; k++)
                assert_int_equal(got[k], (uint8_t)k); /* in their order */
        }
    }
    send_batch_run(b); /* nothing to do */
    for (int i = 0; i < PAIRS; i++) {
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
}

static void a_full_socket_takes_a_part_then_nothing(void **state)
{
    cleanup(send_batch_destroy_p) struct send_batch *b = make_batch(state);
    static char large[4 << 20];
    struct sent first = {0}, second = {0}, other = {0};
    int slow[2], quick[2];
    make_pair(slow);
    make_pair(quick);
    add(b, slow[0], large, sizeof large, &first);
    add(b, quick[0], large, 100, &other);
    send_batch_run(b);
    assert_in_range(first.result, 1, sizeof large - 1);
    assert_int_equal(other.result, 100);
    add(b, slow[0], large, sizeof large, &second);
    send_batch_run(b);
    assert_int_equal(second.times, 1);
    assert_int_equal(second.result, 0);
    for (int i = 0; i < 2; i++) {
        close(slow[i]);
        close(quick[i]);
    }
}

static void two_parts_go_one_behind_the_other(void **state)
{
    cleanup(send_batch_destroy_p) struct send_batch *b = make_batch(state);
    static char large[4 << 20];
    struct sent first = {0}, second = {0};
    int quick[2], slow[2];
    char got[8];
    make_pair(quick);
    make_pair(slow);
    struct iovec little[] = {{(void *)"abc", 3}, {(void *)"defg", 4}};
    struct iovec much[] = {{large, 1000}, {large, sizeof large}};
    send_batch_add(b, quick[0], little, 2, &first);
    send_batch_add(b, slow[0], much, 2, &second);
    send_batch_run(b);
    assert_int_equal(first.result, 7);
    assert_int_equal(read(quick[1], got, sizeof got), 7);
    assert_memory_equal(got, "abcdefg", 7);
    assert_in_range(second.result, 1001, sizeof large);
    for (int i = 0; i < 2; i++) {
        close(slow[i]);
        close(quick[i]);
    }
}

static void who_has_left_is_told_and_nobody_is_killed(void **state)
{
    cleanup(send_batch_destroy_p) struct send_batch *b = make_batch(state);
    struct sent gone = {0}, there = {0};
    int left[2], stays[2];
    make_pair(left);
    make_pair(stays);
    close(left[1]);
    signal(SIGPIPE, SIG_DFL);
    add(b, left[0], "x", 1, &gone);
    add(b, stays[0], "x", 1, &there);
    send_batch_run(b);
    assert_int_equal(gone.result, -EPIPE);
    assert_int_equal(there.result, 1);
    close(left[0]);
    add(b, left[0], "x", 1, &gone);
    send_batch_run(b);
    assert_int_equal(gone.result, -EBADF);
    assert_int_equal(gone.times, 2);
    close(stays[0]);
    close(stays[1]);
}

/* From here on this process may not enter a ring any more. */
static void forbid_io_uring(void)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_enter, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
        _exit(2);
}

/* In a process of its own: what is forbidden stays so. Returns 0 where each send came through. */
static int send_before_and_after(struct send_batch *b)
{
    struct sent told[PAIRS] = {0};
    int pairs[PAIRS][2];
    char got[4];
    for (int i = 0; i < PAIRS; i++)
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pairs[i]) < 0)
            return 3;
    for (int round = 1; round <= 3; round++) {
        for (int i = 0; i < PAIRS; i++)
            add(b, pairs[i][0], "x", 1, &told[i]);
        send_batch_run(b);
        for (int i = 0; i < PAIRS; i++)
            if (told[i].times != round || told[i].result != 1 || read(pairs[i][1], got, 4) != 1)
                return 4;
        if (round == 1)
            forbid_io_uring();
        else if (send_batch_has_ring(b))
            return 5;
    }
    return 0;
}

static void refused_later_it_goes_on_by_send(void **state)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct send_batch *b = NULL;
        if (send_batch_create(on_done, &b) < 0)
            _exit(1);
        send_batch_open_ring(b);
        _exit(send_before_and_after(b));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 2)
        fail_msg("a process may be given no filters here, which this needs (seccomp)");
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Each errno is one thing: later, by send(), or the end of that connection. */
static void each_refusal_has_a_name(void **state)
{
    static const int later[] = {EAGAIN, EINTR, ENOBUFS, ENOMEM};
    static const int by_send[] = {EINVAL, EOPNOTSUPP, ENOSYS, EPERM, EACCES, ECANCELED, EBUSY};
    static const int over[] = {EPIPE, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, EBADF, ENOTCONN};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        assert_true(sending_waits(later[i]));
    for (size_t i = 0; i < sizeof by_send / sizeof *by_send; i++)
        assert_true(sending_ring_refused(by_send[i]) && !sending_waits(by_send[i]));
    for (size_t i = 0; i < sizeof over / sizeof *over; i++)
        assert_false(sending_waits(over[i]) || sending_ring_refused(over[i]));
}

#define BOTH_WAYS(test)                                                                            \
    {#test ", one by one", test, NULL, NULL, &one_by_one},                                         \
    {                                                                                              \
#test ", io_uring", test, NULL, NULL, &ring                                                \
    }

int main(void)
{
    static bool one_by_one = false, ring = true;
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(each_is_sent_and_told_once),
        BOTH_WAYS(a_full_socket_takes_a_part_then_nothing),
        BOTH_WAYS(two_parts_go_one_behind_the_other),
        BOTH_WAYS(who_has_left_is_told_and_nobody_is_killed),
        cmocka_unit_test(refused_later_it_goes_on_by_send),
        cmocka_unit_test(each_refusal_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
