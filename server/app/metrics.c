/* /metrics: Prometheus text. Names are kept stable; see docs/operations.md. */
#include "app/broadcast.h"
#include "app/routes.h"
#include "base/buf.h"
#include "base/clock.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#define MAX_BYTES (4u << 20)

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *out, const char *name, const char *type, const char *help,
                int64_t value)
{
    head(out, name, type, help);
    buf_addf(out, "%s %lld\n", name, (long long)value);
}

static void add_front(struct buf *out, struct front *front)
{
    struct front_stats s;
    front_stats(front, &s);
    one(out, "meclis_connections", "gauge", "Open connections.", s.connections);
    one(out, "meclis_media_sockets", "gauge", "Open media sockets, whether watched or not.",
        s.media_sockets);
    one(out, "meclis_viewers_media", "gauge", "Who watches by WebSocket.", s.media_viewers);
    one(out, "meclis_viewers_hls", "gauge", "Who watches by HLS.", s.hls_viewers);
    one(out, "meclis_bytes_sent_total", "counter", "Bytes sent.", s.bytes_sent);
    one(out, "meclis_messages_sent_total", "counter", "Media messages sent.", s.messages_sent);
    one(out, "meclis_requests_total", "counter", "HTTP requests.", s.requests);
    one(out, "meclis_skips_total", "counter", "Viewers moved to a newer keyframe.", s.skips);
    one(out, "meclis_rendition_switches_total", "counter", "Changes of rendition.",
        s.rendition_switches);
    one(out, "meclis_refused_full_total", "counter", "Connections refused, the house being full.",
        s.refused_full);
    one(out, "meclis_behind_us_max", "gauge", "The slowest viewer's distance from live.",
        s.behind_us_max);
    one(out, "meclis_event_listeners", "gauge", "Clients on events sockets.", s.event_peers);
    one(out, "meclis_event_messages_total", "counter", "Messages of events given out.",
        s.event_messages);
    one(out, "meclis_event_cut_off_total", "counter", "Clients closed, to come again.",
        s.events_cut_off);
}

/* ---- net threads ---- */

#define NET_MAX 16

static const struct thread_metric {
    const char *name, *type, *help;
    size_t offset; /* of an int64_t */
} thread_metrics[] = {
    {"meclis_net_connections", "gauge", "Open connections of a net thread.",
     offsetof(struct front_thread_stats, connections)},
    {"meclis_net_media_sockets", "gauge", "Open media sockets.",
     offsetof(struct front_thread_stats, media_sockets)},
    {"meclis_net_viewers_media", "gauge", "Who watches by WebSocket.",
     offsetof(struct front_thread_stats, media_viewers)},
    {"meclis_net_bytes_sent_total", "counter", "Bytes sent.",
     offsetof(struct front_thread_stats, bytes_sent)},
    {"meclis_net_messages_sent_total", "counter", "Media messages sent.",
     offsetof(struct front_thread_stats, messages_sent)},
    {"meclis_net_skips_total", "counter", "Viewers moved to a newer keyframe.",
     offsetof(struct front_thread_stats, skips)},
    {"meclis_net_rendition_switches_total", "counter", "Changes of rendition.",
     offsetof(struct front_thread_stats, rendition_switches)},
    {"meclis_net_behind_us_max", "gauge", "The slowest viewer's distance from live.",
     offsetof(struct front_thread_stats, behind_us_max)},
};

static void add_turns(struct buf *out, const struct front_thread_stats *threads, int count)
{
    static const char name[] = "meclis_net_turn_seconds";
    head(out, name, "histogram",
         "What a turn of a net thread's loop takes: how long others wait for it.");
    for (int i = 0; i < count; i++) {
        int64_t turns = 0;
        for (int k = 0; k < FRONT_TURN_BUCKETS; k++) {
            turns += threads[i].turns[k];
            if (k < FRONT_TURN_BUCKETS - 1)
                buf_addf(out, "%s_bucket{thread=\"%d\",le=\"%g\"} %lld\n", name, i,
                         64e-6 * (1 << k), (long long)turns);
        }
        buf_addf(out, "%s_bucket{thread=\"%d\",le=\"+Inf\"} %lld\n", name, i, (long long)turns);
        buf_addf(out, "%s_sum{thread=\"%d\"} %.6f\n", name, i, (double)threads[i].turns_us / 1e6);
        buf_addf(out, "%s_count{thread=\"%d\"} %lld\n", name, i, (long long)turns);
    }
}

