/* Why a request was refused: a stable code for programs, a sentence for people. */
#ifndef MECLIS_PROTOCOL_REFUSAL_H
#define MECLIS_PROTOCOL_REFUSAL_H

#include "base/bytes.h"
#include "protocol/language.h"

enum refusal {
    REFUSAL_ACCOUNT_EXISTS = 1,
    REFUSAL_BAD_REQUEST,
    REFUSAL_BAD_TEXT,
    REFUSAL_BALLOT_LOST,
    REFUSAL_BUSY,
    REFUSAL_DISK_FULL,
    REFUSAL_DUPLICATE_MEMBER,
    REFUSAL_ENDED,
    REFUSAL_EXISTS,
    REFUSAL_FORBIDDEN,
    REFUSAL_FOREIGN_ORIGIN,
    REFUSAL_HELLO_FIRST,
    REFUSAL_GATE,
    REFUSAL_INTERNAL,
    REFUSAL_METHOD,
    REFUSAL_MISSING_MEMBER,
    REFUSAL_NEEDS_HTTPS,
    REFUSAL_NOT_AVAILABLE,
    REFUSAL_NOT_CSV,
    REFUSAL_NOT_FOUND,
    REFUSAL_NOT_JSON,
    REFUSAL_NOT_LIVE,
    REFUSAL_NOT_PERMITTED,
    REFUSAL_NO_RECORDING,
    REFUSAL_OUT_OF_RANGE,
    REFUSAL_STORE,
    REFUSAL_TOO_DEEP,
    REFUSAL_TOO_FAST,
    REFUSAL_TOO_LONG,
    REFUSAL_TOO_MANY_MEETINGS,
    REFUSAL_UNAUTHORIZED,
    REFUSAL_UNKNOWN_ACTION,
    REFUSAL_UNKNOWN_COMMAND,
    REFUSAL_UNKNOWN_MEMBER,
    REFUSAL_UNKNOWN_SOURCE,
    REFUSAL_UNKNOWN_TYPE,
    REFUSAL_UNKNOWN_VALUE,
    REFUSAL_WEAK_PASSWORD,
    REFUSAL_VERSION,
    REFUSAL_WRONG_TYPE,
};

int refusal_status(enum refusal refusal);       /* of HTTP */
const char *refusal_code(enum refusal refusal); /* "not_found" */
const char *refusal_message(enum refusal refusal, enum language language);

/* {"error":{"code","message"}}; returned owned, NULL without memory. */
struct bytes *refusal_print(enum refusal refusal, enum language language);

/* The same of a refusal that is not of this list: the meeting's own. */
struct bytes *refusal_print_words(const char *code, const char *message);

#endif
