#include "app/paths.h"

#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first of the candidates, relative to the folder, that exists. */
static bool find(const char *folder, const char *const candidates[], char ret[PATH_MAX])
{
    for (; *candidates; candidates++) {
        char path[PATH_MAX], real[PATH_MAX];
        if (snprintf(path, sizeof path, "%s/%s", folder, *candidates) < PATH_MAX &&
            realpath(path, real)) {
            memcpy(ret, real, strlen(real) + 1);
            return true;
        }
    }
    ret[0] = 0;
    return false;
}

int paths_find(struct paths *ret, char ret_reason[256])
{
    /* bin/ of an installed tree, or BUILD/server/app/ */
    static const char *const workers[] = {"meclis-pipeline", "../../pipelines/meclis-pipeline",
                                          NULL};
    static const char *const webs[] = {"../share/meclis/web", "../../../web/dist", NULL};
    static const char *const demos[] = {"../share/meclis/demo.conf", "../../../config/demo.conf",
                                        NULL};
    char self[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size < 0) {
        snprintf(ret_reason, 256, "/proc is not mounted");
        return -ENOENT;
    }
    self[size] = 0;
    const char *folder = dirname(self);
    if (!find(folder, workers, ret->worker)) {
        snprintf(ret_reason, 256, "meclis-pipeline is not beside %.180s/meclis", folder);
        return -ENOENT;
    }
    find(folder, webs, ret->web);
    find(folder, demos, ret->demo_config);
    return 0;
}
