/* What is answered where: the table of addresses. Net thread. */
#ifndef MECLIS_FRONT_HTTP_H
#define MECLIS_FRONT_HTTP_H

#include "base/id.h"
#include "front/conn.h"

/* Answers the connection's whole request, now or later. */
void http_handle(struct conn *c);

/* Whether the request's body is to be read; when not, it has been answered. */
bool http_wants_body(struct conn *c);

#define HTTP_PATH_BYTES 1024

/* Undoes the path's encoding. Returns whether that can be done. */
bool http_path(const struct conn *c, char ret[HTTP_PATH_BYTES]);

/* "/m/ID", "/ws/ID/media" and so on: the meeting's ID, or "". */
void http_meeting(const char *path, char ret[ID_MAX]);

/* Answers with a text of that type; `headers` are further whole lines, or NULL. */
void http_text(struct conn *c, int status, const char *type, const char *text, const char *headers);

/* Answers with the built page that the path names, or 404. The fillings (FRONT_MAX_FILLINGS,
 * borrowed) are put into its slots; NULL: the page as it was built. `status` is 200, or what is the
 * matter with what the page is of. */
void http_page(struct conn *c, const char *path, int status, const struct front_filling *fillings);

/* Answers with a status and a short text. */
void http_error(struct conn *c, int status);

#endif
