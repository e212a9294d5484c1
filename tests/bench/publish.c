/* A worker without a picture: speaks the link to the real server as meclis-pipeline does, with its
 * own publisher, and makes exactly so many fragments a second that each becomes a message of
 * exactly so many bytes. The server under test starts it in the place of meclis-pipeline.
 *
 *   publish programme --spec FILE
 *
 * The first source's url says what to make: "RATE BYTES", messages a second and bytes each, the
 * WebSocket's header included; "RATE BYTES sound": and sound beside it, as AAC of 48 kbit/s. */
#include "base/io.h"
#include "bench.h"
#include "media/cmaf.h"
#include "publisher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TIMESCALE 90000
#define SOUND_RATE 48000
#define SOUND_SAMPLES 1024
#define SOUND_FRAMES 2 /* in a fragment: 43 ms */
#define SOUND_FRAME_BYTES 128
#define MAX_BYTES 65536
/* Should all else fail, nothing of a benchmark runs for longer. */
#define BOUND_SECONDS 3600

struct feed {
    struct publisher *publisher;
    const struct spec *spec;
    atomic_bool end;
    atomic_llong made;
    int rate;
    size_t bytes;    /* of a message */
    size_t overhead; /* of it: what is not the sample */
    uint64_t sequence;
    int64_t last_cell;
    bool sound;
    uint64_t sound_sequence;
    int64_t sound_dts; /* of the next */
    uint8_t sample[MAX_BYTES];
};

/* Nobody decodes it. */
static const uint8_t avcc[] = {1,    0x64, 0,    0x1f, 0xff, 0xe1, 0,    4,   0x67,
                               0x64, 0,    0x1f, 1,    0,    2,    0x68, 0xee};

static void on_status(void *ctx, struct link_status *ret)
{
    struct feed *f = ctx;
    ret->media_time_us = bench_now_us() - f->spec->epoch_boot_us;
    memcpy(ret->on_air, f->spec->sources[0].id, sizeof ret->on_air);
    ret->fragments = atomic_load(&f->made);
    ret->source_count = 1;
    memcpy(ret->sources[0].id, f->spec->sources[0].id, sizeof ret->sources[0].id);
    ret->sources[0].state = SOURCE_LIVE;
}

static void on_command(void *ctx, const struct link_command *command, uint64_t ticket)
{
    struct feed *f = ctx;
    publisher_reply(f->publisher, ticket, 0, NULL);
    if (command->kind == LINK_STOP)
        atomic_store(&f->end, true);
}

static void on_orphaned(void *ctx)
{
    struct feed *f = ctx;
    atomic_store(&f->end, true);
}

static const struct publisher_ops ops = {
    .status = on_status, .command = on_command, .orphaned = on_orphaned};

static struct spec *read_spec(const char *path)
{
    cleanup(bytes_unref_p) struct bytes *text = NULL;
    struct spec *spec = NULL;
    char reason[256] = "it can't be read";
    if (io_read_file(path, SPEC_MAX_BYTES, &text) < 0 ||
        spec_parse(text->data, text->size, &spec, reason) < 0)
        bench_die("%s: %s", path, reason);
    return spec;
}

static struct bytes *build(const struct feed *f, int64_t dts, size_t sample_bytes, bool key)
{
    struct bytes *made = NULL;
    struct cmaf_sample sample = {f->sample, sample_bytes};
    struct cmaf_fragment fragment = {.track = 1,
                                     .seq = f->sequence,
                                     .dts = dts,
                                     .sync = key,
                                     .sample_duration = (uint32_t)(TIMESCALE / f->rate),
                                     .count = 1,
                                     .samples = &sample};
    if (cmaf_build_fragment(&fragment, &made) < 0)
        bench_die("a fragment of %zu bytes can't be built", sample_bytes);
    return made;
}

static void publish(struct feed *f, int64_t media_us)
{
    int64_t cell = media_us / f->spec->grid_us;
    bool key = cell != f->last_cell;
    f->last_cell = cell;
    struct fragment made = {
        .track = 1,
        .flags = key ? FRAGMENT_SYNC : 0,
        .init = 1,
        .seq = f->sequence++,
        .dts = media_us * TIMESCALE / 1000000,
        .duration = (uint32_t)(TIMESCALE / f->rate),
        .timescale = TIMESCALE,
        .capture_utc_us = bench_utc_us(),
    };
    made.bytes = build(f, made.dts, f->bytes - f->overhead, key);
    publisher_add_fragment(f->publisher, &made);
    atomic_fetch_add(&f->made, 1);
    bytes_unref(made.bytes);
}

