/* A table of people who are to be let in, and the mail that each would get. */
#include "app/guests.h"
#include "app/mail_text.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

static void count(void *ctx, int line, const char *reason)
{
    require(line >= 1 && reason && *reason);
    ++*(size_t *)ctx;
}

/* Whatever stands in the table, a mail has its own headers alone, and lines as they must be. */
static void check_mail(const struct guest *g)
{
    static const char *const names[] = {"Date: ", "From: ", "To: ", "Subject: ", "Message-ID: "};
    const struct mail_text m = {.from = "a@b",
                                .to = g->mail,
                                .name = g->is.name,
                                .subject = g->is.name,
                                .body = g->is.name,
                                .id = "x"};
    cleanup_buf struct buf out;
    buf_init(&out, 1u << 16);
    require(mail_text_print(&out, &m) == 0);
    const char *line = buf_text(&out);
    for (size_t header = 0; *line != '\r';) {
        const char *end = strstr(line, "\r\n");
        require(end && !memchr(line, '\n', (size_t)(end - line)) && end - line < 998);
        if (*line != ' ' && header < sizeof names / sizeof *names) {
            require(strncmp(line, names[header], strlen(names[header])) == 0);
            header++;
        }
        line = end + 2;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup(csv_free_p) struct csv *table = NULL;
    struct guests g = {0};
    size_t complaints = 0;
    int line;
    const char *reason = NULL;
    if (csv_read(data, size, &table, &line, &reason) < 0) {
        require(!table && line >= 1 && reason);
        return 0;
    }
    if (guests_read(table, &g, count, &complaints) < 0) {
        require(complaints == 1 && !g.list);
        return 0;
    }
    require(g.wrong == complaints && g.count + g.wrong + 1 == csv_count(table));
    for (size_t i = 0; i < g.count; i++) {
        require(g.list[i].is.name[0] && g.list[i].role);
        if (g.list[i].mail[0])
            check_mail(&g.list[i]);
    }
    guests_finish(&g);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "name,role,mail\nA,member,a@b.c\n\"B \"\"C\"\"\",clerk,\n",
        "\xef\xbb\xbf"
        "Ad;Tür;Kişi;Kurum;Alan;E-posta\r\nÖrnek;Temsilci;17;x;imar|çevre;o@r.n\r\nÖ;üye;;;;ö@"
        "r\r\n",
    };
    if (i < 0 || (size_t)i >= sizeof examples / sizeof *examples || strlen(examples[i]) > room)
        return 0;
    memcpy(ret, examples[i], strlen(examples[i]));
    return strlen(examples[i]);
}
