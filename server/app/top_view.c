#include "app/top_view.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define MAX_THREADS 16

struct view {
    const struct top_reading *before, *now;
    const struct top_style *style;
    struct buf *out;
    int rows;
    char line[1024];
    size_t size;
};

/* ---- readings ---- */

static bool is_safe(const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)at[i];
        if (c < ' ' || c == 0x7f || (c == 0xc2 && i + 1 < size && (unsigned char)at[i + 1] < 0xa0))
            return false;
    }
    return true;
}

static void take_line(struct top_reading *r, const char *line, size_t size)
{
    const char *space = memrchr(line, ' ', size);
    char number[40], *end;
    if (size == 0 || line[0] == '#' || !space || space == line || !is_safe(line, size))
        return;
    size_t digits = size - (size_t)(space + 1 - line);
    if (digits == 0 || digits >= sizeof number || r->count == TOP_MAX_FIGURES)
        return;
    memcpy(number, space + 1, digits);
    number[digits] = 0;
    double value = strtod(number, &end);
    if (*end || !isfinite(value))
        return;
    r->figures[r->count++] = (struct top_figure){line, (size_t)(space - line), value};
}

int top_reading_parse(const char *text, size_t size, int64_t at_us, struct top_reading *ret)
{
    struct top_reading r = {.at_us = at_us, .text = malloc(size + 1)};
    r.figures = calloc(TOP_MAX_FIGURES, sizeof *r.figures);
    if (!r.text || !r.figures) {
        top_reading_finish(&r);
        return -ENOMEM;
    }
    memcpy(r.text, text, size);
    r.text[size] = 0;
    for (char *at = r.text, *end = r.text + size; at < end;) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline)
            break; /* cut off in the middle */
        take_line(&r, at, (size_t)(newline - at));
        at = newline + 1;
    }
    *ret = r;
    return 0;
}

void top_reading_finish(struct top_reading *r)
{
    free(r->text);
    free(r->figures);
    *r = (struct top_reading){0};
}

static const struct top_figure *find(const struct top_reading *r, const char *key)
{
    size_t size = strlen(key);
    for (size_t i = 0; r && i < r->count; i++)
        if (r->figures[i].size == size && memcmp(r->figures[i].key, key, size) == 0)
            return &r->figures[i];
    return NULL;
}

double top_value(const struct top_reading *r, const char *key, double fallback)
{
    const struct top_figure *f = find(r, key);
    return f ? f->value : fallback;
}

/* Copies a label's value of a figure of that name. Returns whether it is one and has the label. */
static bool label_of(const struct top_figure *f, const char *name, const char *label,
                     char ret[NAME_MAX_BYTES])
{
    size_t size = strlen(name);
    char pattern[40];
    if (f->size <= size || memcmp(f->key, name, size) != 0 || f->key[size] != '{')
        return false;
    int n = snprintf(pattern, sizeof pattern, "%s=\"", label);
    const char *at = memmem(f->key + size, f->size - size, pattern, (size_t)n);
    if (!at)
        return false;
    at += n;
    const char *end = memchr(at, '"', f->size - (size_t)(at - f->key));
    if (!end || (size_t)(end - at) >= NAME_MAX_BYTES)
        return false;
    memcpy(ret, at, (size_t)(end - at));
    ret[end - at] = 0;
    return true;
}

static double of(const struct view *v, const char *name, const char *label, const char *value)
{
    char key[256];
    snprintf(key, sizeof key, "%s{%s=\"%s\"}", name, label, value);
    return top_value(v->now, key, 0);
}

/* What it grew by in a second; negative where that is not known. */
static double rate(const struct view *v, const char *key)
{
    const struct top_figure *a = find(v->before, key), *b = find(v->now, key);
    if (!a || !b || v->now->at_us <= v->before->at_us || b->value < a->value)
        return -1; /* a server that started anew counts from the beginning */
    return (b->value - a->value) * 1e6 / (double)(v->now->at_us - v->before->at_us);
}

/* ---- lines ---- */

__attribute__((format(printf, 2, 3))) static void put(struct view *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(v->line + v->size, sizeof v->line - v->size, format, args);
    va_end(args);
    v->size += n > 0 ? (size_t)n : 0;
    if (v->size >= sizeof v->line)
        v->size = sizeof v->line - 1;
}

