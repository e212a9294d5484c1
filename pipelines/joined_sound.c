#include "joined_sound.h"

#include "format.h"
#include "slew.h"

#include <math.h>
#include <stdlib.h>

/* Sound this far from where it should join on does not: it is cut, or marked as a jump. */
#define JOIN_NS (40 * GST_MSECOND)
/* Deviations below that are taken back within so many seconds, by at most so much stretch. */
#define JOIN_SECONDS 2.0
#define MAX_STRETCH 0.002
/* Frames of a buffer that goes out, at the most: 20 ms. */
#define PIECE_FRAMES 960
/* Over which sound begins after a jump. */
#define FADE_FRAMES 240
#define DELAY_NS ((double)SLEW_DELAY_FRAMES * GST_SECOND / FORMAT_AUDIO_RATE)
struct joined_sound {
    void (*piece)(void *ctx, GstBuffer *piece);
    void *ctx;
    struct slew *slew;
    float *stretched; /* SLEW_ROOM_FRAMES */
    double next;      /* media time in nanoseconds at which the next sample goes out */
    bool began;
    double apart; /* smoothed: how far the stamps are from `next`, ns */
    int fade;     /* frames that are still to be faded in */
    bool fresh;   /* the next piece is marked */
};

struct joined_sound *joined_sound_create(double next_ns, void (*piece)(void *, GstBuffer *),
                                         void *ctx)
{
    struct joined_sound *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct joined_sound){.piece = piece, .ctx = ctx, .next = next_ns};
    j->slew = slew_create();
    j->stretched = malloc(SLEW_ROOM_FRAMES * FORMAT_AUDIO_FRAME_BYTES);
    if (!j->slew || !j->stretched) {
        joined_sound_destroy(j);
        return NULL;
    }
    return j;
}

void joined_sound_destroy(struct joined_sound *j)
{
    if (!j)
        return;
    slew_destroy(j->slew);
    free(j->stretched);
    free(j);
}

static void fade_in(struct joined_sound *j, float *sound, size_t frames)
{
    for (size_t i = 0; i < frames && j->fade > 0; i++, j->fade--) {
        float level = 1 - (float)j->fade / FADE_FRAMES;
        sound[2 * i] *= level;
        sound[2 * i + 1] *= level;
    }
}

/* Sends stretched sound in pieces; its time is `next`. */
static void send_pieces(struct joined_sound *j, float *sound, size_t frames)
{
    while (frames > 0) {
        size_t piece = frames > PIECE_FRAMES + PIECE_FRAMES / 2 ? PIECE_FRAMES : frames;
        GstBuffer *b = gst_buffer_new_allocate(NULL, piece * FORMAT_AUDIO_FRAME_BYTES, NULL);
        if (!b)
            return;
        fade_in(j, sound, piece);
        gst_buffer_fill(b, 0, sound, piece * FORMAT_AUDIO_FRAME_BYTES);
        double next = j->next + (double)piece * GST_SECOND / FORMAT_AUDIO_RATE;
        GST_BUFFER_PTS(b) = (GstClockTime)llround(j->next);
        GST_BUFFER_DURATION(b) = (GstClockTime)llround(next) - GST_BUFFER_PTS(b);
        if (j->fresh)
            GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DISCONT);
        j->fresh = false;
        j->next = next;
        j->piece(j->ctx, b);
        sound += 2 * piece;
        frames -= piece;
    }
}

static void begin(struct joined_sound *j, double media)
{
    slew_reset(j->slew);
    j->next = fmax(media - DELAY_NS, j->next);
    j->began = true;
    j->fresh = true;
    j->fade = FADE_FRAMES;
    j->apart = 0;
}

/* How much input goes into an output sample, so that the sound stays where its stamps are. */
static double stretch(struct joined_sound *j, double apart, size_t frames)
{
    double seconds = (double)frames / FORMAT_AUDIO_RATE;
    j->apart += (apart - j->apart) * fmin(seconds, 1);
    double by = j->apart / JOIN_SECONDS / GST_SECOND;
    return 1 - fmin(fmax(by, -MAX_STRETCH), MAX_STRETCH);
}

void joined_sound_push(struct joined_sound *j, const float *in, size_t frames, int64_t media)
{
    /* Where the next sample out would lie by these stamps. */
    double due = (double)media - DELAY_NS;
    if (due < j->next - (j->began ? (double)JOIN_NS : 0)) {
        /* It overlaps with what went out: what lies before goes. */
        double overlap = ceil((j->next - due) * FORMAT_AUDIO_RATE / GST_SECOND);
        size_t cut = overlap < (double)frames ? (size_t)overlap : frames;
        in += 2 * cut;
        frames -= cut;
        media += (int64_t)((double)cut * GST_SECOND / FORMAT_AUDIO_RATE);
        if (frames == 0)
            return;
        begin(j, (double)media);
    } else if (!j->began || due > j->next + (double)JOIN_NS) {
        begin(j, (double)media);
    }
    due = (double)media - DELAY_NS;
    while (frames > 0) {
        size_t part = frames < SLEW_MAX_FRAMES ? frames : SLEW_MAX_FRAMES;
        double step = stretch(j, due - j->next, part);
        size_t made = slew_push(j->slew, in, part, step, j->stretched);
        send_pieces(j, j->stretched, made);
        in += 2 * part;
        frames -= part;
        due += (double)part * GST_SECOND / FORMAT_AUDIO_RATE;
    }
}
