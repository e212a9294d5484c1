/* meclis backup, meclis restore. */
#include "app/tools.h"
#include "store/backup.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "meclis backup DOSYA [--data KLASÖR]\n"
    "  Sunucu çalışırken de: kayıt, hesaplar, anahtarlar tek dosyaya / also while the server "
    "runs:\n"
    "  the log, accounts and keys into one file\n"
    "meclis restore DOSYA [--data KLASÖR] [--force]\n"
    "  Boş klasöre; --force: doluysa eskiler AD.before-restore olur / into an empty folder; with\n"
    "  --force what is there becomes NAME.before-restore\n";

struct wanted {
    const char *file, *data;
    bool force;
};

static bool parse(int argc, char *argv[], struct wanted *w)
{
    for (int i = 1; i < argc; i++) {
        int r = tool_option(argc, argv, &i, "--data", &w->data);
        if (r < 0)
            return false;
        if (r == 0 && strcmp(argv[i], "--force") == 0)
            w->force = true;
        else if (r == 0 && argv[i][0] != '-' && !w->file)
            w->file = argv[i];
        else if (r == 0)
            return false;
    }
    return w->file != NULL;
}

int tool_backup(int argc, char *argv[])
{
    struct wanted w = {.data = "./meclis-data"};
    char reason[BACKUP_REASON];
    if (!parse(argc, argv, &w) || w.force) {
        fputs(help, stderr);
        return TOOL_FAILED;
    }
    if (backup_write(w.data, w.file, reason) < 0)
        return tool_complain("%s", reason);
    printf("%s: yedek alındı, zincirler sağlam / backed up, the chains hold\n", w.file);
    return 0;
}

int tool_restore(int argc, char *argv[])
{
    struct wanted w = {.data = "./meclis-data"};
    char reason[BACKUP_REASON];
    if (!parse(argc, argv, &w)) {
        fputs(help, stderr);
        return TOOL_FAILED;
    }
    if (backup_restore(w.file, w.data, w.force, reason) < 0)
        return tool_complain("%s", reason);
    printf("%s: geri yüklendi / restored\n", w.data);
    return 0;
}
