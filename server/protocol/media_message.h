/* The media socket's messages (docs/protocol.md): binary ones written in place, texts as JSON. */
#ifndef MECLIS_PROTOCOL_MEDIA_MESSAGE_H
#define MECLIS_PROTOCOL_MEDIA_MESSAGE_H

#include "base/id.h"
#include "media/fragment.h"
#include "media/track.h"

#include <stdbool.h>

#define MEDIA_PROTOCOL "meclis.media.v1"

/* Fragments in one message at the most. */
#define MEDIA_MESSAGE_FRAGMENTS 64

/* Bytes of a client's message at the most. */
#define MEDIA_CLIENT_MAX_BYTES 1024

/* Binary: the size of the whole message, and the message written to `at`, which has that room. */
size_t media_init_size(const struct track_init *init);
void media_init_write(const struct track_init *init, uint8_t *at);
size_t media_fragments_size(const struct fragment *const *fragments, int count);
void media_fragments_write(const struct fragment *const *fragments, int count, uint8_t *at);

/* Texts: each returns owned JSON, or NULL without memory. */
struct media_hello {
    const char *meeting;
    bool live;
    int64_t server_utc_us, media_time_us;
    int track_count;
    const struct track *tracks;
    const char *rendition; /* "": sound alone */
};

struct bytes *media_hello_text(const struct media_hello *hello);

enum media_reason { MEDIA_ASKED = 1, MEDIA_SLOW, MEDIA_RECOVERED };

struct bytes *media_rendition_text(const char *rendition, enum media_reason reason);
struct bytes *media_skip_text(int64_t from_us, int64_t to_us);
struct bytes *media_state_text(bool live);

enum media_client_kind { MEDIA_SELECT = 1, MEDIA_REPORT };

struct media_client_message {
    enum media_client_kind kind;
    char rendition[16]; /* select: a name, "auto", or empty: not said */
    bool video;         /* select */
    bool has_video_sequence, has_audio_sequence;
    uint64_t video_sequence, audio_sequence; /* report */
    int64_t buffered_us;                     /* report; -1: not said */
};

/* Returns 0, -EPROTO for what is no message of a client's, or -ENOMEM. */
int media_client_read(const void *json, size_t size, struct media_client_message *ret);

#endif
