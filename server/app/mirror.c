/* meclis mirror: keeps an independent copy of a server's logs, and shouts when history is
 * rewritten. */
#include "app/fetch.h"
#include "app/mirror_copy.h"
#include "app/tools.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_COPIES 1024 /* meetings of one server; the next ones are told of and left */
#define MAX_ANSWER_BYTES (16u << 20)

static const char help[] =
    "meclis mirror URL KLASÖR [--interval SANİYE] [--hook PROGRAM] [--once]\n"
    "\n"
    "  URL          sunucu: https://meclis.ornek.bel.tr / the server\n"
    "  KLASÖR       kopyanın yeri / where the copy is kept\n"
    "  --interval   kaç saniyede bir bakılacağı (10) / how often to look\n"
    "  --hook       geçmiş değiştirilmişse çalıştırılır: PROGRAM TOPLANTI NEDEN\n"
    "               run when history was rewritten: PROGRAM MEETING REASON\n"
    "  --once       bir kez bakar / looks once\n"
    "\n"
    "0: sağlam / it holds; 1: geçmiş değiştirilmiş / history was rewritten; 2: bakılamadı / it "
    "could "
    "not be looked at\n";

struct mirror {
    const char *url, *folder, *hook;
    long interval;
    bool once;
    struct fetch *fetch;
    struct buf answer;
    bool has_key;
    uint8_t key[PUBLISHED_KEY_BYTES];
    struct mirror_copy *copies[MAX_COPIES];
    int count;
    char ids[MAX_COPIES][ID_MAX]; /* of the server's list */
    char trouble[512];            /* what could not be done last, told once */
};

extern char **environ;

static void run_hook(const struct mirror *m, const char *meeting, const char *reason)
{
    char *const argv[] = {(char *)m->hook, (char *)meeting, (char *)reason, NULL};
    pid_t pid;
    int r = m->hook ? posix_spawnp(&pid, m->hook, NULL, NULL, argv, environ) : 0;
    if (r)
        tool_complain("%s: %s", m->hook, strerror(r));
    else if (m->hook)
        waitpid(pid, NULL, 0);
}

static int shout(const struct mirror *m, const char *meeting, const char *reason)
{
    tool_complain("GEÇMİŞ DEĞİŞTİRİLMİŞ / HISTORY WAS REWRITTEN: %s: %s", meeting, reason);
    run_hook(m, meeting, reason);
    return -EBADMSG;
}

/* What may pass by itself: told when it is another one than last time. */
static int trouble(struct mirror *m, const char *where, const char *reason)
{
    char text[sizeof m->trouble];
    snprintf(text, sizeof text, "%.100s: %.400s", where, reason);
    if (strcmp(text, m->trouble) != 0)
        tool_complain("%s", text);
    memcpy(m->trouble, text, sizeof text);
    return -EAGAIN;
}

/* GETs a path of the server. Returns 0, -ENOENT for 404, or -EAGAIN having told the trouble. */
static int get(struct mirror *m, const char *path)
{
    char url[PATH_MAX], reason[FETCH_REASON] = "";
    if (snprintf(url, sizeof url, "%s%s", m->url, path) >= (int)sizeof url)
        return trouble(m, m->url, strerror(ENAMETOOLONG));
    int status = fetch_get(m->fetch, url, &m->answer, reason);
    if (status == 404)
        return -ENOENT;
    if (status >= 0 && status != 200)
        snprintf(reason, sizeof reason, "HTTP %d", status);
    return status == 200 ? 0 : trouble(m, path, reason);
}

static const char *answer(const struct mirror *m)
{
    return m->answer.data ? (const char *)m->answer.data : "";
}

/* ---- the key ---- */

static int load_key(struct mirror *m)
{
    char path[PATH_MAX];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    snprintf(path, sizeof path, "%s/key.json", m->folder);
    int r = io_read_file(path, 4096, &b);
    if (r == -ENOENT)
        return 0;
    if (r == 0)
        r = published_read_key((const char *)b->data, b->size, m->key);
    if (r < 0)
        return tool_complain("%s: %s", path, strerror(-r)), r;
    m->has_key = true;
    return 0;
}

