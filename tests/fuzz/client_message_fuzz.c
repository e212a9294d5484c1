/* What a client says on the events socket. */
#include "fuzz.h"
#include "protocol/client_message.h"

#include <stdlib.h>
#include <string.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct client_message m;
    struct client_wrong w = {.code = 0};
    int r = client_message_read(data, size, &m, &w);
    require(memchr(m.id, 0, sizeof m.id) != NULL);
    if (r != 0) {
        require(w.code != 0 && memchr(w.member, 0, sizeof w.member) != NULL);
        require(refusal_code(w.code) != NULL);
        return 0;
    }
    require(m.kind == CLIENT_HELLO || m.kind == CLIENT_PING || m.kind == CLIENT_COMMAND);
    if (m.kind == CLIENT_COMMAND)
        require(m.id[0] && shape_check(m.command.verb->args, m.command.args) == NULL);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "{\"type\":\"hello\",\"v\":1,\"since\":12,\"token\":\"abc\",\"language\":\"tr\"}",
        "{\"type\":\"ping\",\"id\":\"1\"}",
        "{\"type\":\"command\",\"id\":\"k1\",\"name\":\"sitting.describe\",\"args\":"
        "{\"kind\":\"ordinary\",\"title\":\"\\u00d6rnek\",\"starts_utc_us\":1700000000000000}}",
        "{\"type\":\"command\",\"id\":\"k2\",\"name\":\"sitting.pause\",\"args\":{}}",
    };
    if (i < 0 || (size_t)i >= sizeof examples / sizeof *examples || strlen(examples[i]) > room)
        return 0;
    memcpy(ret, examples[i], strlen(examples[i]));
    return strlen(examples[i]);
}
