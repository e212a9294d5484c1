/* meclis fsck. */
#include "app/tools.h"
#include "archive/fsck.h"
#include "base/id.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "meclis fsck [TOPLANTI…] [--data KLASÖR] [--dry-run]\n"
    "  Kayıtları denetler ve onarır; hiçbiri verilmezse hepsini. Yayındakine dokunmaz. --dry-run:\n"
    "  yalnızca söyler / checks recordings and mends them, all where none is named; leaves alone\n"
    "  what is on air; --dry-run only tells. 0: sağlam / sound, 1: bozukluk vardı / was damaged,\n"
    "  2: yapılamadı / could not be done\n";

struct wanted {
    const char *data;
    bool dry;
    int count;
    char **ids; /* borrowed */
};

struct telling {
    const char *id;
    bool dry, wrong, failed;
};

static void tell(void *ctx, const struct track *track, int error, const struct fsck_found *f)
{
    struct telling *t = ctx;
    if (error < 0) {
        tool_complain("%s/%s: %s", t->id, track->name, strerror(-error));
        return;
    }
    if (!fsck_is_wrong(f)) {
        printf("%s/%s: sağlam, %" PRIu64 " parça / sound, %" PRIu64 " records\n", t->id,
               track->name, f->kept, f->kept);
        return;
    }
    t->wrong = true;
    printf("%s/%s: %s\n", t->id, track->name, t->dry ? "bozuk / damaged" : "onarıldı / mended");
    const struct {
        uint64_t count;
        const char *what;
    } lines[] = {
        {f->rebuilt, "parça dizine eklendi / whole fragments that the index did not have"},
        {f->bad, "okunamayan dizin girdisi / index records that can't be read"},
        {f->lost, "yeri boş dizin girdisi / index records of fragments that are not there"},
        {f->torn, "bayt, yarım dizin girdisi / bytes of half an index record"},
        {f->half, "bayt, sonda yarım parça / bytes of half a fragment at the end"},
        {f->strange, "bayt, arada tanınmayan / bytes in between that are no fragment"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (lines[i].count)
            printf("  %" PRIu64 " %s\n", lines[i].count, lines[i].what);
    if (f->init_from)
        printf("  %s.init-%" PRIu32 ".mp4 yok ya da bozuk, onarılamaz / is missing or damaged, "
               "which can't be mended\n",
               track->name, f->init_from);
}

static void tell_leftover(void *ctx, const char *name, uint64_t bytes, int error)
{
    struct telling *t = ctx;
    if (error < 0) {
        t->failed = true;
        tool_complain("%s/%s: %s", t->id, name, strerror(-error));
        return;
    }
    t->wrong = true;
    printf("%s/%s: %s, %" PRIu64 " %s\n", t->id, name,
           t->dry ? "yarım kalmış dosya / half-written file"
                  : "yarım kalmış dosya silindi / half-written file removed",
           bytes, "bayt / bytes");
}

/* Returns 0, TOOL_WRONG or TOOL_FAILED. */
static int check_one(const struct wanted *w, const char *id)
{
    char folder[PATH_MAX];
    struct telling t = {.id = id, .dry = w->dry};
    if (!id_valid(id) ||
        snprintf(folder, sizeof folder, "%s/recordings/%s", w->data, id) >= (int)sizeof folder)
        return tool_complain("%s: böyle bir toplantı olamaz / no meeting's name", id);
    const struct fsck_teller teller = {.track = tell, .leftover = tell_leftover, .ctx = &t};
    int r = fsck_recording(folder, !w->dry, &teller);
    if (r == -EBUSY) {
        printf("%s: yayında, atlandı / on air, left out\n", id);
        return 0;
    }
    if (r == -ENOENT)
        return tool_complain("%s: kaydı yok / has no recording", id);
    if (r < 0)
        return tool_complain("%s: %s", id, strerror(-r));
    if (t.failed)
        return TOOL_FAILED;
    return t.wrong ? TOOL_WRONG : 0;
}

static int by_name(const struct dirent *e)
{
    return id_valid(e->d_name);
}

static int check_all(const struct wanted *w)
{
    char path[PATH_MAX];
    struct dirent **list = NULL;
    int worst = 0;
    snprintf(path, sizeof path, "%s/recordings", w->data);
    int count = scandir(path, &list, by_name, alphasort);
    if (count < 0)
        return tool_complain("%s: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        int r = check_one(w, list[i]->d_name);
        worst = r > worst ? r : worst;
        free(list[i]);
    }
    free(list);
    return worst;
}

static bool parse(int argc, char *argv[], struct wanted *w)
{
    for (int i = 1; i < argc; i++) {
        int r = tool_option(argc, argv, &i, "--data", &w->data);
        if (r < 0)
            return false;
        if (r == 0 && strcmp(argv[i], "--dry-run") == 0)
            w->dry = true;
        else if (r == 0 && argv[i][0] != '-')
            w->ids[w->count++] = argv[i];
        else if (r == 0)
            return false;
    }
    return true;
}

int tool_fsck(int argc, char *argv[])
{
    struct wanted w = {.data = "./meclis-data", .ids = argv}; /* behind what is being read */
    if (!parse(argc, argv, &w)) {
        fputs(help, stderr);
        return TOOL_FAILED;
    }
    int worst = w.count ? 0 : check_all(&w);
    for (int i = 0; i < w.count; i++) {
        int r = check_one(&w, w.ids[i]);
        worst = r > worst ? r : worst;
    }
    return worst;
}
