/* A whole agenda taken over at once: all of it is on the log, or nothing. Core thread. */
#ifndef MECLIS_APP_AGENDA_IMPORT_H
#define MECLIS_APP_AGENDA_IMPORT_H

#include "app/identity.h"
#include "protocol/agenda_file.h"
#include "protocol/meeting_refusal.h"

struct hall;

struct agenda_imported {
    uint64_t first_seq, last_seq; /* where it was accepted */
    enum meeting_refusal refused; /* by the meeting */
    size_t item;                  /* which of the file's, then */
    enum refusal failed;          /* by anything else */
};

/* Each item as that person's agenda.add, in the file's order. The key counts as a command's: said
 * again, what came of it the first time is told. Outside of any batch. */
void agenda_import_file(struct hall *h, const struct principal *who, const char *key,
                        const struct agenda_file *file, struct agenda_imported *ret);

#endif