/* Fills with spaces up to a column; characters are counted, not bytes. */
static void tab(struct view *v, int column)
{
    int at = 0;
    for (size_t i = 0; i < v->size; i++)
        at += ((unsigned char)v->line[i] & 0xc0) != 0x80;
    do {
        put(v, " ");
    } while (++at < column);
}

/* Ends the line, cut at the terminal's edge. */
static void end_line(struct view *v, const char *colour)
{
    size_t size = 0;
    int columns = 0;
    while (size < v->size) {
        bool begins = ((unsigned char)v->line[size] & 0xc0) != 0x80;
        if (begins && v->style->columns && columns == v->style->columns)
            break;
        columns += begins;
        size++;
    }
    while (size && v->line[size - 1] == ' ')
        size--;
    v->size = 0;
    if (v->style->rows && v->rows >= v->style->rows)
        return;
    v->rows++;
    if (v->style->ansi && colour)
        buf_add_str(v->out, colour);
    buf_add(v->out, v->line, size);
    buf_add_str(v->out, v->style->ansi ? "\033[0m\033[K\r\n" : "\n");
}

static const char *say(const struct view *v, const char *turkish, const char *english)
{
    return v->style->language == LANGUAGE_ENGLISH ? english : turkish;
}

static void put_number(struct view *v, double value, int decimals)
{
    char text[40];
    if (value < 0) {
        put(v, "–");
        return;
    }
    snprintf(text, sizeof text, "%.*f", decimals, value);
    char *dot = v->style->language == LANGUAGE_TURKISH ? strchr(text, '.') : NULL;
    if (dot)
        *dot = ',';
    put(v, "%s", text);
}

static void put_named(struct view *v, const char *name, double value, int decimals)
{
    put(v, "   %s ", name);
    put_number(v, value, decimals);
}

static double positive(double value, double by)
{
    return value < 0 ? value : value * by;
}

/* ---- parts of the frame ---- */

static void add_head(struct view *v)
{
    int64_t seconds = (int64_t)top_value(v->now, "meclis_up_seconds", 0);
    put(v, "Açık Meclis   %s   %s %lld:%02lld:%02lld", v->style->server, say(v, "açık", "up"),
        (long long)(seconds / 3600), (long long)(seconds / 60 % 60), (long long)(seconds % 60));
    if (top_value(v->now, "meclis_clock_synchronised", 1) == 0)
        put(v, "   %s", say(v, "SAAT EŞİT DEĞİL", "CLOCK NOT SYNCHRONISED"));
    end_line(v, "\033[1m");
}

static void add_totals(struct view *v)
{
    put(v, "%s", say(v, "İzleyen", "Viewers"));
    tab(v, 10);
    put_named(v, "WebSocket", top_value(v->now, "meclis_viewers_media", 0), 0);
    put_named(v, "HLS", top_value(v->now, "meclis_viewers_hls", 0), 0);
    put_named(v, say(v, "olay", "events"), top_value(v->now, "meclis_event_listeners", 0), 0);
    put_named(v, say(v, "bağlantı", "connections"), top_value(v->now, "meclis_connections", 0), 0);
    put_named(v, say(v, "geri çevrilen", "turned away"),
              top_value(v->now, "meclis_refused_full_total", 0), 0);
    end_line(v, NULL);
    put(v, "%s", say(v, "Giden", "Sent"));
    tab(v, 10);
    put(v, "   ");
    put_number(v, positive(rate(v, "meclis_bytes_sent_total"), 8e-6), 1);
    put(v, " Mbit/s");
    put_named(v, say(v, "ileti/s", "messages/s"), rate(v, "meclis_messages_sent_total"), 0);
    put_named(v, say(v, "istek/s", "requests/s"), rate(v, "meclis_requests_total"), 0);
    put_named(v, say(v, "işlemci %", "CPU %"), positive(rate(v, "meclis_cpu_seconds_total"), 100),
              0);
    end_line(v, NULL);
    put(v, "%s", say(v, "Geride", "Behind"));
    tab(v, 10);
    put_named(v, say(v, "en çok", "at most"), top_value(v->now, "meclis_behind_us_max", 0) / 1e6,
              2);
    put(v, " s");
    put_named(v, say(v, "atlama/s", "skips/s"), rate(v, "meclis_skips_total"), 1);
    put_named(v, say(v, "nitelik değişimi/s", "switches/s"),
              rate(v, "meclis_rendition_switches_total"), 1);
    end_line(v, NULL);
    put(v, "Disk");
    tab(v, 10);
    put_named(v, say(v, "boş", "free"),
              positive(top_value(v->now, "meclis_disk_free_bytes", -1), 1e-9), 1);
    put(v, " GB");
    end_line(v, NULL);
}

