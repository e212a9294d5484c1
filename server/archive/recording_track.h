/* One track of a recording that is read: its records, gathered to segments. Of recording.c. */
#ifndef MECLIS_ARCHIVE_RECORDING_TRACK_H
#define MECLIS_ARCHIVE_RECORDING_TRACK_H

#include "archive/recording.h"
#include "base/file.h"
#include "media/index.h"
#include "media/segment.h"
#include "media/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Gaps that are kept in memory; later ones are in the index alone. */
#define RECORDING_MAX_GAPS 4096

/* A segment that is there. */
struct recorded_segment {
    uint64_t number;
    int64_t start_us, end_us; /* of presentation */
    int64_t utc_us;
    uint64_t first, behind; /* its records: from `first` to before `behind` */
    uint64_t bytes;
    uint32_t init;
    bool discontinuity;
};

struct recording_track {
    struct track track;
    const char *folder; /* borrowed */
    int64_t grid_us;
    int index_fd;          /* -1: not there (yet) */
    struct file *data;     /* NULL: not there (yet) */
    uint64_t records;      /* taken in */
    uint8_t *rebuilt;      /* records made from the data where there is no index; NULL: there is */
    uint64_t rebuilt_room; /* in records */
    struct index_record rescan_from;
    uint64_t rescan_offset;

    struct segment_cursor cursor;
    struct recorded_segment *segments;
    size_t count, room;
    bool ended; /* the recorder said that nothing follows for now */
    struct recorded_gap *gaps;
    size_t gap_count, gap_room;
    int64_t bytes;         /* of all fragments */
    int64_t grown_boot_us; /* when a refresh last found more; 0: long ago */
};

void recording_track_open(struct recording_track *t, const struct track *track, const char *folder,
                          int64_t grid_us);
void recording_track_close(struct recording_track *t);

/* Takes in what was appended. Returns 0 or a negative errno. */
int recording_track_refresh(struct recording_track *t);

/* The first segment with that number or a higher one: its place, or `count`. */
size_t recording_track_find(const struct recording_track *t, uint64_t number);

/* A segment's duration: up to the next one where that follows. */
int64_t recording_track_duration(const struct recording_track *t, size_t at);

/* See recording_each(). */
int recording_track_each(const struct recording_track *t, int64_t from_us, int64_t to_us,
                         int (*each)(void *ctx, const struct index_record *record), void *ctx);

/* Where a segment's fragments are, see recording_find_segment(). */
int recording_track_find_pieces(const struct recording_track *t, size_t at, struct piece **ret,
                                uint32_t *ret_count);

/* Reads a segment's fragments, see recording_read_segment(). */
int recording_track_read(const struct recording_track *t, size_t at, struct bytes **ret);

#endif
