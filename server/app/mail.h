/* Handing mail in, by SMTP: libcurl's other home. One thread at a time; blocks. */
#ifndef MECLIS_APP_MAIL_H
#define MECLIS_APP_MAIL_H

#include "app/mail_text.h"
#include "base/cleanup.h"

#define MAIL_REASON 256

struct mail;

struct mail_settings {
    const char *url;           /* smtp://HOST:PORT, or smtps:// */
    const char *user;          /* "": none */
    const char *password_file; /* "": none */
    int seconds;               /* for one mail */
};

/* Reads the password. Returns 0 or a negative errno with a reason. */
int mail_open(const struct mail_settings *settings, struct mail **ret,
              char ret_reason[MAIL_REASON]);
void mail_close(struct mail *m);

/* Goes as far as signing in, without a mail. Returns as mail_send(). */
int mail_check(struct mail *m, char ret_reason[MAIL_REASON]);

/* Returns 0 once the other side has taken it; -EINVAL for an address that is none; -EIO where the
 * other side refused it, with what it said; -ENOTCONN where it was not to be reached, hung up, or
 * took too long: whether it has the mail nobody knows then, it may go twice; or -ENOMEM. The reason
 * never holds the password. */
int mail_send(struct mail *m, const struct mail_text *text, char ret_reason[MAIL_REASON]);

DEFINE_CLEANUP(struct mail *, mail_close)

#endif
