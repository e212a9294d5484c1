#include "../cmocka_all.h"

#include "base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct note {
    struct letter letter; /* first: a letter is its note */
    int value;
};

struct owner {
    struct mailbox *mailbox;
    int values[16];
    int count;
    struct note *reply; /* posted when the first letter is opened */
};

static atomic_int wakes;
static atomic_int discarded;

static void wake(void *ctx)
{
    atomic_fetch_add(&wakes, 1);
}

static void open_note(struct letter *self, void *ctx)
{
    struct note *n = (struct note *)self;
    struct owner *o = ctx;
    if (o->count < 16)
        o->values[o->count++] = n->value;
    if (o->reply) {
        assert_int_equal(mailbox_post(o->mailbox, &o->reply->letter), 0);
        o->reply = NULL;
    }
    free(n);
}

static void discard_note(struct letter *self)
{
    atomic_fetch_add(&discarded, 1);
    free(self);
}

static struct note *note(int value)
{
    struct note *n = malloc(sizeof *n);
    *n = (struct note){{.open = open_note, .discard = discard_note}, value};
    return n;
}

static int reset(void **state)
{
    atomic_store(&wakes, 0);
    atomic_store(&discarded, 0);
    return 0;
}

static void opens_in_order_with_one_wake(void **state)
{
    cleanup(mailbox_destroy_p) struct mailbox *m = NULL;
    struct owner o = {0};
    assert_int_equal(mailbox_create(10, wake, NULL, &m), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(mailbox_post(m, &note(i)->letter), 0);
    assert_int_equal(atomic_load(&wakes), 1);
    assert_int_equal(mailbox_open_all(m, &o), 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(o.values[i], i);
    assert_int_equal(mailbox_open_all(m, &o), 0);
    assert_int_equal(mailbox_post(m, &note(9)->letter), 0);
    assert_int_equal(atomic_load(&wakes), 2); /* emptied in between: woken again */
    mailbox_open_all(m, &o);
}

static void full_leaves_the_letter_with_its_sender(void **state)
{
    cleanup(mailbox_destroy_p) struct mailbox *m = NULL;
    struct owner o = {0};
    mailbox_create(2, wake, NULL, &m);
    mailbox_post(m, &note(1)->letter);
    mailbox_post(m, &note(2)->letter);
    struct note *third = note(3);
    assert_int_equal(mailbox_post(m, &third->letter), -ENOBUFS);
    assert_int_equal(mailbox_open_all(m, &o), 2);
    assert_int_equal(mailbox_post(m, &third->letter), 0); /* room again */
    assert_int_equal(mailbox_open_all(m, &o), 1);
    assert_int_equal(o.values[2], 3);
}

static void closed_refuses_and_gives_out_what_waits(void **state)
{
    cleanup(mailbox_destroy_p) struct mailbox *m = NULL;
    struct owner o = {0};
    mailbox_create(10, wake, NULL, &m);
    mailbox_post(m, &note(1)->letter);
    mailbox_close(m);
    struct note *late = note(2);
    assert_int_equal(mailbox_post(m, &late->letter), -EPIPE);
    free(late);
    assert_int_equal(mailbox_open_all(m, &o), 1);
}

static void destroy_discards_what_waits(void **state)
{
    struct mailbox *m = NULL;
    mailbox_create(10, wake, NULL, &m);
    mailbox_post(m, &note(1)->letter);
    mailbox_post(m, &note(2)->letter);
    mailbox_destroy(m);
    assert_int_equal(atomic_load(&discarded), 2);
    mailbox_destroy(NULL);
}

static void a_letter_posted_while_opening_waits_for_the_next_time(void **state)
{
    cleanup(mailbox_destroy_p) struct mailbox *m = NULL;
    mailbox_create(10, wake, NULL, &m);
    struct owner o = {.mailbox = m, .reply = note(2)};
    mailbox_post(m, &note(1)->letter);
    assert_int_equal(mailbox_open_all(m, &o), 1);
    assert_int_equal(atomic_load(&wakes), 2); /* and the owner was woken for it */
    assert_int_equal(mailbox_open_all(m, &o), 1);
    assert_int_equal(o.values[1], 2);
}

/* ---- threads: each poster's letters arrive once, in its order, over a small cap ---- */

#define POSTERS 4
#define LETTERS 20000

struct run {
    struct mailbox *mailbox;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool wake;
    int next[POSTERS];
    int opened;
};

struct numbered {
    struct letter letter;
    int poster, number;
};

static void wake_run(void *ctx)
{
    struct run *r = ctx;
    pthread_mutex_lock(&r->lock);
    r->wake = true;
    pthread_cond_signal(&r->woken);
    pthread_mutex_unlock(&r->lock);
}

static void open_numbered(struct letter *self, void *ctx)
{
    struct numbered *n = (struct numbered *)self;
    struct run *r = ctx;
    assert_int_equal(n->number, r->next[n->poster]);
    r->next[n->poster]++;
    r->opened++;
    free(n);
}

struct poster {
    struct run *run;
    int index;
};

static void *post_many(void *arg)
{
    struct poster *p = arg;
    for (int i = 0; i < LETTERS; i++) {
        struct numbered *n = malloc(sizeof *n);
        *n = (struct numbered){{.open = open_numbered, .discard = discard_note}, p->index, i};
        while (mailbox_post(p->run->mailbox, &n->letter) == -ENOBUFS)
            sched_yield();
    }
    return NULL;
}

static void many_threads_post(void **state)
{
    struct run r = {.lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER};
    assert_int_equal(mailbox_create(64, wake_run, &r, &r.mailbox), 0);
    pthread_t threads[POSTERS];
    struct poster posters[POSTERS];
    for (int i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){&r, i};
        pthread_create(&threads[i], NULL, post_many, &posters[i]);
    }
    while (r.opened < POSTERS * LETTERS) {
        pthread_mutex_lock(&r.lock);
        while (!r.wake) /* a lost wake-up hangs here, and the test's time limit says so */
            pthread_cond_wait(&r.woken, &r.lock);
        r.wake = false;
        pthread_mutex_unlock(&r.lock);
        assert_true(mailbox_open_all(r.mailbox, &r) <= 64);
    }
    for (int i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    mailbox_destroy(r.mailbox);
    assert_int_equal(atomic_load(&discarded), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(opens_in_order_with_one_wake, reset),
        cmocka_unit_test_setup(full_leaves_the_letter_with_its_sender, reset),
        cmocka_unit_test_setup(closed_refuses_and_gives_out_what_waits, reset),
        cmocka_unit_test_setup(destroy_discards_what_waits, reset),
        cmocka_unit_test_setup(a_letter_posted_while_opening_waits_for_the_next_time, reset),
        cmocka_unit_test_setup(many_threads_post, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