static void add_threads(struct buf *out, struct front *front)
{
    struct front_thread_stats threads[NET_MAX];
    int count = 0;
    while (count < NET_MAX && front_thread_stats(front, count, &threads[count]) == 0)
        count++;
    for (size_t m = 0; m < sizeof thread_metrics / sizeof *thread_metrics; m++) {
        head(out, thread_metrics[m].name, thread_metrics[m].type, thread_metrics[m].help);
        for (int i = 0; i < count; i++) {
            const char *at = (const char *)&threads[i] + thread_metrics[m].offset;
            buf_addf(out, "%s{thread=\"%d\"} %lld\n", thread_metrics[m].name, i,
                     (long long)*(const int64_t *)(const void *)at);
        }
    }
    head(out, "meclis_net_io_uring", "gauge", "1 where its sends go out in batches by io_uring.");
    for (int i = 0; i < count; i++)
        buf_addf(out, "meclis_net_io_uring{thread=\"%d\"} %d\n", i, threads[i].io_uring);
    head(out, "meclis_net_pairs", "gauge",
         "1 while it is so busy that it sends two messages at a time.");
    for (int i = 0; i < count; i++)
        buf_addf(out, "meclis_net_pairs{thread=\"%d\"} %d\n", i, threads[i].pairs);
    add_turns(out, threads, count);
}

/* One metric of each broadcast. */
static void each(struct buf *out, const struct core *c, const char *name, const char *type,
                 const char *help, int64_t (*value)(const struct broadcast *b))
{
    head(out, name, type, help);
    for (int i = 0; i < c->broadcast_count; i++) {
        const struct broadcast *b = c->broadcasts[i];
        buf_addf(out, "%s{meeting=\"%s\"} %lld\n", name, b->config->id, (long long)value(b));
    }
}

static int64_t live(const struct broadcast *b)
{
    return b->state.state == BROADCAST_LIVE;
}

static int64_t settings_waiting(const struct broadcast *b)
{
    char names[SPEC_SETTINGS_TEXT];
    worker_waiting(b->worker, names);
    return names[0] != '\0';
}

static int64_t worker_up(const struct broadcast *b)
{
    struct worker_figures f;
    worker_figures(b->worker, &f);
    return f.linked;
}

static int64_t restarts(const struct broadcast *b)
{
    struct worker_figures f;
    worker_figures(b->worker, &f);
    return f.restarts;
}

static int64_t worker_rss(const struct broadcast *b)
{
    return b->has_status ? b->status.rss_bytes : 0;
}

static int64_t fragments(const struct broadcast *b)
{
    return b->has_status ? b->status.fragments : 0;
}

static int64_t recorder_dropped(const struct broadcast *b)
{
    return b->has_status ? b->status.dropped : 0;
}

static int64_t viewers(const struct broadcast *b)
{
    return front_viewers(b->core->front, b->config->id);
}

static int64_t media_time(const struct broadcast *b)
{
    return b->has_status ? b->status.media_time_us : 0;
}

static int64_t recorded_until(const struct broadcast *b)
{
    return b->has_status ? b->status.recorded_until_us : 0;
}

static int64_t recorded_bytes(const struct broadcast *b)
{
    return b->has_status ? b->status.recorded_bytes : 0;
}

static int64_t notices_dropped(const struct broadcast *b)
{
    return b->notices_dropped;
}

static int64_t slate(const struct broadcast *b)
{
    return b->has_status && !b->status.on_air[0];
}

static void add_states(struct buf *out, const struct core *c)
{
    head(out, "meclis_recording_state", "gauge", "1 for the recorder's state.");
    for (int i = 0; i < c->broadcast_count; i++) {
        const struct broadcast *b = c->broadcasts[i];
        for (int s = RECORDER_OFF; s <= RECORDER_FAILED; s++)
            buf_addf(out, "meclis_recording_state{meeting=\"%s\",state=\"%s\"} %d\n", b->config->id,
                     recorder_state_name(s),
                     (b->has_status ? (int)b->status.recorder : RECORDER_OFF) == s);
    }
    static const char *const alarms[] = {"silent", "frozen", "black"};
    head(out, "meclis_alarm", "gauge", "1 while the programme is silent, frozen or black.");
    for (int i = 0; i < c->broadcast_count; i++) {
        const struct broadcast *b = c->broadcasts[i];
        for (int a = 0; a < 3; a++)
            buf_addf(out, "meclis_alarm{meeting=\"%s\",alarm=\"%s\"} %d\n", b->config->id,
                     alarms[a], b->has_status && (b->status.alarms & (1u << a)));
    }
    head(out, "meclis_alarms_raised_total", "counter", "Alarms since the server's start.");
    for (int i = 0; i < c->broadcast_count; i++) {
        for (int a = 0; a < 3; a++)
            buf_addf(out, "meclis_alarms_raised_total{meeting=\"%s\",alarm=\"%s\"} %lld\n",
                     c->broadcasts[i]->config->id, alarms[a],
                     (long long)c->broadcasts[i]->alarms_raised[a]);
    }
}

