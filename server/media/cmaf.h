/* Our own CMAF (ISO/IEC 14496-12, -14, -15, 23000-19): inits and fragments, built from nothing but
 * what an encoder says. Pure; any thread.
 *
 * An init is ftyp + moov of one track whose track_ID is ours. A fragment is one moof + mdat: its
 * tfdt (version 1) is the decode time, its trun (version 1) carries the composition offset. Edit
 * lists are never written, so that media time is the same in every track. */
#ifndef MECLIS_MEDIA_CMAF_H
#define MECLIS_MEDIA_CMAF_H

#include "media/fragment.h"
#include "media/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A decoder's configuration at the most: an avcC has room for every SPS and PPS of a real stream.
 */
#define CMAF_MAX_AVCC_BYTES 16384u
#define CMAF_MAX_ASC_BYTES 64u
/* Frames of sound in one fragment at the most. */
#define CMAF_MAX_SAMPLES 16

/* Builds the init of a picture from an AVCDecoderConfigurationRecord. Fills everything in *ret but
 * the number; the caller owns ret->bytes. Returns 0, -EINVAL for a record that is not one or a size
 * of 0 or over 16384 pixels, or -ENOMEM. */
int cmaf_video_init(uint8_t track, uint32_t timescale, const void *avcc, size_t avcc_size,
                    int width, int height, struct track_init *ret);

/* What an AudioSpecificConfig (ISO/IEC 14496-3) says. */
struct cmaf_audio {
    int object_type; /* 2: AAC-LC */
    int rate;        /* Hz, of the core: the track's timescale */
    int channels;
    int frame_samples; /* 1024 or 960 */
};

/* Returns 0, or -EINVAL for one that can't be read: fewer than 2 bytes, an unknown rate, no
 * channel configuration. */
int cmaf_read_asc(const void *asc, size_t size, struct cmaf_audio *ret);

/* The same for sound; its timescale is its sample rate. */
int cmaf_audio_init(uint8_t track, const void *asc, size_t asc_size, struct track_init *ret);

struct cmaf_sample {
    const void *data; /* borrowed for the call */
    size_t size;
};

struct cmaf_fragment {
    uint8_t track;
    uint64_t seq; /* its low 32 bits are written to mfhd */
    int64_t dts;  /* ticks, not negative */
    int32_t cts;
    bool sync;
    uint32_t sample_duration; /* ticks, of each sample */
    int count;                /* samples: 1 of video, 1 to CMAF_MAX_SAMPLES of sound */
    const struct cmaf_sample *samples;
};

/* Builds moof + mdat in one allocation, owned by the caller. Returns 0, -EINVAL, -EMSGSIZE beyond
 * FRAGMENT_MAX_BYTES, or -ENOMEM. */
int cmaf_build_fragment(const struct cmaf_fragment *f, struct bytes **ret);

/* Where the media begin in a fragment of one sample. */
uint32_t cmaf_media_at(int32_t cts);

#endif
