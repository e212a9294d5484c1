/* A meeting as others show it: on its page before a script runs, in a preview, a feed, a
 * newspaper's page. What is said is what anybody may know. */
#ifndef MECLIS_APP_CARD_H
#define MECLIS_APP_CARD_H

#include "app/broadcast.h"
#include "base/buf.h"
#include "meeting/pile.h"
#include "protocol/language.h"

enum card_state { CARD_PLANNED = 1, CARD_LIVE, CARD_ENDED, CARD_CANCELLED };

/* Texts are borrowed, until the meeting's next event. */
struct card {
    const char *id, *title, *language;
    const char *body, *place; /* "" where not said */
    enum card_state state;
    bool known;    /* announced, or on air or over: a draft is nobody's business yet */
    bool recorded; /* and over */
    int64_t from_utc_us, to_utc_us; /* when it is or was; 0: not known */
    union single_room sitting_room, body_room;
};

/* Core thread. */
void card_of(const struct broadcast *b, struct card *ret);

/* "Canlı", as a badge says it. */
const char *card_state_word(enum card_state state, enum language language);

/* "23 Kasım 2026 Pazartesi 14:00 (UTC+3)", in the server's own zone. */
#define CARD_TIME 96
void card_time(int64_t utc_us, enum language language, char ret[CARD_TIME]);

/* RFC 3339, in UTC. */
#define CARD_DATE 32
void card_date(int64_t utc_us, char ret[CARD_DATE]);

/* A sentence for previews, unescaped: body, state, when, place. */
#define CARD_SENTENCE 768
void card_sentence(const struct card *card, enum language language, char ret[CARD_SENTENCE]);

#endif
