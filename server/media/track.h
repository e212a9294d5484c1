/* A track of a meeting's programme: one rendition of its picture, or its sound. */
#ifndef MECLIS_MEDIA_TRACK_H
#define MECLIS_MEDIA_TRACK_H

#include "base/bytes.h"

#include <stdint.h>

/* Tracks of one meeting at the most; ids run from 1. */
#define TRACK_MAX 8

enum track_kind { TRACK_VIDEO = 1, TRACK_AUDIO };

struct track {
    uint8_t id;
    enum track_kind kind;
    char name[16];        /* "720p", "360p", "audio": in addresses, on the quality menu */
    uint32_t bitrate_bps; /* the encoder's target, or the source's measured rate */
};

/* What decodes a track's fragments, from its number on: ftyp + moov. New when parameters change. */
struct track_init {
    uint8_t track;
    uint32_t number; /* from 1 */
    uint32_t timescale;
    uint16_t width, height; /* pixels; 0 for sound */
    char codec[32];         /* RFC 6381: "avc1.64001f", "mp4a.40.2" */
    struct bytes *bytes;    /* one reference owned */
};

#endif