static void add_sources(struct buf *out, const struct core *c)
{
    head(out, "meclis_source_state", "gauge",
         "1 waiting, 2 live, 3 refused, 4 failed, 5 ended; 0 not heard of.");
    for (int i = 0; i < c->broadcast_count; i++) {
        const struct broadcast *b = c->broadcasts[i];
        for (int s = 0; b->has_status && s < b->status.source_count; s++)
            buf_addf(out, "meclis_source_state{meeting=\"%s\",source=\"%s\"} %d\n", b->config->id,
                     b->status.sources[s].id, (int)b->status.sources[s].state);
    }
    head(out, "meclis_source_on_air", "gauge", "1 for the source on air.");
    for (int i = 0; i < c->broadcast_count; i++) {
        const struct broadcast *b = c->broadcasts[i];
        for (size_t s = 0; s < b->config->source_count; s++)
            buf_addf(out, "meclis_source_on_air{meeting=\"%s\",source=\"%s\"} %d\n", b->config->id,
                     b->config->sources[s].id,
                     b->has_status && strcmp(b->config->sources[s].id, b->status.on_air) == 0);
    }
}

static void add_watching(struct buf *out, const struct core *c)
{
    struct front_watching w[FRONT_MAX_RENDITIONS];
    head(out, "meclis_watching", "gauge", "Who watches, by transport and by what each is sent.");
    for (int i = 0; i < c->broadcast_count; i++) {
        const char *id = c->broadcasts[i]->config->id;
        int count = front_watching(c->front, id, w);
        for (int k = 0; k < count; k++) {
            static const char format[] =
                "meclis_watching{meeting=\"%s\",transport=\"%s\",rendition=\"%s\"} %lld\n";
            buf_addf(out, format, id, "websocket", w[k].rendition, (long long)w[k].media);
            buf_addf(out, format, id, "hls", w[k].rendition, (long long)w[k].hls);
        }
    }
}

static void add_broadcasts(struct buf *out, const struct core *c)
{
    each(out, c, "meclis_live", "gauge", "1 while the meeting is to be on air.", live);
    each(out, c, "meclis_viewers", "gauge", "Who watches the meeting.", viewers);
    add_watching(out, c);
    each(out, c, "meclis_worker_up", "gauge", "1 while its worker is connected.", worker_up);
    each(out, c, "meclis_settings_waiting", "gauge",
         "1 while its worker runs with former settings, until the broadcast starts anew.",
         settings_waiting);
    each(out, c, "meclis_worker_restarts_total", "counter",
         "Workers lost and started again since the server's start.", restarts);
    each(out, c, "meclis_worker_rss_bytes", "gauge", "The worker's memory.", worker_rss);
    each(out, c, "meclis_fragments_total", "counter", "Fragments made by the worker.", fragments);
    each(out, c, "meclis_slate", "gauge", "1 while nothing but the slate is on air.", slate);
    each(out, c, "meclis_media_time_us", "gauge", "Media time of the worker's last status.",
         media_time);
    each(out, c, "meclis_recorded_until_us", "gauge", "The recording's end, media time.",
         recorded_until);
    each(out, c, "meclis_recorded_bytes", "gauge", "Bytes recorded by this worker.",
         recorded_bytes);
    each(out, c, "meclis_recorder_dropped_total", "counter",
         "Fragments that the recorder's full queue refused.", recorder_dropped);
    each(out, c, "meclis_notices_dropped_total", "counter",
         "Workers' notices beyond what is logged a second.", notices_dropped);
    add_states(out, c);
    add_sources(out, c);
}

static void add_process(struct buf *out)
{
    struct rusage u;
    if (getrusage(RUSAGE_SELF, &u) < 0)
        return;
    head(out, "meclis_cpu_seconds_total", "counter", "The server's processor time.");
    buf_addf(out, "meclis_cpu_seconds_total %.3f\n",
             (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                 (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
}

void metrics_print(struct request *r, void *place)
{
    const struct core *c = place;
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    struct statvfs disk;
    one(&out, "meclis_up_seconds", "gauge", "Since the server's start.",
        (clock_boot_us() - c->started_us) / 1000000);
    add_process(&out);
    one(&out, "meclis_clock_synchronised", "gauge", "1 while the kernel holds UTC for right.",
        clock_utc_synchronised());
    if (statvfs(c->data, &disk) == 0)
        one(&out, "meclis_disk_free_bytes", "gauge", "Left on the disk of the data folder.",
            (int64_t)disk.f_bavail * (int64_t)disk.f_frsize);
    one(&out, "meclis_rtmp_up", "gauge", "1 while RTMP is taken.", c->rtmp_running);
    one(&out, "meclis_log_failures_total", "counter", "Events that could not be logged.",
        c->log_failures);
    one(&out, "meclis_requests_waiting", "gauge", "For the core thread or the pool.",
        atomic_load(&((struct core *)place)->requests));
    add_front(&out, c->front);
    add_threads(&out, c->front);
    add_broadcasts(&out, c);
    struct front_response response = {.status = out.error ? 500 : 200,
                                      .content_type = "text/plain; version=0.0.4; charset=utf-8",
                                      .body = buf_to_bytes(&out)};
    request_reply_with(r, &response);
}