/* The turn that so great a share of the turns since the last reading did not exceed, seconds: a
 * bucket's upper end; INFINITY beyond the last, -1 where there were none. */
static double percentile(const struct view *v, const char *thread, double share)
{
    static const char name[] = "meclis_net_turn_seconds_bucket";
    char key[256], label[NAME_MAX_BYTES], edge[NAME_MAX_BYTES];
    snprintf(key, sizeof key, "%s{thread=\"%s\",le=\"+Inf\"}", name, thread);
    double all = top_value(v->now, key, 0) - top_value(v->before, key, 0);
    if (all <= 0)
        return -1;
    for (size_t i = 0; i < v->now->count; i++) {
        const struct top_figure *f = &v->now->figures[i];
        if (!label_of(f, name, "thread", label) || strcmp(label, thread) != 0 ||
            !label_of(f, name, "le", edge) || f->size >= sizeof key)
            continue;
        memcpy(key, f->key, f->size);
        key[f->size] = 0;
        if (f->value - top_value(v->before, key, 0) >= all * share)
            return strcmp(edge, "+Inf") == 0 ? INFINITY : strtod(edge, NULL);
    }
    return INFINITY;
}

static void put_turn(struct view *v, double seconds)
{
    if (isinf(seconds)) {
        put(v, "%s", say(v, "çok uzun", "very long"));
        return;
    }
    put(v, seconds < 0 ? "" : "≤ ");
    put_number(v, positive(seconds, 1e3), 2);
}

static void add_threads(struct view *v)
{
    char thread[NAME_MAX_BYTES];
    int count = 0;
    for (size_t i = 0; i < v->now->count && count < MAX_THREADS; i++) {
        if (!label_of(&v->now->figures[i], "meclis_net_turn_seconds_count", "thread", thread))
            continue;
        if (count++ == 0) {
            end_line(v, NULL);
            put(v, "%s", say(v, "Ağ iş parçacığı", "Net thread"));
            tab(v, 20);
            put(v, "%s", say(v, "tur p50 ms", "turn p50 ms"));
            tab(v, 34);
            put(v, "%s", say(v, "tur p99 ms", "turn p99 ms"));
            tab(v, 48);
            put(v, "%s", say(v, "geride s", "behind s"));
            end_line(v, "\033[4m");
        }
        put(v, "%s", thread);
        tab(v, 20);
        put_turn(v, percentile(v, thread, 0.50));
        tab(v, 34);
        double p99 = percentile(v, thread, 0.99);
        put_turn(v, p99);
        tab(v, 48);
        put_number(v, of(v, "meclis_net_behind_us_max", "thread", thread) / 1e6, 2);
        end_line(v, p99 > 0.020 ? "\033[31m" : NULL);
    }
}

/* The value of another label of the figure of that name and meeting which is 1, or "". */
static void which(const struct view *v, const char *name, const char *meeting, const char *label,
                  char ret[256])
{
    char found[NAME_MAX_BYTES], value[NAME_MAX_BYTES];
    size_t size = 0;
    ret[0] = 0;
    for (size_t i = 0; i < v->now->count; i++) {
        const struct top_figure *f = &v->now->figures[i];
        if (f->value != 1 || !label_of(f, name, "meeting", found) || strcmp(found, meeting) != 0 ||
            !label_of(f, name, label, value) || size + strlen(value) + 2 >= 256)
            continue;
        size += (size_t)snprintf(ret + size, 256 - size, "%s%s", size ? "," : "", value);
    }
}

