/* The inits in a recording's folder: NAME.init-N.mp4. Blocking. */
#ifndef MECLIS_MEDIA_INIT_FILE_H
#define MECLIS_MEDIA_INIT_FILE_H

#include "media/track.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes of an init at the most. */
#define INIT_FILE_MAX_BYTES 65536u

/* Returns 0 or -ENAMETOOLONG. */
int init_file_path(const char *folder, const char *name, uint32_t number, char *ret_path,
                   size_t size);

/* The highest number that the track's inits have. Returns 0, -ENOENT where there is none, or a
 * negative errno. */
int init_file_newest(const char *folder, const char *name, uint32_t *ret);

/* Reads an init; the caller owns ret->bytes. Returns 0, -ENOENT, -EBADMSG for one that is none of
 * ours (then *ret has its number and bytes all the same), or a negative errno. */
int init_file_read(const char *folder, const char *name, uint32_t number, struct track_init *ret);

#endif
