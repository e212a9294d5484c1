#include "listener.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gst/video/video.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static void note_wrong(struct listener *l, const char *what, int64_t a, int64_t b)
{
    if (l->heard.wrong++ == 0)
        snprintf(l->heard.wrong_text, sizeof l->heard.wrong_text, "%s: %lld after %lld", what,
                 (long long)a, (long long)b);
}

static void note_time(struct listener *l, int64_t pts)
{
    int64_t late = (int64_t)format_now(&l->format) - pts;
    l->heard.last_us = clock_boot_us();
    if (l->heard.frames + l->heard.sounds == 1) {
        l->heard.latest_ns = l->heard.earliest_ns = late;
    } else {
        l->heard.latest_ns = late > l->heard.latest_ns ? late : l->heard.latest_ns;
        l->heard.earliest_ns = late < l->heard.earliest_ns ? late : l->heard.earliest_ns;
    }
    if (late < -500000000)
        note_wrong(l, "too early", late, 0);
}

static double middle_luma(struct listener *l, GstBuffer *frame)
{
    GstVideoInfo info;
    GstVideoFrame map;
    gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, (guint)l->format.width,
                              (guint)l->format.height);
    if (!gst_video_frame_map(&map, &info, frame, GST_MAP_READ)) {
        note_wrong(l, "a frame that can't be read", (int64_t)gst_buffer_get_size(frame), 0);
        return 0;
    }
    int sum = 0, x = l->format.width / 2 - 8, y = l->format.height / 2 - 8;
    for (int i = 0; i < 256; i++) {
        const uint8_t *row = GST_VIDEO_FRAME_COMP_DATA(&map, 0);
        sum += row[(y + i / 16) * GST_VIDEO_FRAME_COMP_STRIDE(&map, 0) + x + i % 16];
    }
    gst_video_frame_unmap(&map);
    return sum / 256.0;
}

static void on_video(void *ctx, GstBuffer *frame)
{
    struct listener *l = ctx;
    pthread_mutex_lock(&l->lock);
    int64_t pts = (int64_t)GST_BUFFER_PTS(frame);
    if (pts <= l->heard.video_pts)
        note_wrong(l, "a frame went back", pts, l->heard.video_pts);
    if (l->format.mode == MODE_PASSTHROUGH) {
        int i = 0;
        while (i < 256 && l->unit_pts[i] != pts)
            i++;
        l->heard.unmatched += i == 256;
    }
    l->heard.frames++;
    l->heard.video_discont += GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DISCONT);
    l->heard.video_pts = pts;
    l->heard.luma = middle_luma(l, frame);
    note_time(l, pts);
    pthread_mutex_unlock(&l->lock);
    gst_buffer_unref(frame);
}

static void weigh(struct listener *l, GstBuffer *sound)
{
    GstMapInfo map;
    gst_buffer_map(sound, &map, GST_MAP_READ);
    size_t frames = map.size / FORMAT_AUDIO_FRAME_BYTES;
    const float *v = (const float *)(const void *)map.data;
    double left = 0, right = 0;
    for (size_t i = 0; i < frames; i++) {
        left += (double)v[2 * i] * v[2 * i];
        right += (double)v[2 * i + 1] * v[2 * i + 1];
    }
    gst_buffer_unmap(sound, &map);
    l->heard.left = sqrt(left / (double)(frames ? frames : 1));
    l->heard.right = sqrt(right / (double)(frames ? frames : 1));
    l->heard.power = (l->heard.left + l->heard.right) / 2;
    l->heard.sound_frames += (int64_t)frames;
    if (frames == 0 || map.size % FORMAT_AUDIO_FRAME_BYTES || frames > FORMAT_AUDIO_RATE / 20)
        note_wrong(l, "sound's size", (int64_t)map.size, 0);
}

static void on_audio(void *ctx, GstBuffer *sound)
{
    struct listener *l = ctx;
    pthread_mutex_lock(&l->lock);
    int64_t pts = (int64_t)GST_BUFFER_PTS(sound);
    bool discont = GST_BUFFER_FLAG_IS_SET(sound, GST_BUFFER_FLAG_DISCONT);
    if (!discont && !l->sound_began)
        note_wrong(l, "the first sound is not marked", pts, 0);
    if (!discont && llabs(pts - l->heard.audio_end) > 2)
        note_wrong(l, "a gap in the sound", pts, l->heard.audio_end);
    if (discont && pts < l->heard.audio_end)
        note_wrong(l, "sound went back", pts, l->heard.audio_end);
    l->sound_began = true;
    l->heard.sounds++;
    l->heard.audio_discont += discont;
    l->heard.audio_end = pts + (int64_t)GST_BUFFER_DURATION(sound);
    weigh(l, sound);
    note_time(l, pts);
    pthread_mutex_unlock(&l->lock);
    gst_buffer_unref(sound);
}

static void take_picture(struct listener *l, GstBuffer *unit)
{
    struct heard *h = &l->heard;
    int64_t pts = (int64_t)GST_BUFFER_PTS(unit), dts = (int64_t)GST_BUFFER_DTS(unit);
    bool key = !GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT);
    if (!GST_BUFFER_DTS_IS_VALID(unit) || pts < dts)
        note_wrong(l, "a unit's decode time", dts, pts);
    if (h->pictures && dts <= h->unit_dts)
        note_wrong(l, "a decode time went back", dts, h->unit_dts);
    if (!l->unit_count && !key)
        note_wrong(l, "the first unit is no keyframe", pts, 0);
    if (!GST_BUFFER_DURATION_IS_VALID(unit))
        note_wrong(l, "a unit without duration", pts, 0);
    h->pictures++;
    h->keys += key;
    h->unit_dts = dts;
    int64_t late = (int64_t)format_now(&l->format) - dts;
    h->unit_late_ns = late > h->unit_late_ns ? late : h->unit_late_ns;
    l->unit_pts[l->unit_count++ % 256] = pts;
}

