/* The bodies and headers of live HLS. Net thread. */
#ifndef MECLIS_FRONT_HLS_ANSWER_H
#define MECLIS_FRONT_HLS_ANSWER_H

#include "front/channel.h"
#include "front/conn.h"
#include "front/hls_path.h"

void hls_answer_master(struct conn *c, struct channel *ch);

/* `blocked`: the player said what it must hold at least. */
void hls_answer_playlist(struct conn *c, struct channel *ch, uint8_t track, bool blocked);
void hls_answer_init(struct conn *c, struct channel *ch, const struct channel_init *init,
                     const struct hls_path *a);

/* A whole segment or a complete part of it. */
void hls_answer_media(struct conn *c, struct channel *ch, const struct window_segment *s,
                      const struct hls_path *a);

#endif
