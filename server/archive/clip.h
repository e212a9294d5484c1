/* A piece of a recording as a file that every player and editor opens: cut without encoding, its
 * media the recording's own bytes. Pool threads; blocking reads. */
#ifndef MECLIS_ARCHIVE_CLIP_H
#define MECLIS_ARCHIVE_CLIP_H

#include "archive/recording.h"
#include "media/movie.h"

#define CLIP_MAX_US (INT64_C(24) * 3600 * 1000000)

struct clip_wish {
    int64_t from_us, to_us;               /* media time */
    const char *picture;                  /* a track's name; NULL: the best; "": sound alone */
    const struct movie_chapter *chapters; /* from the clip's beginning; borrowed for the call */
    int chapter_count;
};

struct clip {
    struct piece *pieces; /* owned, with their references: pieces_free() */
    uint32_t count;
    uint64_t bytes;
    char etag[40]; /* quoted; of the same clip always the same */
};

/* Returns 0; -ENOENT where nothing is recorded then, or there is no such track; -ERANGE for an end
 * that is not after its beginning; -EFBIG beyond CLIP_MAX_US; -EOPNOTSUPP where one file can't hold
 * it (a track whose clock changed); -EBADMSG where the files do not hold what the index says; or a
 * negative errno. */
int clip_make(const struct recording *r, const struct clip_wish *wish, struct clip *ret);

#endif