/* What has been heard until then. */
static void publish_sound(struct feed *f, int64_t media_us)
{
    const int64_t duration = SOUND_FRAMES * SOUND_SAMPLES;
    while ((f->sound_dts + duration) * 1000000 / SOUND_RATE <= media_us) {
        struct cmaf_sample samples[SOUND_FRAMES];
        for (int i = 0; i < SOUND_FRAMES; i++)
            samples[i] = (struct cmaf_sample){f->sample, SOUND_FRAME_BYTES};
        struct fragment made = {.track = 2,
                                .flags = FRAGMENT_SYNC,
                                .init = 1,
                                .seq = f->sound_sequence++,
                                .dts = f->sound_dts,
                                .duration = (uint32_t)duration,
                                .timescale = SOUND_RATE,
                                .capture_utc_us = bench_utc_us()};
        struct cmaf_fragment fragment = {.track = 2,
                                         .seq = made.seq,
                                         .dts = made.dts,
                                         .sync = true,
                                         .sample_duration = SOUND_SAMPLES,
                                         .count = SOUND_FRAMES,
                                         .samples = samples};
        if (cmaf_build_fragment(&fragment, &made.bytes) < 0)
            bench_die("a fragment of sound can't be built");
        publisher_add_fragment(f->publisher, &made);
        bytes_unref(made.bytes);
        f->sound_dts += duration;
    }
}

static void add_sound(struct feed *f)
{
    static const uint8_t asc[] = {0x11, 0x90}; /* AAC-LC, 48 kHz, stereo */
    struct track_init init;
    if (cmaf_audio_init(2, asc, sizeof asc, &init) < 0)
        bench_die("the sound's init can't be built");
    init.number = 1;
    publisher_add_init(f->publisher, &init);
    bytes_unref(init.bytes);
}

static void start(struct feed *f)
{
    struct publisher_config config = {.run_folder = f->spec->run_folder,
                                      .meeting = f->spec->meeting,
                                      .orphan_seconds = f->spec->orphan_seconds};
    config.tracks.count = 1;
    config.tracks.grid_us = f->spec->grid_us;
    config.tracks.tracks[0] = (struct track){.id = 1, .kind = TRACK_VIDEO, .name = "720p"};
    config.tracks.tracks[0].bitrate_bps = (uint32_t)(f->bytes * 8 * (size_t)f->rate);
    if (f->sound)
        config.tracks.tracks[config.tracks.count++] =
            (struct track){.id = 2, .kind = TRACK_AUDIO, .name = "audio", .bitrate_bps = 48000};
    int r = publisher_create(&config, &ops, f, &f->publisher);
    if (r < 0)
        bench_die("the publisher can't begin: %s", strerror(-r));
    struct track_init init;
    if (cmaf_video_init(1, TIMESCALE, avcc, sizeof avcc, 1280, 720, &init) < 0)
        bench_die("the init can't be built");
    init.number = 1;
    publisher_add_init(f->publisher, &init);
    bytes_unref(init.bytes);
    if (f->sound)
        add_sound(f);
}

static void run(struct feed *f)
{
    int64_t frame_us = 1000000 / f->rate;
    int64_t frame = (bench_now_us() - f->spec->epoch_boot_us) / frame_us + 1;
    f->sequence = (uint64_t)(frame * frame_us / 1000);
    f->last_cell = -1;
    f->sound_sequence = f->sequence;
    f->sound_dts = frame * frame_us * SOUND_RATE / 1000000;
    for (; !atomic_load(&f->end); frame++) {
        bench_sleep_until(f->spec->epoch_boot_us + frame * frame_us);
        if (f->sound)
            publish_sound(f, frame * frame_us);
        publish(f, frame * frame_us);
    }
}

int main(int argc, char *argv[])
{
    static struct feed f;
    if (argc != 4)
        bench_die("usage: publish programme --spec FILE");
    struct spec *spec = read_spec(argv[3]);
    int rate, bytes;
    char sound[8] = "";
    if (spec->source_count < 1 ||
        sscanf(spec->sources[0].url, "%d %d %7s", &rate, &bytes, sound) < 2 || rate < 1 ||
        rate > 100 || bytes < 1000 || bytes > 65000)
        bench_die("the first source's url is not \"RATE BYTES [sound]\"");
    close_range(3, ~0u, 0);
    setsid();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    bench_bound(BOUND_SECONDS);
    f.spec = spec;
    f.rate = rate;
    f.bytes = (size_t)bytes;
    f.sound = strcmp(sound, "sound") == 0;
    struct bytes *probe = build(&f, 0, 1, true);
    f.overhead = BENCH_WS_BYTES + BENCH_HEAD_BYTES + probe->size - 1;
    bytes_unref(probe);
    for (size_t i = 0; i < sizeof f.sample; i++)
        f.sample[i] = (uint8_t)(i * 2654435761u >> 13);
    start(&f);
    run(&f);
    publisher_destroy(f.publisher);
    spec_destroy(spec);
    return 0;
}
