/* The reader's language: Turkish where nothing better is asked for. */
#ifndef MECLIS_PROTOCOL_LANGUAGE_H
#define MECLIS_PROTOCOL_LANGUAGE_H

enum language { LANGUAGE_TURKISH = 1, LANGUAGE_ENGLISH };

/* Chooses from the header Accept-Language (RFC 9110, 12.5.4); "" or nonsense: Turkish. */
enum language language_from_accept(const char *accept_language);

const char *language_code(enum language language);

#endif
