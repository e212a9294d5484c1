#include "../cmocka_all.h"
#include "front/cursor.h"

#include <string.h>

enum { HIGH = 1, LOW = 2, SOUND = 3 };

/* Three rings as the publisher fills them: a picture each 40 ms in two renditions, a keyframe each
 * 50, sound of 42.67 ms that goes with the next picture, flushed before a keyframe. */
struct studio {
    struct ring *rings[4];
    struct cursor_rings view;
    int frame;
    uint64_t sound;   /* the next sequence */
    uint64_t told[4]; /* sound put in the ring so far */
};

static void studio_open(struct studio *s)
{
    memset(s, 0, sizeof *s);
    for (int id = HIGH; id <= SOUND; id++) {
        assert_int_equal(ring_create(1024, 1 << 24, 12000000, &s->rings[id]), 0);
        s->view.by_track[id] = s->rings[id];
        s->told[id] = 100;
    }
    s->sound = 100;
    s->view.audio = SOUND;
}

static void studio_close(struct studio *s)
{
    for (int id = HIGH; id <= SOUND; id++)
        ring_destroy(s->rings[id]);
}

static void push(struct studio *s, int ring, bool picture, bool key, uint64_t to)
{
    struct bytes *b = bytes_new(100);
    struct ring_message m = {.bytes = b,
                             .time_us = picture ? s->frame * 40000 : (int64_t)(to - 101) * 42667,
                             .video_seq = (uint64_t)s->frame,
                             .video_init = picture ? 1 : 0,
                             .audio_init = to > s->told[ring] ? 1 : 0,
                             .audio_from = s->told[ring],
                             .audio_next = to,
                             .keyframe = key};
    ring_push(s->rings[ring], &m);
    bytes_unref(b);
    s->told[ring] = to;
}

static void produce(struct studio *s, int frames)
{
    for (int i = 0; i < frames; i++, s->frame++) {
        while ((int64_t)(s->sound - 100) * 42667 < s->frame * 40000 + 60000)
            push(s, SOUND, false, false, ++s->sound);
        bool key = s->frame % 50 == 0;
        for (int id = HIGH; id <= LOW; id++) {
            if (key && s->told[id] < s->sound)
                push(s, id, false, false, s->sound);
            push(s, id, true, key, s->sound);
        }
    }
}

/* A viewer that checks what it gets: pictures of one rendition in order, a new one at a keyframe
 * only, and sound without a hole. */
struct checked {
    struct cursor cursor;
    bool begun, sound_alone;
    uint64_t sound;  /* the next sequence */
    int64_t picture; /* the newest frame; -1 */
    uint8_t track;
    int lost_pictures, repeated_sound;
};

static void checked_open(struct checked *v, uint8_t track)
{
    memset(v, 0, sizeof *v);
    cursor_init(&v->cursor, track);
    v->picture = -1;
}

static bool take(struct checked *v, struct studio *s)
{
    const struct ring_message *m = cursor_peek(&v->cursor, &s->view);
    if (!m)
        return false;
    if (m->audio_from < m->audio_next) {
        if (v->begun)
            assert_true(m->audio_from <= v->sound); /* no hole */
        v->repeated_sound += v->begun && m->audio_from < v->sound;
        if (m->audio_next > v->sound)
            v->sound = m->audio_next;
        v->begun = true;
    }
    if (v->cursor.track == SOUND)
        v->sound_alone = true;
    if (m->video_init && v->sound_alone) { /* from the keyframe before: some may come again */
        assert_true(m->keyframe);
        if (v->picture > (int64_t)m->video_seq)
            v->picture = (int64_t)m->video_seq - 1;
        v->sound_alone = false;
    }
    if (m->video_init) {
        if (v->picture < 0 || v->cursor.track != v->track || v->cursor.jumped)
            assert_true(m->keyframe);
        assert_true((int64_t)m->video_seq > v->picture);
        if (v->picture >= 0)
            v->lost_pictures += (int)((int64_t)m->video_seq - v->picture - 1);
        v->picture = (int64_t)m->video_seq;
        v->track = v->cursor.track;
        v->cursor.jumped = false;
    }
    cursor_advance(&v->cursor, m);
    return true;
}

static void drain(struct checked *v, struct studio *s)
{
    while (take(v, s))
        ;
}

static void waits_for_a_first_keyframe(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    s.frame = 3;
    produce(&s, 20);
    checked_open(&v, HIGH);
    assert_false(take(&v, &s));
    produce(&s, 60);
    drain(&v, &s);
    assert_int_equal(v.picture, 82);
    studio_close(&s);
}