static void on_encoded(void *ctx, enum source_track track, GstBuffer *unit, const GstCaps *caps)
{
    struct listener *l = ctx;
    pthread_mutex_lock(&l->lock);
    char *text = gst_caps_to_string(caps);
    char *field = track == SOURCE_VIDEO ? l->heard.video_caps : l->heard.audio_caps;
    snprintf(field, sizeof l->heard.video_caps, "%s", text);
    g_free(text);
    if (track == SOURCE_VIDEO) {
        take_picture(l, unit);
    } else {
        int64_t pts = (int64_t)GST_BUFFER_PTS(unit);
        if (l->heard.sound_units && pts <= l->heard.sound_unit_pts)
            note_wrong(l, "a unit of sound went back", pts, l->heard.sound_unit_pts);
        l->heard.sound_unit_pts = pts;
        l->heard.sound_units++;
    }
    pthread_mutex_unlock(&l->lock);
    gst_buffer_unref(unit);
}

static void on_state(void *ctx, enum source_state state, const char *reason)
{
    struct listener *l = ctx;
    pthread_mutex_lock(&l->lock);
    if (l->heard.state == SOURCE_LIVE && state != SOURCE_LIVE)
        l->heard.lost_us = clock_boot_us();
    l->heard.state = state;
    snprintf(l->heard.reason, sizeof l->heard.reason, "%s", reason);
    l->heard.state_us = clock_boot_us();
    l->heard.states++;
    pthread_mutex_unlock(&l->lock);
    if (getenv("LISTENER_TALKS"))
        fprintf(stderr, "%lld ms: state %d %s\n", (long long)clock_boot_us() / 1000, state, reason);
}

const struct source_events listener_events = {on_video, on_audio, on_encoded, on_state};

void listener_init(struct listener *l, int width, int height)
{
    memset(l, 0, sizeof *l);
    pthread_mutex_init(&l->lock, NULL);
    l->format = (struct format){
        .mode = MODE_COMPOSED,
        .width = width,
        .height = height,
        .rate_num = 25,
        .rate_den = 1,
        .language = "tr",
        .clock = media_clock_new(clock_boot_us() - 3600000000),
    };
}

void listener_finish(struct listener *l)
{
    gst_object_unref(l->format.clock);
    pthread_mutex_destroy(&l->lock);
}

void listener_get(struct listener *l, struct heard *ret)
{
    pthread_mutex_lock(&l->lock);
    *ret = l->heard;
    pthread_mutex_unlock(&l->lock);
}

void listener_clear(struct listener *l)
{
    pthread_mutex_lock(&l->lock);
    struct heard *h = &l->heard;
    h->frames = h->sounds = h->video_discont = h->audio_discont = h->wrong = h->states = 0;
    h->pictures = h->keys = h->sound_units = h->unmatched = 0;
    h->sound_frames = h->unit_late_ns = h->latest_ns = h->earliest_ns = 0;
    pthread_mutex_unlock(&l->lock);
}

bool listener_wait(struct listener *l, int timeout_ms,
                   bool (*done)(const struct heard *heard, int64_t n), int64_t n)
{
    int64_t end = clock_boot_us() + timeout_ms * 1000ll;
    struct heard h;
    for (;;) {
        listener_get(l, &h);
        if (done(&h, n))
            return true;
        if (clock_boot_us() > end)
            return false;
        g_usleep(5000);
    }
}

bool heard_frames(const struct heard *h, int64_t n)
{
    return h->frames >= n;
}

bool heard_sounds(const struct heard *h, int64_t n)
{
    return h->sounds >= n;
}

bool heard_both(const struct heard *h, int64_t n)
{
    return h->frames >= n && h->sounds >= n;
}

bool heard_state(const struct heard *h, int64_t state)
{
    return h->state == (enum source_state)state;
}

pid_t start_program(const char *format, ...)
{
    char line[2048];
    char *words[128];
    int count = 0;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *rest = line, *word; (word = strsep(&rest, " ")) && count < 127;) {
        if (word[0])
            words[count++] = word;
    }
    words[count] = NULL;
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    if (!getenv("LISTENER_TALKS"))
        dup2(null, 2);
    execvp(words[0], words);
    _exit(127);
}

void end_program(pid_t pid, int signal)
{
    if (pid <= 0)
        return;
    kill(pid, signal);
    kill(pid, SIGCONT);
    waitpid(pid, NULL, 0);
}

int await_program(pid_t pid, int timeout_ms)
{
    int status = 0;
    for (int waited = 0; waited <= timeout_ms; waited += 10) {
        if (waitpid(pid, &status, WNOHANG) == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        g_usleep(10000);
    }
    return -1;
}

int free_port(bool udp)
{
    int fd = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof a;
    int port = 0;
    if (bind(fd, (struct sockaddr *)&a, size) == 0 &&
        getsockname(fd, (struct sockaddr *)&a, &size) == 0)
        port = ntohs(a.sin_port);
    close(fd);
    return port;
}
