/* What is said while something fails. */
#include "app/agenda_import.h"
#include "faults_stage.h"
#include "meeting/gate.h"
#include "meeting/notice.h"
#include "meeting/question.h"
#include "meeting/vote_args.h"

#include <stdio.h>
#include <string.h>

/* As meeting/broadcast.h has it, which has another struct broadcast than the core. */
struct broadcast_start_args {
    bool record;
};

static const char *id_of(const struct stage *s, const char *what)
{
    static char text[64];
    snprintf(text, sizeof text, "%s-%d", what, s->turn);
    return text;
}

static void nothing(struct stage *s)
{
}

static void run_batch(struct stage *s)
{
    house_run(s->x);
}

static void say_a_mixture(struct stage *s)
{
    struct notice_post notice = {.text = "Örnek duyuru"};
    struct question_submit question = {.text = "Örnek soru?", .name = "Örnek İzleyici"};
    struct principal viewer = {.roles = ROLE_VIEWER};
    snprintf(viewer.text, sizeof viewer.text, "v-%d", s->turn);
    house_say(s->x, id_of(s, "n"), "notice.post", &notice);
    house_say_as(s->x, &viewer, id_of(s, "q"), "question.submit", &question);
    house_say(s->x, id_of(s, "n"), "notice.post", &notice); /* the same, said twice */
    house_say(s->x, id_of(s, "r"), "sitting.announce", NULL);
}

static void open_vote(struct stage *s)
{
    struct vote_begin begin = {
        .subject = "Örnek seçim", .method = VOTE_SECRET_ELECTRONIC, .majority = MAJORITY_ORDINARY};
    house_say(s->x, id_of(s, "o"), "vote.open", &begin);
}

static void have_vote(struct stage *s)
{
    s->x->said.count = 0;
    open_vote(s);
    house_run(s->x);
    assert_true(s->x->said.accepted[0]);
    s->vote = s->x->said.first[0];
}

static void cancel_vote(struct stage *s)
{
    struct vote_cancel cancel = {.vote = s->x->said.first[0], .reason = "Örnek"};
    stage_must(s, id_of(s, "c"), "vote.cancel", &cancel);
}

static void cancel_that_vote(struct stage *s)
{
    struct vote_cancel cancel = {.vote = s->vote, .reason = "Örnek"};
    stage_must(s, id_of(s, "c"), "vote.cancel", &cancel);
}

static void hand_in(struct stage *s)
{
    struct notice_post notice = {.text = "Örnek duyuru"};
    struct vote_hand_in paper = {.vote = s->vote, .choice = CHOICE_FOR};
    house_say(s->x, id_of(s, "n"), "notice.post", &notice);
    house_say_as(s->x, &s->member, id_of(s, "h"), "vote.hand_in", &paper);
}

static void have_paper(struct stage *s)
{
    have_vote(s);
    s->x->said.count = 0;
    hand_in(s);
    house_run(s->x);
    assert_true(s->x->said.accepted[0] && s->x->said.accepted[1]);
}

static void close_vote(struct stage *s)
{
    struct vote_close close = {.vote = s->vote};
    house_say(s->x, id_of(s, "x"), "vote.close", &close);
}

static void close_part(struct stage *s)
{
    struct part_close close = {.number = "2026/1", .document = "Örnek karar", .reason = "Örnek"};
    house_say(s->x, id_of(s, "k"), "part.close", &close);
}

static void open_part(struct stage *s)
{
    struct principal chair = s->member; /* a clerk of the office does not sit in it */
    chair.roles |= ROLE_CHAIR;
    stage_must_as(s, &chair, id_of(s, "a"), "part.open", NULL);
}

static void import_agenda(struct stage *s)
{
    static const char text[] =
        "başlık;tür;not\nÖrnek madde;ihale;\nİkinci;;\"Örnek \"\"not\"\"\"\n";
    struct said *said = &s->x->said;
    struct agenda_file file;
    struct client_wrong wrong = {.code = 0};
    struct agenda_imported done = {.failed = REFUSAL_INTERNAL};
    struct bytes *body = bytes_copy(text, sizeof text - 1);
    if (body && agenda_file_read(body, &file, &wrong) == 0) {
        agenda_import_file(s->x->hall, &house_clerk, id_of(s, "i"), &file, &done);
        agenda_file_finish(&file);
    }
    bytes_unref(body);
    assert_int_equal(done.refused, 0);
    assert_true(wrong.code == 0 || wrong.code == REFUSAL_INTERNAL);
    said->count = 1;
    said->accepted[0] = !done.failed;
    said->first[0] = done.first_seq;
    said->last[0] = done.last_seq;
    snprintf(said->code[0], sizeof said->code[0], "%s",
             done.failed ? refusal_code(done.failed) : "");
}

static void have_broadcast(struct stage *s)
{
    struct broadcast_start_args start = {.record = s->turn % 2 == 0};
    stage_must(s, id_of(s, "b"), "broadcast.start", &start);
}

static void end_broadcast(struct stage *s)
{
    stage_must(s, id_of(s, "e"), "broadcast.stop", NULL);
}

static void start_broadcast(struct stage *s)
{
    struct broadcast_start_args start = {.record = s->turn % 2 == 0};
    house_say(s->x, id_of(s, "g"), "broadcast.start", &start);
}

static void use_the_desk(struct stage *s)
{
    const struct broadcast_start_args on = {true}, record = {s->turn % 2 != 0};
    const char source[TEXT_CODE + 24] = "t"; /* their only members */
    house_say(s->x, id_of(s, "m"), "programme.mute", &on);
    house_say(s->x, id_of(s, "s"), "source.select", source);
    house_say(s->x, id_of(s, "w"), "recording.request", &record);
    house_say(s->x, id_of(s, "t"), "broadcast.stop", NULL);
}

const struct scene scenes[SCENES] = {
    {"a mixture", nothing, say_a_mixture, run_batch, nothing, .commands = 4, .refused = true},
    {"opening a vote", nothing, open_vote, run_batch, cancel_vote, .commands = 1},
    {"papers", have_vote, hand_in, run_batch, cancel_that_vote, .commands = 2, .electronic = true},
    {"counting", have_paper, close_vote, run_batch, nothing, .commands = 1},
    {"closing a part", nothing, close_part, run_batch, open_part, .commands = 1},
    {"going on air", nothing, start_broadcast, run_batch, end_broadcast, .commands = 1},
    {"the desk's switches", have_broadcast, use_the_desk, run_batch, nothing, .commands = 4},
    {"an agenda", nothing, nothing, import_agenda, nothing, .commands = 1, .planned = true},
};