/* It begins at the newest keyframe at once, with the sound of that moment. */
static void begins_at_the_newest_keyframe(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 149);
    checked_open(&v, HIGH);
    const struct ring_message *m = cursor_peek(&v.cursor, &s.view);
    assert_non_null(m);
    assert_int_equal(m->video_init, 0); /* sound first */
    assert_true(m->time_us + 100000 > 4000000 && m->time_us < 4100000);
    drain(&v, &s);
    assert_int_equal(v.picture, 148);
    assert_int_equal(v.lost_pictures, 0);
    assert_int_equal(v.sound, s.sound);
    assert_int_equal(cursor_behind_us(&v.cursor, &s.view), 0);
    studio_close(&s);
}

static void goes_over_at_a_keyframe_without_loss(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 60);
    checked_open(&v, HIGH);
    drain(&v, &s);
    v.cursor.wanted = LOW;
    produce(&s, 39);
    drain(&v, &s);
    assert_int_equal(v.track, HIGH); /* no keyframe yet */
    produce(&s, 20);
    drain(&v, &s);
    assert_int_equal(v.track, LOW);
    v.cursor.wanted = HIGH;
    produce(&s, 100);
    drain(&v, &s);
    assert_int_equal(v.track, HIGH);
    assert_int_equal(v.lost_pictures, 0);
    assert_int_equal(v.repeated_sound, 0);
    assert_int_equal(v.sound, s.sound);
    studio_close(&s);
}

/* As it is live: the wanted rendition's keyframe is made a moment after its own. */
static void goes_over_at_the_live_edge(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 60);
    checked_open(&v, HIGH);
    drain(&v, &s);
    for (int turn = 0; turn < 4; turn++) {
        v.cursor.wanted = turn % 2 ? HIGH : LOW;
        for (int i = 0; i < 60; i++, s.frame++) {
            bool key = s.frame % 50 == 0;
            push(&s, SOUND, false, false, ++s.sound);
            for (int id = HIGH; id <= LOW; id++) {
                if (key)
                    push(&s, id, false, false, s.sound);
                drain(&v, &s);
                push(&s, id, true, key, s.sound);
                drain(&v, &s);
            }
        }
        assert_int_equal(v.track, turn % 2 ? HIGH : LOW);
    }
    assert_int_equal(v.lost_pictures, 0);
    assert_int_equal(v.picture, s.frame - 1);
    studio_close(&s);
}

/* Keyframes at other times, and the wanted rendition late: some pictures come again, none is lost.
 */
static void goes_over_between_unlike_keyframes(void **state)
{
    struct studio s;
    struct cursor c;
    const struct ring_message *m;
    int64_t newest_us = 0;
    studio_open(&s);
    cursor_init(&c, HIGH);
    for (; s.frame < 300; s.frame++) {
        push(&s, HIGH, true, s.frame % 50 == 0, s.told[HIGH]);
        if (s.frame >= 5) {
            s.frame -= 5;
            push(&s, LOW, true, s.frame % 50 == 20, s.told[LOW]);
            s.frame += 5;
        }
        c.wanted = s.frame >= 100 && c.track == HIGH ? LOW : 0;
        while ((m = cursor_peek(&c, &s.view))) {
            assert_true(m->time_us <= newest_us + 40000);
            newest_us = m->time_us;
            cursor_advance(&c, m);
        }
    }
    assert_int_equal(c.track, LOW);
    studio_close(&s);
}

/* The wanted rendition has stopped: one goes on where one is. */
static void a_dead_rendition_is_not_waited_for(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 60);
    checked_open(&v, HIGH);
    drain(&v, &s);
    v.cursor.wanted = LOW;
    for (; s.frame < 300; s.frame++) {
        push(&s, HIGH, true, s.frame % 50 == 0, s.told[HIGH]);
        drain(&v, &s);
        assert_true(v.picture > s.frame - 15);
    }
    assert_int_equal(v.track, HIGH);
    assert_int_equal(v.lost_pictures, 0);
    studio_close(&s);
}

/* Behind by two seconds, it goes over at the keyframe that is next for it. */
static void goes_over_where_it_is(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 40);
    checked_open(&v, HIGH);
    for (int i = 0; i < 20; i++)
        take(&v, &s);
    produce(&s, 60);
    v.cursor.wanted = LOW;
    drain(&v, &s);
    assert_int_equal(v.track, LOW);
    assert_int_equal(v.lost_pictures, 0);
    assert_int_equal(v.picture, 99);
    studio_close(&s);
}