static const char *translate(const struct view *v, const char *word)
{
    static const char *const words[][2] = {
        {"off", "kapalı"},    {"on", "açık"},      {"full", "disk dolu"}, {"failed", "BOZUK"},
        {"silent", "sessiz"}, {"frozen", "donuk"}, {"black", "karanlık"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], word) == 0 && v->style->language == LANGUAGE_TURKISH)
            return words[i][1];
    return word;
}

/* Who watches what: "720p WebSocket 12 HLS 3", for each rendition that somebody watches. */
static void add_watching(struct view *v, const char *meeting)
{
    static const char name[] = "meclis_watching";
    char found[NAME_MAX_BYTES], transport[NAME_MAX_BYTES], rendition[NAME_MAX_BYTES];
    char last[NAME_MAX_BYTES] = "";
    bool any = false;
    for (size_t i = 0; i < v->now->count; i++) {
        const struct top_figure *f = &v->now->figures[i];
        if (f->value < 1 || !label_of(f, name, "meeting", found) || strcmp(found, meeting) != 0 ||
            !label_of(f, name, "transport", transport) ||
            !label_of(f, name, "rendition", rendition))
            continue;
        if (strcmp(last, rendition) != 0)
            put(v, "%s%s", any ? "   " : "    ", rendition);
        memcpy(last, rendition, sizeof last);
        put(v, "  %s ", strcmp(transport, "hls") == 0 ? "HLS" : "WebSocket");
        put_number(v, f->value, 0);
        any = true;
    }
    if (any)
        end_line(v, NULL);
}

static void add_meeting(struct view *v, const char *meeting)
{
    char source[256], recorder[256], alarms[256], *rest = alarms;
    bool live = of(v, "meclis_live", "meeting", meeting) > 0;
    bool worker = of(v, "meclis_worker_up", "meeting", meeting) > 0;
    which(v, "meclis_source_on_air", meeting, "source", source);
    which(v, "meclis_recording_state", meeting, "state", recorder);
    which(v, "meclis_alarm", meeting, "alarm", alarms);
    put(v, "%s", meeting);
    tab(v, 26);
    put(v, "%s",
        !live    ? say(v, "kapalı", "off")
        : worker ? say(v, "yayında", "on air")
                 : say(v, "İŞÇİ YOK", "NO WORKER"));
    tab(v, 36);
    put_number(v, of(v, "meclis_viewers", "meeting", meeting), 0);
    tab(v, 44);
    put(v, "%s", source[0] ? source : live ? say(v, "ara görüntüsü", "slate") : "–");
    tab(v, 60);
    put(v, "%s", recorder[0] ? translate(v, recorder) : "–");
    tab(v, 71);
    for (char *alarm; (alarm = strsep(&rest, ","));)
        put(v, "%s ", translate(v, alarm));
    end_line(v, live && (!worker || alarms[0] || !source[0]) ? "\033[31m" : NULL);
    add_watching(v, meeting);
}

static void add_meetings(struct view *v)
{
    char meeting[NAME_MAX_BYTES];
    bool first = true;
    for (size_t i = 0; i < v->now->count; i++) {
        if (!label_of(&v->now->figures[i], "meclis_live", "meeting", meeting))
            continue;
        if (first) {
            end_line(v, NULL);
            put(v, "%s", say(v, "Toplantı", "Meeting"));
            tab(v, 26);
            put(v, "%s", say(v, "durum", "state"));
            tab(v, 36);
            put(v, "%s", say(v, "izleyen", "viewers"));
            tab(v, 44);
            put(v, "%s", say(v, "kaynak", "source"));
            tab(v, 60);
            put(v, "%s", say(v, "kayıt", "recorder"));
            tab(v, 71);
            put(v, "%s", say(v, "uyarı", "alarms"));
            end_line(v, "\033[4m");
        }
        first = false;
        add_meeting(v, meeting);
    }
}

void top_view(struct buf *out, const struct top_reading *before, const struct top_reading *now,
              const struct top_style *style)
{
    struct view v = {.before = before, .now = now, .style = style, .out = out};
    add_head(&v);
    add_totals(&v);
    add_threads(&v);
    add_meetings(&v);
}
