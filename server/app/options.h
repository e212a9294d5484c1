/* The command line. */
#ifndef MECLIS_APP_OPTIONS_H
#define MECLIS_APP_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *listen, *data, *config; /* NULL: not given; borrowed from argv */
    bool demo, check_config, print_config, help, version;
};

/* Returns 0, or -EINVAL with a sentence for people. */
int options_parse(int argc, char *const argv[], struct options *ret, char ret_reason[256]);

extern const char options_help[];

#endif