static void jumps_and_keeps_the_sound(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 60);
    checked_open(&v, LOW);
    drain(&v, &s);
    assert_false(cursor_jump(&v.cursor, &s.view)); /* nothing to gain */
    produce(&s, 200);
    assert_true(cursor_jump(&v.cursor, &s.view));
    assert_int_equal(v.cursor.jump_from_us, 59 * 40000);
    assert_int_equal(v.cursor.jump_to_us, 250 * 40000);
    drain(&v, &s);
    assert_int_equal(v.lost_pictures, 190);
    assert_int_equal(v.sound, s.sound);
    studio_close(&s);
}

static void jumps_when_the_ring_has_left_it_behind(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 60);
    checked_open(&v, HIGH);
    drain(&v, &s);
    produce(&s, 320); /* 12.8 s: more than a ring holds */
    assert_true(ring_first(s.rings[HIGH]) > v.cursor.position);
    v.begun = false; /* sound of before has left, too */
    drain(&v, &s);
    assert_true(v.lost_pictures > 200);
    assert_int_equal(v.picture, 379);
    studio_close(&s);
}

static void sound_alone_and_back(void **state)
{
    struct studio s;
    struct checked v;
    studio_open(&s);
    produce(&s, 60);
    checked_open(&v, SOUND);
    drain(&v, &s);
    assert_int_equal(v.picture, -1);
    v.cursor.wanted = HIGH;
    produce(&s, 1);
    drain(&v, &s);
    assert_int_equal(v.picture, 60); /* a picture at once */
    v.cursor.wanted = SOUND;
    produce(&s, 30);
    drain(&v, &s);
    assert_int_equal(v.picture, 60);
    v.cursor.wanted = LOW;
    produce(&s, 30);
    drain(&v, &s);
    assert_int_equal(v.picture, 120);
    assert_int_equal(v.sound, s.sound);
    studio_close(&s);
}

static void a_missing_ring_is_nothing(void **state)
{
    struct cursor c;
    struct cursor_rings none = {.audio = 0};
    cursor_init(&c, HIGH);
    assert_null(cursor_peek(&c, &none));
    assert_false(cursor_jump(&c, &none));
    assert_int_equal(cursor_behind_us(&c, &none), 0);
    cursor_init(&c, 0);
    c.wanted = 5;
    assert_null(cursor_peek(&c, &none));
}

/* Whatever is asked of it, and however slow it is: no hole in the sound, no picture out of order.
 */
static void at_random_it_stays_whole(void **state)
{
    uint32_t random = 12345;
    for (int round = 0; round < 50; round++) {
        struct studio s;
        struct checked v;
        studio_open(&s);
        checked_open(&v, round % 2 ? HIGH : LOW);
        for (int step = 0; step < 600; step++) {
            random = random * 1664525 + 1013904223;
            unsigned choice = random >> 24;
            if (choice < 200)
                produce(&s, 1 + choice % 3);
            if (choice % 4 != 0)
                for (unsigned i = 0; i < choice % 9; i++)
                    take(&v, &s);
            if (choice == 201)
                v.cursor.wanted = v.cursor.track == HIGH ? LOW : HIGH;
            if (choice == 202)
                v.cursor.wanted = SOUND;
            if (choice == 203)
                cursor_jump(&v.cursor, &s.view);
            if (cursor_behind_us(&v.cursor, &s.view) > 8000000)
                drain(&v, &s);
        }
        v.cursor.wanted = HIGH;
        produce(&s, 60);
        drain(&v, &s);
        assert_int_equal(v.picture, s.frame - 1);
        assert_int_equal(v.sound, s.sound);
        studio_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_a_first_keyframe),
        cmocka_unit_test(begins_at_the_newest_keyframe),
        cmocka_unit_test(goes_over_at_a_keyframe_without_loss),
        cmocka_unit_test(goes_over_at_the_live_edge),
        cmocka_unit_test(goes_over_between_unlike_keyframes),
        cmocka_unit_test(a_dead_rendition_is_not_waited_for),
        cmocka_unit_test(goes_over_where_it_is),
        cmocka_unit_test(jumps_and_keeps_the_sound),
        cmocka_unit_test(jumps_when_the_ring_has_left_it_behind),
        cmocka_unit_test(sound_alone_and_back),
        cmocka_unit_test(a_missing_ring_is_nothing),
        cmocka_unit_test(at_random_it_stays_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
