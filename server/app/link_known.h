/* What the running server knows of a meeting that links are made for. Blocks. */
#ifndef MECLIS_APP_LINK_KNOWN_H
#define MECLIS_APP_LINK_KNOWN_H

#include "app/guests.h"
#include "app/tool_server.h"
#include "protocol/tool_message.h"

struct known_person {
    uint64_t person;
    char name[TEXT_NAME], kind[32], organisation[TEXT_NAME];
    bool has_link;
    bool planned; /* for whoever plans: is to get one */
};

/* As many as a meeting's roster holds, and their links. */
struct link_known {
    char title[TOOL_WORDS];
    enum language language;
    size_t count, room;
    struct known_person *people; /* owned */
    bool prints;                 /* links are printed as they are read */
    int error;
};

/* Returns 0, or a tool's status having complained. */
int link_known_learn(struct link_known *k, struct tool_server *s, const char *meeting);
void link_known_finish(struct link_known *k);

/* Who of the roster it is; *ret is NULL where nobody is yet. Returns NULL, or what is wrong: the
 * number is nobody's or somebody else's, or several are called so. */
const char *link_known_find(const struct link_known *k, const struct guest *g,
                            struct known_person **ret);

#endif