/* The first key that was seen is kept; another one later is no small matter. */
static int follow_key(struct mirror *m)
{
    uint8_t key[PUBLISHED_KEY_BYTES];
    char path[PATH_MAX];
    int r = get(m, "/api/v1/key");
    if (r == 0 && published_read_key(answer(m), m->answer.size, key) < 0)
        r = -EINVAL;
    if (r == -ENOENT || r == -EINVAL)
        return trouble(m, "/api/v1/key", "bu bir meclis sunucusu değil / no meclis server answers");
    if (r < 0)
        return r;
    if (m->has_key)
        return memcmp(key, m->key, sizeof key) == 0
                   ? 0
                   : shout(m, "-", "imzalayan anahtar değişti / the signing key has changed");
    snprintf(path, sizeof path, "%s/key.json", m->folder);
    r = io_replace_file(path, m->answer.data, m->answer.size, 0644);
    if (r < 0)
        return trouble(m, path, strerror(-r));
    memcpy(m->key, key, sizeof key);
    m->has_key = true;
    return 0;
}

/* ---- the copies ---- */

static int open_copy(struct mirror *m, const char *meeting)
{
    char reason[512] = "";
    if (m->count == MAX_COPIES)
        return trouble(m, meeting, "çok fazla toplantı / too many meetings");
    int r = mirror_copy_open(m->folder, meeting, m->key, &m->copies[m->count], reason);
    if (r < 0) {
        tool_complain("%s/%s: %s: %s", m->folder, meeting,
                      r == -EUCLEAN ? "kopya bozulmuş / the copy itself is damaged" : strerror(-r),
                      reason);
        return r;
    }
    m->count++;
    return 0;
}

static bool has_copy(const struct mirror *m, const char *meeting)
{
    for (int i = 0; i < m->count; i++) {
        if (strcmp(mirror_copy_meeting(m->copies[i]), meeting) == 0)
            return true;
    }
    return false;
}

/* Those that were copied before, so that one which the server no longer names is missed. */
static int load_copies(struct mirror *m)
{
    DIR *d = opendir(m->folder);
    int r = d ? 0 : -errno;
    for (struct dirent *e; r == 0 && (e = readdir(d));) {
        if (e->d_type == DT_DIR && id_valid(e->d_name) && !has_copy(m, e->d_name))
            r = open_copy(m, e->d_name);
    }
    if (d)
        closedir(d);
    return r;
}

static int find_meetings(struct mirror *m)
{
    int r = get(m, "/api/v1/meetings");
    if (r == -ENOENT)
        return trouble(m, "/api/v1/meetings", "HTTP 404");
    if (r < 0)
        return r;
    int count = published_read_meetings(answer(m), m->answer.size, m->ids, MAX_COPIES);
    if (count < 0)
        return trouble(m, "/api/v1/meetings", "okunamadı / it can't be read");
    for (int i = 0; i < count && r == 0; i++) {
        if (!has_copy(m, m->ids[i]))
            r = open_copy(m, m->ids[i]);
    }
    return r;
}

/* Heads are asked for before events: what they speak of must then be there. */
static int fetch_heads(struct mirror *m, const struct mirror_copy *c, struct published_head **ret,
                       size_t *ret_count, bool *ret_more)
{
    char path[256];
    snprintf(path, sizeof path, "/api/v1/meetings/%s/heads?since=%llu", mirror_copy_meeting(c),
             (unsigned long long)mirror_copy_heads(c));
    int r = get(m, path);
    if (r == -ENOENT && mirror_copy_events(c))
        return shout(m, mirror_copy_meeting(c),
                     "sunucu onu artık tanımıyor / the server does not "
                     "know it any more");
    if (r == 0 && published_read_heads(answer(m), m->answer.size, ret, ret_count, ret_more) < 0)
        return trouble(m, path, "okunamadı / it can't be read");
    return r == -ENOENT ? trouble(m, path, "HTTP 404") : r;
}

static int follow_log(struct mirror *m, struct mirror_copy *c, char reason[512])
{
    bool more = true;
    while (more) {
        char path[256];
        snprintf(path, sizeof path, "/api/v1/meetings/%s/log?format=export&sides=0&since=%llu",
                 mirror_copy_meeting(c), (unsigned long long)mirror_copy_events(c));
        uint64_t before = mirror_copy_events(c);
        int r = get(m, path);
        if (r == 0)
            r = mirror_copy_add_page(c, answer(m), m->answer.size, &more, reason);
        if (r < 0)
            return r;
        if (more && mirror_copy_events(c) == before)
            return -EINVAL;
    }
    return 0;
}

