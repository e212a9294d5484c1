#include "app/ballots.h"

#include "app/broadcast.h"
#include "app/hall.h"
#include "app/routes.h"
#include "meeting/vote_args.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAPERS_MAX_BYTES ((size_t)BALLOT_MAX_PAPERS * BALLOT_LINE_BYTES + 1)

struct box_name {
    char text[ID_MAX];
};

static struct box_name box_of(uint64_t vote)
{
    struct box_name name;
    snprintf(name.text, sizeof name.text, "v%" PRIu64, vote);
    return name;
}

static bool is_electronic(const struct vote *v)
{
    return v && v->is.method == VOTE_SECRET_ELECTRONIC;
}

static int hand_in(struct store *s, const char *meeting, const struct meeting_command *command)
{
    const struct vote_hand_in *a = (const struct vote_hand_in *)command->args;
    return ballot_add(s, meeting, box_of(a->vote).text, vote_choice_names[a->choice - 1]);
}

static int cancel(struct store *s, const char *meeting, const struct vote *v)
{
    if (!is_electronic(v) || v->counted)
        return 0;
    int r = ballot_discard(s, meeting, box_of(v->head.seq).text);
    return r == -ENOENT ? 0 : r; /* a log whose boxes are elsewhere: nothing to throw away */
}

int ballots_follow(struct store *s, const char *meeting, const struct meeting *m,
                   const struct meeting_command *command, const struct meeting_event *event)
{
    const char *fact = event->fact->name;
    if (strcmp(fact, "vote.opened") == 0) {
        const struct vote_opened *a = event->body;
        return a->is.method == VOTE_SECRET_ELECTRONIC
                   ? ballot_open(s, meeting, box_of(event->seq).text)
                   : 0;
    }
    if (strcmp(fact, "vote.handed_in") == 0)
        return hand_in(s, meeting, command);
    return strcmp(fact, "vote.cancelled") == 0 ? cancel(s, meeting, vote_open(m)) : 0;
}

static int count_paper(void *ctx, const struct ballot_paper *paper)
{
    struct vote_counts *c = ctx;
    int64_t *const counts[] = {&c->in_favour, &c->against, &c->abstain};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (strcmp(paper->choice, vote_choice_names[i]) == 0) {
            ++*counts[i];
            return 0;
        }
    }
    c->invalid++;
    return 0;
}

int ballots_seal(struct store *s, const char *meeting, uint64_t vote, struct vote_seal *ret)
{
    const struct box_name box = box_of(vote);
    struct vote_seal seal = {.vote = vote};
    cleanup_buf struct buf lines;
    buf_init(&lines, PAPERS_MAX_BYTES);
    _Static_assert(sizeof seal.papers >= BALLOT_DIGEST_BYTES, "the digest fits");
    int r = ballot_close(s, meeting, box.text);
    if (r == 0)
        r = ballot_read(s, meeting, box.text, count_paper, &seal.counts);
    if (r == 0)
        r = ballot_publish(s, meeting, box.text, &lines, seal.papers);
    if (r == 0)
        *ret = seal;
    return r;
}

enum refusal ballots_refusal_of(int error)
{
    switch (error) {
    case -ENOKEY: /* restored from a backup, which holds no key */
    case -ENOENT:
        return REFUSAL_BALLOT_LOST;
    case -ENOBUFS:
    case -EAGAIN:
        return REFUSAL_BUSY;
    case -EEXIST:
    case -EINVAL:
        return REFUSAL_INTERNAL;
    default:
        return 0;
    }
}

void ballots_forget(struct meeting_command *command)
{
    if (command->verb && strcmp(command->verb->name, "vote.hand_in") == 0)
        explicit_bzero(command->args, sizeof(struct vote_hand_in));
}

/* ---- GET /api/v1/meetings/ID/votes/SEQ/papers ---- */

static int find_public(void *ctx, const struct store_event *e)
{
    *(bool *)ctx = e->audience == AUDIENCE_PUBLIC;
    return 0;
}

/* The vote's papers, where it was electronic, is sealed, and was not taken in a closed part. */
static int print_papers(const struct core *c, struct hall *h, uint64_t seq, struct buf *out)
{
    const char *meeting = h->b->config->id;
    char digest[BALLOT_DIGEST_BYTES];
    bool is_public = false;
    const struct vote *v = h->broken ? NULL : pile_find(hall_meeting(h), PILE_VOTE, seq);
    if (!is_electronic(v) || !v->counted)
        return -ENOENT;
    int r = store_read(c->store, meeting, seq - 1, 1, find_public, &is_public);
    if (r < 0 || !is_public)
        return r < 0 ? r : -ENOENT;
    return ballot_publish(c->store, meeting, box_of(seq).text, out, digest);
}

void ballots_papers(struct request *r, void *place)
{
    const struct core *c = place;
    cleanup_buf struct buf out;
    buf_init(&out, PAPERS_MAX_BYTES);
    const struct broadcast *b = core_find(c, r->parts[0]);
    char *end;
    errno = 0;
    uint64_t seq = strtoull(r->parts[1], &end, 10);
    bool is_number = errno == 0 && !*end && seq > 0 && seq <= INT64_MAX;
    int e = b && is_number ? print_papers(c, b->hall, seq, &out) : -ENOENT;
    if (e < 0) {
        request_refuse(r, e == -ENOENT ? REFUSAL_NOT_FOUND : REFUSAL_STORE);
        return;
    }
    struct front_response response = {.content_type = "text/plain; charset=utf-8", .cors = true};
    response.body = out.size ? buf_to_bytes(&out) : bytes_copy("", 0);
    response.status = response.body ? 200 : 500;
    request_reply_with(r, &response);
}
