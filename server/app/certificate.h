/* Notices that the files of certificate and key have changed: what renews them (certbot) does not
 * know of us. By what stat() tells, through links, so that a file put in another's place, a link
 * that points elsewhere and a whole folder exchanged are seen alike. One thread. */
#ifndef MECLIS_APP_CERTIFICATE_H
#define MECLIS_APP_CERTIFICATE_H

#include <stdbool.h>
#include <sys/stat.h>

/* Between two looks. */
#define CERTIFICATE_LOOK_SECONDS 2

struct certificate {
    const char *files[2]; /* borrowed; NULL: there is none to watch */
    struct certificate_print {
        int error; /* of stat(): 0, or an errno */
        dev_t device;
        ino_t number;
        off_t size;
        struct timespec written, changed;
    } taken[2], seen[2]; /* when they were last to be read; at the last look */
};

/* As they are now they count as read: to be called before they are. */
void certificate_init(struct certificate *c, const char *certificate, const char *key);

/* Whether they are to be read again: they are others than when they were last read, and have stayed
 * so since the look before, for who renews them writes one after the other. Said once for each
 * change, whatever comes of reading them. */
bool certificate_look(struct certificate *c);

#endif
