/* Where the program's own files are: beside the executable, installed or in the build tree. */
#ifndef MECLIS_APP_PATHS_H
#define MECLIS_APP_PATHS_H

#include <limits.h>

struct paths {
    char worker[PATH_MAX];      /* meclis-pipeline */
    char web[PATH_MAX];         /* the built pages; "" where there are none */
    char demo_config[PATH_MAX]; /* demo.conf */
};

/* Returns 0, or -ENOENT with a sentence for people. */
int paths_find(struct paths *ret, char ret_reason[256]);

#endif