/* Follows one meeting. Returns 0, -EBADMSG having shouted, or -EAGAIN having told the trouble. */
static int follow(struct mirror *m, int at)
{
    struct mirror_copy *c = m->copies[at];
    char reason[512] = "", meeting[ID_MAX];
    bool more = true;
    int r = 0;
    snprintf(meeting, sizeof meeting, "%s", mirror_copy_meeting(c));
    while (r == 0 && more) {
        cleanup_free struct published_head *heads = NULL;
        size_t count = 0;
        r = fetch_heads(m, c, &heads, &count, &more);
        if (r < 0)
            return r;
        r = follow_log(m, c, reason);
        if (r == 0)
            r = mirror_copy_add_heads(c, heads, count, reason);
    }
    if (r == -EBADMSG)
        return shout(m, meeting, reason);
    if (r == 0 || r == -EAGAIN)
        return r;
    /* Half a page may have been checked: what is on the disk counts. */
    trouble(m, meeting, reason[0] ? reason : strerror(-r));
    mirror_copy_close(c);
    m->copies[at] = m->copies[--m->count];
    return open_copy(m, meeting) < 0 ? -EUCLEAN : -EAGAIN;
}

static int look(struct mirror *m)
{
    int r = follow_key(m);
    if (r == 0)
        r = load_copies(m);
    if (r == 0)
        r = find_meetings(m);
    for (int i = 0, each = 0; i < m->count && (r == 0 || r == -EAGAIN); i++) {
        each = follow(m, i);
        r = each < 0 ? each : r;
    }
    if (r == 0)
        m->trouble[0] = 0;
    return r;
}

static int watch(struct mirror *m)
{
    const struct timespec pause = {.tv_sec = m->interval};
    for (;;) {
        int r = look(m);
        if (r == -EBADMSG)
            return TOOL_WRONG;
        if (r < 0 && r != -EAGAIN)
            return TOOL_FAILED;
        if (m->once)
            return r < 0 ? TOOL_FAILED : 0;
        nanosleep(&pause, NULL);
    }
}

static bool parse(int argc, char *argv[], struct mirror *m)
{
    const char *interval = "10";
    for (int i = 1; i < argc; i++) {
        int r = tool_option(argc, argv, &i, "--interval", &interval);
        if (r == 0)
            r = tool_option(argc, argv, &i, "--hook", &m->hook);
        if (r < 0)
            return false;
        if (r == 0 && strcmp(argv[i], "--once") == 0)
            m->once = true;
        else if (r == 0 && argv[i][0] != '-' && !m->url)
            m->url = argv[i];
        else if (r == 0 && argv[i][0] != '-' && !m->folder)
            m->folder = argv[i];
        else if (r == 0)
            return false;
    }
    char *end;
    m->interval = strtol(interval, &end, 10);
    return m->folder && !*end && m->interval >= 1 && m->interval <= 86400 &&
           strlen(m->folder) < PATH_MAX - 128;
}

static int prepare(struct mirror *m, int *ret_lock)
{
    char path[PATH_MAX];
    int r = io_make_folders(m->folder, 0755);
    snprintf(path, sizeof path, "%s/lock", m->folder);
    if (r == 0)
        r = io_lock_file(path);
    if (r < 0)
        return tool_complain("%s: %s", m->folder,
                             r == -EWOULDBLOCK
                                 ? "başka bir mirror onu kullanıyor / another mirror uses it"
                                 : strerror(-r)),
               r;
    *ret_lock = r;
    return load_key(m);
}

int tool_mirror(int argc, char *argv[])
{
    struct mirror *m = calloc(1, sizeof *m);
    cleanup_close int lock = -1;
    int status = TOOL_FAILED;
    if (!m || !parse(argc, argv, m)) {
        fputs(help, stderr);
        free(m);
        return TOOL_FAILED;
    }
    buf_init(&m->answer, MAX_ANSWER_BYTES);
    m->fetch = fetch_create();
    if (m->fetch && prepare(m, &lock) == 0)
        status = watch(m);
    for (int i = 0; i < m->count; i++)
        mirror_copy_close(m->copies[i]);
    fetch_destroy(m->fetch);
    buf_finish(&m->answer);
    free(m);
    return status;
}
