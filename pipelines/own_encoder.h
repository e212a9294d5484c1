/* What a source encodes itself in `passthrough`: sound that is not AAC, and the test source's
 * picture. Its units go out by source_emit_encoded(). */
#ifndef MECLIS_PIPELINES_OWN_ENCODER_H
#define MECLIS_PIPELINES_OWN_ENCODER_H

#include "source_core.h"

#define OWN_ENCODER_AUDIO_BPS 128000
#define OWN_ENCODER_VIDEO_KBPS 1500
/* Raw buffers that may wait; more are dropped. */
#define OWN_ENCODER_QUEUE 16

struct own_encoder;

/* Holds a reference of the source. Returns owned, or NULL. */
struct own_encoder *own_encoder_create(struct source *s, enum source_track track);

/* One raw buffer on media time; borrows it (a reference is taken). Does not block. */
void own_encoder_push(struct own_encoder *e, GstBuffer *buffer);

/* Takes it; NULL is fine. The pipeline is taken down on another thread. */
void own_encoder_destroy(struct own_encoder *e);

#endif
