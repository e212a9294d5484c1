/* The demo's sample people and agenda: plainly invented, said as commands like anybody's. */
#ifndef MECLIS_APP_DEMO_PEOPLE_H
#define MECLIS_APP_DEMO_PEOPLE_H

#include "app/config.h"

/* Says what makes the meeting one that is going on. `say` returns the number of the first event, 0
 * where it was refused. */
void demo_people_come(const struct config_meeting *config,
                      uint64_t (*say)(void *ctx, const char *verb, const void *args), void *ctx);

#endif
