/* The head of a movie that is not fragmented (ISO/IEC 14496-12): what every player and editor
 * opens. Its media are fragments as they were recorded, untouched, in one mdat: the tables point at
 * the samples inside of them, and nothing points at their own moofs. Pure; any thread. */
#ifndef MECLIS_MEDIA_MOVIE_H
#define MECLIS_MEDIA_MOVIE_H

#include "base/buf.h"
#include "base/cleanup.h"
#include "media/fragment.h"

#include <stdbool.h>

#define MOVIE_MAX_BYTES (256u << 20) /* of a head: days of a meeting */
#define MOVIE_MAX_INITS 64           /* of one track */
#define MOVIE_MAX_CHAPTERS 255
#define MOVIE_MAX_SAMPLES 16 /* of one chunk */

struct movie_track;

/* A track of that timescale; picture or sound, and its size, as its first init says. Returns NULL
 * without memory. */
struct movie_track *movie_track_create(uint32_t timescale);
void movie_track_destroy(struct movie_track *t);

/* The init that decodes what follows; the same number again changes nothing. Returns 0, -EBADMSG
 * for what is none of ours, -EOPNOTSUPP for another timescale or kind than the track's, -ENOBUFS
 * beyond MOVIE_MAX_INITS, or -ENOMEM. */
int movie_track_use(struct movie_track *t, uint32_t number, const void *init, size_t size);

/* Samples that lie together, of one fragment. */
struct movie_chunk {
    uint64_t offset;   /* of the first sample's bytes, from the beginning of the media */
    int64_t dts;       /* ticks, of the first sample; rising from chunk to chunk */
    int32_t cts;       /* ticks; of the only sample */
    uint32_t duration; /* ticks, of all samples together */
    bool sync;
    int count;
    const uint32_t *sizes; /* of each sample */
};

/* A gap before it is time in which the sample before stays. Returns 0, -EINVAL for a chunk that
 * does not rise, or -ENOMEM / -EMSGSIZE, which stick. */
int movie_track_add(struct movie_track *t, const struct movie_chunk *chunk);

/* How many samples there are. */
uint32_t movie_track_samples(const struct movie_track *t);

struct movie_chapter {
    int64_t at_us;     /* from the movie's beginning */
    const char *title; /* UTF-8; its first 255 bytes */
};

struct movie {
    struct movie_track *const *tracks; /* each with samples */
    int track_count;
    int64_t from_us, to_us; /* of media time: what is played; the tracks may begin before */
    const struct movie_chapter *chapters;
    int chapter_count;
    uint64_t media_bytes;
};

/* Appends ftyp, moov and mdat's header: the media follow. Returns 0 or the buffer's error. */
int movie_print(struct buf *out, const struct movie *m);

DEFINE_CLEANUP(struct movie_track *, movie_track_destroy)

#endif
