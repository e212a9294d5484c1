/* The link between a worker and the server: frames over a unix stream socket.
 *
 * The worker listens at RUN/programme.sock, the server connects, so that a server that starts anew
 * finds its workers. Both say hello first. Then the worker sends its tracks, the newest init of
 * each, what its memory holds of fragments (the last minute), and from then on each fragment as it
 * is made, a status each second and notices; the server sends commands, each answered by a reply
 * with its number.
 *
 * A frame: u32 length of the body, u8 type, body; integers big-endian. A frame of unknown type is
 * skipped, so that a newer side can say more; a hello of another version ends the connection. */
#ifndef MECLIS_LINK_FRAME_H
#define MECLIS_LINK_FRAME_H

#include "base/buf.h"
#include "media/fragment.h"
#include "media/track.h"

#define LINK_VERSION 4

enum link_type {
    LINK_HELLO = 1, /* JSON, both ways, first */
    LINK_TRACKS,    /* JSON, from the worker, once */
    LINK_INIT,      /* binary */
    LINK_FRAGMENT,  /* binary */
    LINK_COMMAND,   /* JSON, from the server */
    LINK_REPLY,     /* JSON, from the worker */
    LINK_STATUS,    /* JSON, from the worker, each second */
    LINK_NOTICE,    /* JSON, from the worker: what belongs into the log */
};

#define LINK_FRAME_HEADER_BYTES 5
#define LINK_FRAGMENT_HEADER_BYTES 58
/* Bodies at the most: a fragment with its header, or JSON. */
#define LINK_MAX_BODY_BYTES (FRAGMENT_MAX_BYTES + LINK_FRAGMENT_HEADER_BYTES)
#define LINK_MAX_JSON_BYTES (256u << 10)

struct link_frame {
    enum link_type type;
    const uint8_t *body; /* borrowed from the decoder until its next call */
    size_t size;
};

/* Takes bytes as they come from the socket and gives whole frames. */
struct link_decoder {
    struct buf in;
    size_t used; /* bytes at the front that were given out as a frame */
};

void link_decoder_init(struct link_decoder *d);
void link_decoder_finish(struct link_decoder *d);

/* Returns 0, -EMSGSIZE or -ENOMEM; after an error the connection is to be closed. */
int link_decoder_feed(struct link_decoder *d, const void *data, size_t size);

/* Returns 1 and a frame, 0 when more bytes are needed, -EPROTO for a length beyond its type's
 * limit. */
int link_decoder_next(struct link_decoder *d, struct link_frame *ret);

/* Writes a whole frame of a JSON body. Returns 0, the buffer's error, or -EMSGSIZE for what the
 * other side would refuse: then nothing is written, here and below. */
int link_add_frame(struct buf *out, enum link_type type, const void *body, size_t size);

/* Writes the frame's header and the fragment's; the fragment's bytes follow it on the wire as they
 * are, so that they are never copied. Returns 0 or the buffer's error. */
int link_add_fragment_header(struct buf *out, const struct fragment *f);

/* Reads a fragment frame: its bytes are copied once into shared memory, owned by the caller
 * (ret->bytes). Returns 0, -EPROTO or -ENOMEM. */
int link_read_fragment(const struct link_frame *frame, struct fragment *ret);

/* The same for an init; here the bytes are written too. */
int link_add_init(struct buf *out, const struct track_init *init);
int link_read_init(const struct link_frame *frame, struct track_init *ret);

#endif
