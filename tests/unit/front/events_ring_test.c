#include "../cmocka_all.h"
#include "front/events_ring.h"

#include <errno.h>

static void push(struct events_ring *r, size_t size, uint64_t first, uint64_t last)
{
    events_ring_push(r, bytes_new(size), first, last);
}

static uint64_t found(const struct events_ring *r, uint64_t after)
{
    uint64_t position = 77777;
    assert_int_equal(events_ring_find(r, after, &position), 0);
    return position;
}

static void assert_lost(const struct events_ring *r, uint64_t after)
{
    uint64_t position = 77777;
    assert_int_equal(events_ring_find(r, after, &position), -ERANGE);
    assert_int_equal(position, 77777);
}

static void finds_what_follows(void **state)
{
    struct events_ring r;
    events_ring_init(&r);
    assert_int_equal(found(&r, 0), 0);
    assert_int_equal(found(&r, 500), 0); /* after a restart the log is longer than the ring */
    push(&r, 10, 501, 503);
    push(&r, 10, 0, 0);
    push(&r, 10, 504, 504);
    assert_int_equal(found(&r, 500), 0);
    assert_int_equal(found(&r, 503), 1);
    assert_int_equal(found(&r, 504), 3);
    assert_int_equal(found(&r, 9999), 3);
    assert_lost(&r, 501); /* the middle of a commit */
    assert_int_equal(events_ring_at(&r, 2)->first_seq, 504);
    assert_null(events_ring_at(&r, 3));
    events_ring_finish(&r);
}

static void keeps_so_many(void **state)
{
    struct events_ring r;
    events_ring_init(&r);
    for (uint64_t seq = 1; seq <= EVENTS_RING_MESSAGES + 100; seq++)
        push(&r, 10, seq, seq);
    assert_int_equal(r.next - r.first, EVENTS_RING_MESSAGES);
    assert_int_equal(r.first, 100);
    assert_int_equal(r.bytes, 10 * EVENTS_RING_MESSAGES);
    assert_lost(&r, 99);
    assert_int_equal(found(&r, 100), 100);
    for (uint64_t p = r.first; p < r.next; p++)
        assert_int_equal(events_ring_at(&r, p)->first_seq, p + 1);
    events_ring_finish(&r);
}

static void keeps_so_many_bytes(void **state)
{
    struct events_ring r;
    events_ring_init(&r);
    for (uint64_t seq = 1; seq <= 9; seq++)
        push(&r, EVENTS_RING_BYTES / 4, seq, seq);
    assert_int_equal(r.next - r.first, 4);
    push(&r, EVENTS_RING_BYTES, 10, 10);
    assert_int_equal(r.next - r.first, 1);
    push(&r, EVENTS_RING_BYTES + 1, 11, 11); /* larger than all: it alone */
    assert_int_equal(r.next - r.first, 1);
    assert_int_equal(events_ring_at(&r, r.first)->last_seq, 11);
    events_ring_finish(&r);
}

static void a_hole_takes_everything(void **state)
{
    struct events_ring r;
    events_ring_init(&r);
    push(&r, 10, 1, 1);
    push(&r, 10, 2, 2);
    events_ring_push(&r, NULL, 3, 4);
    assert_int_equal(r.first, 3);
    assert_int_equal(r.next, 3);
    assert_int_equal(r.bytes, 0);
    assert_lost(&r, 2);
    assert_lost(&r, 3);
    push(&r, 10, 5, 5);
    assert_int_equal(found(&r, 4), 3);
    events_ring_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_follows),
        cmocka_unit_test(keeps_so_many),
        cmocka_unit_test(keeps_so_many_bytes),
        cmocka_unit_test(a_hole_takes_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
