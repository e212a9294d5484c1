#include "base/log.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The one setting of the process that is not passed down: set once before threads start. */
static atomic_int max_level = LOG_LEVEL_INFO;

static const char *const names[] = {"", "error", "warning", "info", "debug"};
static const int syslog_priorities[] = {0, 3, 4, 6, 7};

void log_set_level(enum log_level level)
{
    atomic_store(&max_level, (int)level);
}

/* Texts from outside must not forge a line, nor steer a terminal. */
static void hide_control_characters(char *line, int size)
{
    for (int i = 0; i < size; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    }
}

void log_write(enum log_level level, const char *module, const char *format, ...)
{
    if ((int)level > atomic_load_explicit(&max_level, memory_order_relaxed))
        return;
    char line[2048];
    int at;
    if (getenv("JOURNAL_STREAM")) {
        at = snprintf(line, sizeof line, "<%d>%s: ", syslog_priorities[level], module);
    } else {
        int64_t now = clock_utc_us();
        time_t s = now / 1000000;
        struct tm tm;
        gmtime_r(&s, &tm);
        at = (int)strftime(line, sizeof line, "%FT%T", &tm);
        at += snprintf(line + at, sizeof line - (size_t)at,
                       ".%03dZ %s %s: ", (int)(now / 1000 % 1000), names[level], module);
    }
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + at, sizeof line - (size_t)at - 1, format, args);
    va_end(args);
    if (more > 0)
        at += more < (int)sizeof line - at - 1 ? more : (int)sizeof line - at - 2;
    hide_control_characters(line, at);
    line[at++] = '\n';
    if (write(STDERR_FILENO, line, (size_t)at) < 0)
        return; /* nowhere left to say it */
}
