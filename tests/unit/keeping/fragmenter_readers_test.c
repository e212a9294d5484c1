/* What the fragmenter makes, read by ffmpeg: the times by ffprobe, the pictures and the sound by
 * what they decode to. */
#include "../cmocka_all.h"

#include "base/buf.h"
#include "base/io.h"
#include "encoded.h"
#include "fragmenter.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MS 1000000LL
/* Media time of the first unit: far from zero, as in a meeting. */
#define BEGIN_MS 3600000LL

struct folder {
    char path[64];
};

static int make_folder(void **state)
{
    struct folder *f = malloc(sizeof *f);
    *f = (struct folder){"/tmp/meclis-readers-XXXXXX"};
    if (!mkdtemp(f->path))
        return -1;
    *state = f;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *f = *state;
    const char *const argv[] = {"rm", "-r", f->path, NULL};
    int r = encoded_run(argv, NULL);
    free(f);
    return r;
}

/* A track of our own as it grows: its newest init and then its fragments. */
struct made {
    struct buf file;
    int inits;
};

static void on_init(void *ctx, const struct track_init *init)
{
    struct made *m = ctx;
    m->inits++;
    buf_add(&m->file, init->bytes->data, init->bytes->size);
}

static void on_fragment(void *ctx, const struct fragment *f)
{
    struct made *m = ctx;
    buf_add(&m->file, f->bytes->data, f->bytes->size);
}

static const struct fragmenter_ops ops = {.init = on_init, .fragment = on_fragment};

/* Pushes all that was encoded, from that media time on. */
static void push_all(struct fragmenter *f, const struct encoded *e, bool video, int64_t begin_ms)
{
    assert_int_equal(video ? fragmenter_set_video(f, e->avcc, e->avcc_size, 320, 180)
                           : fragmenter_set_audio(f, e->asc, e->asc_size),
                     0);
    for (int i = 0; i < e->count; i++) {
        const struct encoded_unit *u = &e->units[i];
        struct fragmenter_unit unit = {
            .data = u->data,
            .size = u->size,
            .dts_ns = (begin_ms + u->dts_ms) * MS,
            .pts_ns = (begin_ms + u->pts_ms) * MS,
            .sync = u->sync,
        };
        if (u->video == video)
            assert_int_equal(fragmenter_push(f, &unit), 0);
    }
    assert_int_equal(fragmenter_flush(f), 0);
}

static void make_track(const struct encoded *e, bool video, struct made *m)
{
    buf_init(&m->file, 64 << 20);
    m->inits = 0;
    struct fragmenter_config config = {.track = 2, .kind = video ? TRACK_VIDEO : TRACK_AUDIO};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = NULL;
    assert_int_equal(fragmenter_create(&config, &ops, m, &f), 0);
    push_all(f, e, video, BEGIN_MS);
}

static void encode(const char *path, const char *const *arguments, struct encoded *ret)
{
    const char *argv[48] = {"ffmpeg", "-v", "error", "-y"};
    int n = 4;
    for (; *arguments; arguments++)
        argv[n++] = *arguments;
    argv[n++] = "-f";
    argv[n++] = "flv";
    argv[n++] = path;
    assert_int_equal(encoded_run(argv, NULL), 0);
    encoded_read(path, ret);
}

/* Decodes a file's first stream of that kind and returns one line a frame: its digest. */
static struct bytes *digests(const char *folder, const char *file, bool video)
{
    char output[128];
    snprintf(output, sizeof output, "%s/digests", folder);
    const char *const argv[] = {
        "ffmpeg",    "-v",          "error", "-xerror",  "-i", file, "-map", video ? "0:v" : "0:a",
        "-fps_mode", "passthrough", "-f",    "framemd5", "-",  NULL};
    assert_int_equal(encoded_run(argv, output), 0);
    struct bytes *text = NULL;
    assert_int_equal(io_read_file(output, 8 << 20, &text), 0);
    struct buf lines;
    buf_init(&lines, 8 << 20);
    for (const char *at = (char *)text->data, *end = at + text->size; at < end;) {
        const char *eol = memchr(at, '\n', (size_t)(end - at));
        const char *comma = eol ? memrchr(at, ',', (size_t)(eol - at)) : NULL;
        if (comma && *at != '#')
            buf_add(&lines, comma, (size_t)(eol + 1 - comma));
        at = eol ? eol + 1 : end;
    }
    bytes_unref(text);
    struct bytes *b = buf_to_bytes(&lines);
    buf_finish(&lines);
    assert_non_null(b);
    assert_true(b->size > 100);
    return b;
}

static void assert_decodes_alike(const char *folder, const char *original, const struct made *m,
                                 bool video)
{
    char ours[128];
    snprintf(ours, sizeof ours, "%s/ours.mp4", folder);
    assert_int_equal(io_replace_file(ours, m->file.data, m->file.size, 0600), 0);
    cleanup(bytes_unref_p) struct bytes *a = digests(folder, original, video);
    cleanup(bytes_unref_p) struct bytes *b = digests(folder, ours, video);
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->data, b->data, a->size);
}

