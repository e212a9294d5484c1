/* meclis top: a running server, seen in a terminal. Asks /metrics once a second. */
#include "app/fetch.h"
#include "app/tools.h"
#include "app/top_view.h"
#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>

#define MAX_ANSWER_BYTES (4u << 20)
#define FETCH_SECONDS 3
#define PERIOD_MS 1000

static const char help[] =
    "meclis top [URL] [--once]\n"
    "\n"
    "  URL     sunucu (http://127.0.0.1:8080) / the server\n"
    "  --once  bir kez yazar, renksiz / prints once, without colours\n"
    "\n"
    "q ya da Ctrl-C: çıkar / leaves. LANG dili seçer / chooses the language.\n";

struct top {
    const char *url;
    bool once, screen; /* screen: a terminal that can be drawn on */
    struct fetch *fetch;
    struct buf answer, frame;
    struct top_reading before, now;
    char reason[FETCH_REASON];
    int signals;
    bool raw; /* the terminal is to be put back */
    struct termios terminal;
};

/* Turkish where nothing better is asked for. */
static enum language language(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value)
            continue;
        bool none =
            strcmp(value, "POSIX") == 0 || strcmp(value, "C") == 0 || strncmp(value, "C.", 2) == 0;
        return none || strncmp(value, "tr", 2) == 0 ? LANGUAGE_TURKISH : LANGUAGE_ENGLISH;
    }
    return LANGUAGE_TURKISH;
}

static int take_arguments(struct top *t, int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--once") == 0)
            t->once = true;
        else if (argv[i][0] != '-' && !t->url)
            t->url = argv[i];
        else
            return tool_complain("\"%.80s\" anlaşılamadı / not understood\n\n%s", argv[i], help);
    }
    t->url = t->url ? t->url : "http://127.0.0.1:8080";
    return 0;
}

/* Returns 0, or -EIO with a reason; the last reading stays then. */
static int read_figures(struct top *t)
{
    char url[1024];
    struct top_reading r;
    size_t size = strlen(t->url);
    if (snprintf(url, sizeof url, "%s%smetrics", t->url,
                 size && t->url[size - 1] == '/' ? "" : "/") >= (int)sizeof url) {
        snprintf(t->reason, sizeof t->reason, "the address is too long");
        return -EIO;
    }
    int status = fetch_get(t->fetch, url, &t->answer, t->reason);
    if (status >= 0 && status != 200)
        snprintf(t->reason, sizeof t->reason, "HTTP %d", status);
    if (status != 200)
        return -EIO;
    if (top_reading_parse((const char *)t->answer.data, t->answer.size, clock_boot_us(), &r) < 0 ||
        top_value(&r, "meclis_up_seconds", -1) < 0) {
        snprintf(t->reason, sizeof t->reason, "no figures of meclis");
        return -EIO;
    }
    top_reading_finish(&t->before);
    t->before = t->now;
    t->now = r;
    return 0;
}

static int draw(struct top *t, bool reached)
{
    struct top_style style = {.language = language(), .server = t->url, .ansi = t->screen};
    struct winsize size;
    if (t->screen && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2) {
        style.columns = size.ws_col;
        style.rows = size.ws_row - 2;
    }
    buf_clear(&t->frame);
    if (t->screen)
        buf_add_str(&t->frame, "\033[H");
    if (t->now.text)
        top_view(&t->frame, t->before.text ? &t->before : NULL, &t->now, &style);
    if (!reached)
        buf_addf(&t->frame, "%s: %s%s\n",
                 style.language == LANGUAGE_TURKISH ? "Sunucuya ulaşılamıyor"
                                                    : "The server can't be reached",
                 t->reason, t->screen ? "\033[K\r" : "");
    buf_add_str(&t->frame, t->screen ? "\033[J" : "\n");
    return t->frame.error ? -ENOMEM : io_write_all(STDOUT_FILENO, t->frame.data, t->frame.size);
}

static void begin_screen(struct top *t)
{
    struct termios raw;
    const char *name = getenv("TERM");
    t->screen = isatty(STDOUT_FILENO) && name && *name && strcmp(name, "dumb") != 0;
    if (t->screen)
        io_write_all(STDOUT_FILENO, "\033[?1049h\033[?25l", 14);
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &t->terminal) < 0)
        return;
    raw = t->terminal;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    t->raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

static void end_screen(struct top *t)
{
    if (t->screen)
        io_write_all(STDOUT_FILENO, "\033[?25h\033[?1049l", 14);
    if (t->raw)
        tcsetattr(STDIN_FILENO, TCSANOW, &t->terminal);
}

/* Until the next reading is due. Returns whether to go on; a changed size redraws at once. */
static bool wait_a_second(struct top *t, int64_t until_us, bool reached)
{
    for (;;) {
        int64_t left_ms = (until_us - clock_boot_us()) / 1000;
        struct pollfd fds[2] = {{t->signals, POLLIN, 0}, {t->raw ? STDIN_FILENO : -1, POLLIN, 0}};
        if (left_ms <= 0 || poll(fds, 2, (int)left_ms) == 0)
            return true;
        struct signalfd_siginfo info;
        if (fds[0].revents && read(t->signals, &info, sizeof info) == sizeof info) {
            if (info.ssi_signo != SIGWINCH || draw(t, reached) < 0)
                return false;
        }
        char key;
        if (fds[1].revents && (read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q'))
            return false;
    }
}

static int watch(struct top *t)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGWINCH);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    t->signals = signalfd(-1, &signals, SFD_CLOEXEC);
    if (t->signals < 0)
        return tool_complain("%s", strerror(errno));
    begin_screen(t);
    bool reached;
    int64_t next_us = clock_boot_us();
    do {
        reached = read_figures(t) == 0;
        next_us += PERIOD_MS * 1000;
        if (next_us < clock_boot_us())
            next_us = clock_boot_us() + PERIOD_MS * 1000;
    } while (draw(t, reached) == 0 && wait_a_second(t, next_us, reached));
    end_screen(t);
    close(t->signals);
    return 0;
}

/* Two readings, so that there are rates. */
static int print_once(struct top *t)
{
    const struct timespec second = {PERIOD_MS / 1000, 0};
    if (read_figures(t) < 0)
        return tool_complain("%s: %s", t->url, t->reason);
    nanosleep(&second, NULL);
    if (read_figures(t) < 0)
        return tool_complain("%s: %s", t->url, t->reason);
    return draw(t, true) < 0 ? TOOL_FAILED : 0;
}

int tool_top(int argc, char *argv[])
{
    struct top t = {.signals = -1};
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(help, stdout) < 0;
    int r = take_arguments(&t, argc, argv);
    if (r)
        return r;
    buf_init(&t.answer, MAX_ANSWER_BYTES);
    buf_init(&t.frame, 1u << 20);
    t.fetch = fetch_create();
    if (!t.fetch)
        return tool_complain("bellek yetmiyor / no memory");
    fetch_set_timeout(t.fetch, FETCH_SECONDS);
    r = t.once ? print_once(&t) : watch(&t);
    fetch_destroy(t.fetch);
    top_reading_finish(&t.before);
    top_reading_finish(&t.now);
    buf_finish(&t.answer);
    buf_finish(&t.frame);
    return r;
}
