/* What `meclis NAME …` does besides serving: one function each, in one alphabetical table. */
#ifndef MECLIS_APP_TOOLS_H
#define MECLIS_APP_TOOLS_H

struct tool {
    const char *name;
    /* The arguments begin with the name. Returns the exit status: 0; 1: what was to be checked is
     * wrong; 2: it could not be done. */
    int (*run)(int argc, char *argv[]);
};

/* NULL where there is no such tool. */
const struct tool *tool_find(const char *name);

int tool_account(int argc, char *argv[]);
int tool_backup(int argc, char *argv[]);
int tool_fsck(int argc, char *argv[]);
int tool_link(int argc, char *argv[]);
int tool_meeting(int argc, char *argv[]);
int tool_mirror(int argc, char *argv[]);
int tool_restore(int argc, char *argv[]);
int tool_top(int argc, char *argv[]);
int tool_verify(int argc, char *argv[]);

/* ---- for the tools ---- */

enum { TOOL_WRONG = 1, TOOL_FAILED };

/* Says it on standard error, with the program's name before. Returns TOOL_FAILED. */
int tool_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Takes `name VALUE` or `name=VALUE` at argv[*at]. Returns 1 having moved *at to its last word, 0
 * where it is another argument, or a negative errno where the value is missing. */
int tool_option(int argc, char *argv[], int *at, const char *name, const char **ret);

#endif
