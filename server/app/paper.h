/* A sitting on paper: its summary minutes and its decisions, as HTML without anything from
 * elsewhere, from which other programs make ODT, DOCX and PDF. Core thread. */
#ifndef MECLIS_APP_PAPER_H
#define MECLIS_APP_PAPER_H

#include "base/buf.h"
#include "meeting/meeting.h"
#include "protocol/language.h"

enum paper_kind { PAPER_MINUTES = 1, PAPER_DECISIONS };

struct paper {
    const struct meeting *m;
    const char *title; /* of the meeting */
    enum paper_kind kind;
    enum language language;
    bool style_inside; /* else it refers to /api/v1/paper.css, as the browser's policy wants */
    /* Days, by the law that the council is under; 0: not told. */
    int64_t return_days; /* for the mayor to return a decision, from the day it was taken */
    int64_t send_days;   /* for it to be sent to the authority, from the day it became final */
};

extern const char paper_style[];

/* What everybody may know. Errors stick to the buffer. */
void paper_print(struct buf *out, const struct paper *p);

#endif
