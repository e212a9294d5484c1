#include "core_house.h"

#include "../cmocka_all.h"
#include "base/log.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void open_house(struct house *x)
{
    char reason[CONFIG_REASON];
    const struct core_settings settings = {
        .config = x->config, .data = x->data, .worker_program = "/nonexistent"};
    assert_int_equal(core_create(&settings, &x->core, reason), 0);
    x->hall = core_find(x->core, "deneme")->hall;
}

int house_set_up(void **state)
{
    struct house *x = calloc(1, sizeof *x);
    char path[128], reason[CONFIG_REASON];
    strcpy(x->data, "/tmp/meclis-batch-XXXXXX");
    assert_non_null(mkdtemp(x->data));
    snprintf(path, sizeof path, "%s/conf", x->data);
    FILE *f = fopen(path, "w");
    fputs("rooms = ( { id = \"salon\"; title = \"Örnek Salon\"; sources = ( { id = \"kart\"; "
          "kind = \"test\"; } ); } );"
          "meetings = ( { id = \"deneme\"; title = \"Örnek\"; sources = ( { id = \"t\"; kind = "
          "\"test\"; } ); } );",
          f);
    fclose(f);
    snprintf(path, sizeof path, "%s/run", x->data);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/run/rtmp", x->data);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/conf", x->data);
    assert_int_equal(config_load(path, &x->config, reason), 0);
    log_set_level(LOG_LEVEL_ERROR);
    open_house(x);
    *state = x;
    return 0;
}

void house_reopen(struct house *x)
{
    core_destroy(x->core);
    open_house(x);
    memset(&x->said, 0, sizeof x->said);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    return remove(path);
}

int house_tear_down(void **state)
{
    struct house *x = *state;
    core_destroy(x->core);
    config_free(x->config);
    nftw(x->data, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(x);
    return 0;
}

static void hear(void *ctx, const char *id, const struct batch_answer *a)
{
    struct said *s = ctx;
    int i = s->count++;
    s->accepted[i] = a->accepted;
    s->first[i] = a->first_seq;
    s->last[i] = a->last_seq;
    snprintf(s->code[i], sizeof s->code[i], "%s", a->accepted ? "" : a->code);
    assert_true(a->accepted || a->message[0]);
}

const struct principal house_clerk = {.text = "clerk", .roles = ROLE_CLERK, .in_hall = true};

void house_say_as(struct house *x, const struct principal *who, const char *id, const char *verb,
                  const void *args)
{
    struct client_message *m = calloc(1, sizeof *m);
    m->kind = CLIENT_COMMAND;
    m->command.verb = verb_find(verb);
    snprintf(m->id, sizeof m->id, "%s", id);
    if (args)
        memcpy(m->command.args, args, m->command.verb->args->size);
    batch_add(x->core->batch, x->hall, m, who, LANGUAGE_TURKISH, hear, &x->said);
    free(m);
}

void house_say(struct house *x, const char *id, const char *verb, const void *args)
{
    house_say_as(x, &house_clerk, id, verb, args);
}

void house_run(struct house *x)
{
    batch_run(x->core->batch);
}
