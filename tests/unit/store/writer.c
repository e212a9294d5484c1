/* store-writer LOG MEETING COUNT TEXT: appends so many events, a hundred a commit. Every tenth is
 * not public, every seventh has side data. */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

static int add(struct store *s, const char *meeting, const char *text, int i)
{
    char body[256];
    uint64_t seq;
    const struct store_side_draft sides[] = {{"author", "Örnek İzleyici"}, {"text", text}};
    snprintf(body, sizeof body, "{\"v\":1,\"text\":\"%.100s\",\"n\":%d}", text, i);
    const struct store_draft d = {.meeting = meeting,
                                  .at_utc_us = 1700000000000000 + i,
                                  .media_us = i,
                                  .actor = "server",
                                  .type = "sample",
                                  .audience = i % 10 == 9 ? AUDIENCE_CLOSED : AUDIENCE_PUBLIC,
                                  .version = 1,
                                  .body = body,
                                  .sides = sides,
                                  .side_count = i % 7 == 6 ? 2 : 0};
    int r = store_command_begin(s, NULL, NULL);
    if (r == 0)
        r = store_add(s, &d, &seq);
    return r < 0 ? r : store_command_end(s, "");
}

int main(int argc, char *argv[])
{
    char reason[256] = "";
    cleanup(store_close_p) struct store *s = NULL;
    if (argc != 5 || store_open(argv[1], STORE_WRITE, &s, reason) < 0) {
        fprintf(stderr, "store-writer: %s\n", reason);
        return 1;
    }
    long count = strtol(argv[3], NULL, 10);
    int r = 0;
    for (long i = 0; i < count && r == 0; i++) {
        if (i % 100 == 0)
            r = store_begin(s);
        if (r == 0)
            r = add(s, argv[2], argv[4], (int)i);
        if (r == 0 && (i % 100 == 99 || i == count - 1))
            r = store_commit(s);
    }
    return r < 0;
}
