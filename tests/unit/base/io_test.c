#include "../cmocka_all.h"

#include "base/cleanup.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char folder[64]; /* of the test that runs */

static int make_folder(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/meclis-io-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}

static int remove_folder(void **state)
{
    return nftw(folder, remove_one, 10, FTW_DEPTH | FTW_PHYS);
}

static const char *in_folder(const char *name)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void assert_file(const char *path, const char *text)
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    assert_int_equal(io_read_file(path, 1000, &b), 0);
    assert_int_equal(b->size, strlen(text));
    assert_memory_equal(b->data, text, b->size);
}

static int files_in_folder(void)
{
    DIR *d = opendir(folder);
    int n = 0;
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void replaces_whole(void **state)
{
    const char *path = in_folder("token");
    assert_int_equal(io_replace_file(path, "first", 5, 0600), 0);
    assert_file(path, "first");
    assert_int_equal(io_replace_file(path, "2", 1, 0600), 0);
    assert_file(path, "2");
    assert_int_equal(io_replace_file(path, "", 0, 0600), 0);
    assert_file(path, "");
    assert_int_equal(files_in_folder(), 1); /* nothing temporary stays */
}

static void replaced_file_has_its_mode(void **state)
{
    char left_over[PATH_MAX + 32];
    const char *path = in_folder("token");
    struct stat st;
    /* What an earlier process of our number left when it was killed must not lend its mode. */
    snprintf(left_over, sizeof left_over, "%s.tmp%d", path, (int)getpid());
    cleanup_close int fd = open(left_over, O_WRONLY | O_CREAT, 0666);
    fchmod(fd, 0666);
    assert_int_equal(io_replace_file(path, "secret", 6, 0600), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void failed_replace_keeps_the_old(void **state)
{
    const char *path = in_folder("folder");
    assert_int_equal(io_make_folders(path, 0700), 0);
    assert_true(io_replace_file(path, "x", 1, 0600) < 0); /* a folder is there */
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(io_replace_file(in_folder("missing/file"), "x", 1, 0600), -ENOENT);
    char long_path[PATH_MAX + 10];
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = 0;
    assert_int_equal(io_replace_file(long_path, "x", 1, 0600), -ENAMETOOLONG);
}

static void reads_up_to_a_limit(void **state)
{
    const char *path = in_folder("file");
    struct bytes *b = NULL;
    io_replace_file(path, "12345", 5, 0600);
    assert_int_equal(io_read_file(path, 4, &b), -EFBIG);
    assert_null(b);
    assert_int_equal(io_read_file(path, 5, &b), 0);
    bytes_unref(take_ptr(b));
    assert_int_equal(io_read_file(path, SIZE_MAX, &b), 0);
    bytes_unref(take_ptr(b));
    assert_int_equal(io_read_file(in_folder("none"), 5, &b), -ENOENT);
    assert_null(b);
}

static void reads_only_files(void **state)
{
    struct bytes *b = NULL;
    assert_int_equal(io_read_file(folder, 5, &b), -EINVAL);
    assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
    assert_int_equal(io_read_file(in_folder("fifo"), 5, &b), -EINVAL); /* and does not wait */
    assert_null(b);
}

static void makes_folders(void **state)
{
    struct stat st;
    assert_int_equal(io_make_folders(in_folder("a/b//c/"), 0700), 0);
    assert_int_equal(stat(in_folder("a/b/c"), &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(io_make_folders(in_folder("a/b/c"), 0700), 0); /* twice */
    io_replace_file(in_folder("file"), "x", 1, 0600);
    assert_int_equal(io_make_folders(in_folder("file"), 0700), -ENOTDIR);
    assert_int_equal(io_make_folders(in_folder("file/below"), 0700), -ENOTDIR);
    assert_int_equal(io_make_folders("", 0700), -ENOENT);
    assert_int_equal(io_make_folders("/", 0700), 0);
}

static void locks_once(void **state)
{
    int first = io_lock_file(in_folder("lock"));
    assert_true(first >= 0);
    assert_int_equal(io_lock_file(in_folder("lock")), -EWOULDBLOCK);
    close(first);
    cleanup_close int second = io_lock_file(in_folder("lock"));
    assert_true(second >= 0);
    assert_int_equal(io_lock_file(in_folder("none/lock")), -ENOENT);
}

static void *read_slowly(void *arg)
{
    static char all[1 << 20];
    int fd = *(int *)arg;
    size_t at = 0;
    ssize_t n;
    while ((n = read(fd, all + at, at % 7000 + 1)) > 0)
        at += (size_t)n;
    for (size_t i = 0; i < at; i++)
        assert_int_equal(all[i], (char)(i * 31));
    return (void *)(uintptr_t)at;
}

static void writes_all_over_short_writes(void **state)
{
    static char all[1 << 20];
    int pipes[2];
    pthread_t thread;
    void *got;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)(i * 31);
    assert_int_equal(pipe(pipes), 0);
    pthread_create(&thread, NULL, read_slowly, &pipes[0]);
    assert_int_equal(io_write_all(pipes[1], all, sizeof all), 0);
    close(pipes[1]);
    pthread_join(thread, &got);
    close(pipes[0]);
    assert_int_equal((uintptr_t)got, sizeof all);
    assert_int_equal(io_write_all(-1, "x", 1), -EBADF);
}

static void bind_and_connect(const char *path)
{
    struct sockaddr_un address;
    int folder_fd = -2;
    cleanup_close int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(io_unix_address(path, &address, &folder_fd), 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    if (folder_fd >= 0)
        close(folder_fd);
    struct stat st;
    assert_int_equal(stat(path, &st), 0); /* where it was asked for */
    cleanup_close int client = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(io_unix_address(path, &address, &folder_fd), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    if (folder_fd >= 0)
        close(folder_fd);
}

static void unix_paths_of_any_length(void **state)
{
    bind_and_connect(in_folder("short.sock"));
    char name[200];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = 0;
    char deep[PATH_MAX], socket_path[PATH_MAX + 8];
    snprintf(deep, sizeof deep, "%s/%s", folder, name);
    assert_int_equal(io_make_folders(deep, 0700), 0);
    snprintf(socket_path, sizeof socket_path, "%s/a.sock", deep);
    bind_and_connect(socket_path);
    /* Each length around the limit of 107 bytes. */
    for (size_t length = 100; length < 116; length++) {
        char path[128];
        size_t at = (size_t)snprintf(path, sizeof path, "%s/", folder);
        memset(path + at, 'y', length - at);
        path[length - 7] = 0;
        assert_int_equal(io_make_folders(path, 0700), 0);
        snprintf(path + length - 7, 8, "/a.sock");
        bind_and_connect(path);
    }
}

static void unix_path_errors(void **state)
{
    struct sockaddr_un address;
    int fd = -2;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/missing/%0150d", folder, 1);
    assert_int_equal(io_unix_address(path, &address, &fd), -ENOENT);
    snprintf(path, sizeof path, "%0150d", 1);
    assert_int_equal(io_unix_address(path, &address, &fd), -ENAMETOOLONG);
    snprintf(path, sizeof path, "%s/%0150d", folder, 1); /* the name itself is too long */
    assert_int_equal(io_unix_address(path, &address, &fd), -ENAMETOOLONG);
    assert_int_equal(fd, -2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(replaces_whole),
        CASE(replaced_file_has_its_mode),
        CASE(failed_replace_keeps_the_old),
        CASE(reads_up_to_a_limit),
        CASE(reads_only_files),
        CASE(makes_folders),
        CASE(locks_once),
        CASE(writes_all_over_short_writes),
        CASE(unix_paths_of_any_length),
        CASE(unix_path_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
