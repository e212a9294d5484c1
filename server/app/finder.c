#include "app/finder.h"

#include "app/broadcast.h"
#include "app/finder_rows.h"
#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A meeting that goes on is looked at so often. */
#define LOOK_TICKS 5
/* After a write that failed. */
#define RETRY_TICKS 60

struct finder {
    struct search *search; /* used by the job while there is one, else by the core thread */
    bool writing;
    int next;       /* where it goes on looking */
    int wait_ticks; /* until it tries again */
    int error;      /* of the last write */
};

static void note(void *ctx, const char *id, uint64_t seq)
{
    struct broadcast *b = core_find(ctx, id);
    if (b)
        b->found_seq = seq;
}

void finder_open(struct core *c)
{
    char path[PATH_MAX], reason[256];
    struct finder *f = calloc(1, sizeof *f);
    snprintf(path, sizeof path, "%s/search.db", c->data);
    int r = f ? search_open(path, SEARCH_WRITE, &f->search, reason) : -ENOMEM;
    if (r == 0)
        r = search_meetings(f->search, note, c);
    if (r < 0) {
        log_error("core", "nothing can be searched: %s", f ? reason : "no memory");
        if (f)
            search_close(f->search);
        free(f);
        return;
    }
    c->finder = f;
}

void finder_close(struct core *c)
{
    if (c->finder)
        search_close(c->finder->search);
    free(c->finder);
    c->finder = NULL;
}

/* ---- one meeting ---- */

struct finder_job {
    struct letter letter;
    struct core *core;
    struct broadcast *b;
    struct finder_rows rows;
    int error;
};

static void job_free(struct finder_job *j)
{
    finder_rows_finish(&j->rows);
    free(j);
}

static void look(struct core *c);

static void open_done(struct letter *letter, void *owner)
{
    struct finder_job *j = (struct finder_job *)letter;
    struct core *c = owner;
    struct finder *f = c->finder;
    if (j->error < 0 && j->error != f->error)
        log_warning("core", "what is said can't be made searchable: %s", strerror(-j->error));
    f->error = j->error;
    f->wait_ticks = j->error < 0 ? RETRY_TICKS : 0;
    if (j->error == 0)
        j->b->found_seq = j->rows.meeting.seq;
    f->writing = false;
    job_free(j);
    if (!c->ending)
        look(c);
}

static void discard(struct letter *letter)
{
    job_free((struct finder_job *)letter);
}

static void open_in_pool(struct letter *letter, void *owner)
{
    struct finder_job *j = (struct finder_job *)letter;
    struct core *c = j->core;
    j->error = search_put(c->finder->search, &j->rows.meeting, j->rows.rows, j->rows.count);
    j->letter.open = open_done;
    if (mailbox_post(c->box, &j->letter) < 0)
        job_free(j); /* only at the end: there is room for what must arrive */
}

static void write_one(struct core *c, struct broadcast *b)
{
    struct finder_job *j = calloc(1, sizeof *j);
    if (!j)
        return;
    *j = (struct finder_job){
        .letter = {.open = open_in_pool, .discard = discard}, .core = c, .b = b};
    bool slept = b->hall->asleep;
    finder_rows_take(b, &j->rows);
    if (slept)
        hall_rest(b->hall);
    b->found_ticks = LOOK_TICKS;
    if (j->rows.error < 0 || pool_post(c->pool, &j->letter) < 0)
        job_free(j); /* the next second tries again */
    else
        c->finder->writing = true;
}

/* The next one that knows more than the index. */
static void look(struct core *c)
{
    struct finder *f = c->finder;
    for (int i = 0; i < c->broadcast_count && !f->writing; i++) {
        f->next = (f->next + 1) % c->broadcast_count;
        struct broadcast *b = c->broadcasts[f->next];
        if (!b->hall->broken && b->found_ticks == 0 &&
            meeting_seq(hall_outline(b->hall)) != b->found_seq)
            write_one(c, b);
    }
}

void finder_tick(struct core *c)
{
    struct finder *f = c->finder;
    if (!f || !c->pool)
        return;
    for (int i = 0; i < c->broadcast_count; i++)
        c->broadcasts[i]->found_ticks -= c->broadcasts[i]->found_ticks > 0;
    if (f->wait_ticks > 0)
        f->wait_ticks--;
    else if (!f->writing)
        look(c);
}
