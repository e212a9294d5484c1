/* Why a source is not live, in words for the producer: the meeting's language, Turkish or English.
 * Pure. */
#ifndef MECLIS_PIPELINES_REASON_H
#define MECLIS_PIPELINES_REASON_H

#include <stdbool.h>
#include <stddef.h>

enum reason {
    REASON_URL = 1,     /* detail: the address */
    REASON_PORT_TAKEN,  /* detail: address and what the system said */
    REASON_UNREACHABLE, /* detail: what the other side or the system said */
    REASON_DISCONNECTED,
    REASON_SILENT,         /* connected, but nothing comes any more */
    REASON_BAD_PASSPHRASE, /* detail: who called, or whom we called */
    REASON_PASSPHRASE_LENGTH,
    REASON_BAD_STREAM_ID, /* detail: who called, with which */
    REASON_BUSY,          /* detail: who called while another was on air */
    REASON_REJECTED,      /* detail: who, why */
    REASON_CONTAINER,     /* detail: the container's type, empty: not recognised */
    REASON_VIDEO_FORMAT,  /* detail: the codec or what is wrong with it */
    REASON_AUDIO_FORMAT,  /* detail: the same */
    REASON_NO_TRACKS,     /* neither picture nor sound in it */
    REASON_ENCRYPTED,
    REASON_BROKEN,           /* detail: what the demultiplexer or the decoder said */
    REASON_CHANGED,          /* other tracks than before: taken up anew at once */
    REASON_FILE,             /* detail: path and what the system said */
    REASON_DESCRIPTION,      /* detail: what the GStreamer parser said */
    REASON_DESCRIPTION_ENDS, /* no element is named video or audio */
    REASON_PASSTHROUGH,      /* detail: what it is instead of H.264 */
    REASON_KEYFRAMES,        /* too far apart for `passthrough` */
    REASON_NOT_LIVE,         /* a GStreamer description that runs as fast as it can */
    REASON_LOW_MEMORY,
};

/* Whether the source delivers something that can't be used (SOURCE_REFUSED), as against being
 * absent or broken off (SOURCE_FAILED). */
bool reason_is_refusal(enum reason reason);

/* The sentence in that language ("tr"; any other, or NULL: English), cut at a whole character. The
 * detail may be NULL; control characters in it become spaces. */
void reason_text(enum reason reason, const char *language, const char *detail, char *ret_text,
                 size_t size);

#endif