/* Asserts that ffprobe reads the decode and presentation times that were pushed. */
static void assert_times(const char *folder, const struct encoded *e, bool video)
{
    char ours[128], output[128];
    snprintf(ours, sizeof ours, "%s/ours.mp4", folder);
    snprintf(output, sizeof output, "%s/packets", folder);
    const char *const argv[] = {
        "ffprobe", "-v", "error", "-show_entries", "packet=pts,dts,flags", "-of",
        "csv=p=0", ours, NULL};
    assert_int_equal(encoded_run(argv, output), 0);
    FILE *file = fopen(output, "re");
    assert_non_null(file);
    for (int i = 0; i < e->count; i++) {
        const struct encoded_unit *u = &e->units[i];
        if (u->video != video)
            continue;
        long long pts, dts;
        char flags[8];
        assert_int_equal(fscanf(file, "%lld,%lld,%7[^,\n]%*[^\n]", &pts, &dts, flags), 3);
        assert_int_equal(dts, (BEGIN_MS + u->dts_ms) * 90);
        assert_int_equal(pts, (BEGIN_MS + u->pts_ms) * 90);
        assert_int_equal(flags[0] == 'K', u->sync);
    }
    long long extra;
    assert_int_equal(fscanf(file, "%lld", &extra), EOF);
    fclose(file);
}

static void pictures_with_b_frames(void **state)
{
    struct folder *folder = *state;
    char original[128];
    snprintf(original, sizeof original, "%s/b.flv", folder->path);
    static const char *const arguments[] = {
        "-f",   "lavfi",   "-i",      "testsrc2=s=320x180:r=25:d=4",
        "-c:v", "libx264", "-preset", "veryfast",
        "-bf",  "2",       "-g",      "25",
        NULL};
    struct encoded e;
    encode(original, arguments, &e);
    bool reordered = false;
    for (int i = 1; i < e.count; i++)
        reordered |= e.units[i].pts_ms < e.units[i - 1].pts_ms;
    assert_true(reordered); /* or the test shows nothing */
    struct made m;
    make_track(&e, true, &m);
    assert_int_equal(m.inits, 1);
    assert_decodes_alike(folder->path, original, &m, true);
    assert_times(folder->path, &e, true);
    buf_finish(&m.file);
    encoded_finish(&e);
}

static void pictures_at_a_variable_rate(void **state)
{
    struct folder *folder = *state;
    char original[128];
    snprintf(original, sizeof original, "%s/vfr.flv", folder->path);
    static const char *const arguments[] = {
        "-f",        "lavfi",
        "-i",        "testsrc2=s=320x180:r=50:d=4,select='gt(mod(n,7),2)+not(mod(n,5))'",
        "-fps_mode", "vfr",
        "-c:v",      "libx264",
        "-preset",   "ultrafast",
        "-g",        "30",
        NULL};
    struct encoded e;
    encode(original, arguments, &e);
    struct made m;
    make_track(&e, true, &m);
    assert_decodes_alike(folder->path, original, &m, true);
    assert_times(folder->path, &e, true);
    buf_finish(&m.file);
    encoded_finish(&e);
}

static void sound(void **state)
{
    struct folder *folder = *state;
    char original[128];
    snprintf(original, sizeof original, "%s/a.flv", folder->path);
    static const char *const arguments[] = {
        "-f", "lavfi", "-i", "sine=d=4:r=48000", "-ac", "2", "-c:a", "aac", "-b:a", "48k", NULL};
    struct encoded e;
    encode(original, arguments, &e);
    struct made m;
    make_track(&e, false, &m);
    assert_decodes_alike(folder->path, original, &m, false);
    buf_finish(&m.file);
    encoded_finish(&e);
}

/* The encoder changes its parameters and goes on: what follows is decoded by the second init. */
static void pictures_whose_parameters_change(void **state)
{
    struct folder *folder = *state;
    static const char *const first[] = {
        "-f",   "lavfi",   "-i",         "testsrc2=s=320x180:r=25:d=2",
        "-c:v", "libx264", "-profile:v", "high",
        "-bf",  "2",       NULL};
    static const char *const second[] = {
        "-f",         "lavfi",    "-i", "testsrc2=s=480x270:r=25:d=2", "-c:v", "libx264",
        "-profile:v", "baseline", NULL};
    char originals[2][128];
    struct encoded e[2];
    for (int i = 0; i < 2; i++) {
        snprintf(originals[i], sizeof originals[i], "%s/change-%d.flv", folder->path, i);
        encode(originals[i], i ? second : first, &e[i]);
    }
    struct made m = {.inits = 0};
    buf_init(&m.file, 64 << 20);
    struct fragmenter_config config = {.track = 2, .kind = TRACK_VIDEO};
    cleanup(fragmenter_destroy_p) struct fragmenter *f = NULL;
    assert_int_equal(fragmenter_create(&config, &ops, &m, &f), 0);
    for (int i = 0; i < 2; i++) {
        buf_clear(&m.file);
        push_all(f, &e[i], true, BEGIN_MS + 3000 * i);
        assert_int_equal(m.inits, i + 1);
        assert_decodes_alike(folder->path, originals[i], &m, true);
    }
    buf_finish(&m.file);
    encoded_finish(&e[0]);
    encoded_finish(&e[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_with_b_frames),
        cmocka_unit_test(pictures_at_a_variable_rate),
        cmocka_unit_test(pictures_whose_parameters_change),
        cmocka_unit_test(sound),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
