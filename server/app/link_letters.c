#include "app/link_letters.h"

#include "app/config.h"
#include "app/mail.h"
#include "app/slips.h"
#include "app/tools.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MAX_BYTES (1u << 20) /* of one person's part */
#define MAX_LOST 3           /* mails in a row, then the mail server is left alone */

struct link_letters {
    struct link_letters_wish wish;
    int table, slips;      /* descriptors; -1: none */
    bool titled;           /* standard output has the columns' names */
    struct config *config; /* owned; NULL: no mail */
    struct mail *mail;
    int sent, failed;
    int lost; /* in a row, the mail server not answering */
};

static void finish(struct link_letters *l)
{
    if (l->table >= 0)
        close(l->table);
    if (l->slips >= 0)
        close(l->slips);
    mail_close(l->mail);
    config_free(l->config);
    free(l);
}

/* ---- files ---- */

/* Returns 0 or a negative errno. */
static int put(int fd, struct buf *out)
{
    const char *text = buf_text(out);
    int r = text ? io_write_all(fd, text, out->size) : out->error;
    return r == 0 && fsync(fd) < 0 ? -errno : r;
}

static int make_file(const char *path, int *ret)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EEXIST)
        return tool_complain(
            "%s: bu dosya zaten var, üstüne yazılmaz / is there already and is not "
            "written over",
            path);
    if (fd < 0)
        return tool_complain("%s: %s", path, strerror(errno));
    *ret = fd;
    return 0;
}

static void add_titles(struct buf *out, char separator)
{
    buf_addf(out, "ad%ctür%ce-posta%cbağlantı\r\n", separator, separator, separator);
}

static int begin_files(struct link_letters *l)
{
    cleanup_buf struct buf table, slips;
    buf_init(&table, MAX_BYTES);
    buf_init(&slips, MAX_BYTES);
    int r = l->wish.table ? make_file(l->wish.table, &l->table) : 0;
    if (r == 0 && l->wish.slips)
        r = make_file(l->wish.slips, &l->slips);
    if (r)
        return r;
    buf_add_str(&table, "\xef\xbb\xbf"); /* spreadsheets take it for UTF-8 only so */
    add_titles(&table, l->wish.separator);
    slips_begin(&slips);
    r = l->table >= 0 ? put(l->table, &table) : 0;
    if (r == 0 && l->slips >= 0)
        r = put(l->slips, &slips);
    return r < 0 ? tool_complain("%s", strerror(-r)) : 0;
}

static void add_row(struct buf *out, char separator, const struct guest *g, const char *address)
{
    csv_print(out, g->is.name);
    buf_addf(out, "%c%s%c", separator, person_kind_names[g->is.kind - 1], separator);
    csv_print(out, g->mail);
    buf_addf(out, "%c%s\r\n", separator, address);
}

/* What is in no file. Returns 0 or TOOL_FAILED. */
static int show(struct link_letters *l, const struct guest *g, const char *address)
{
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    if (!l->titled)
        add_titles(&out, l->wish.separator);
    l->titled = true;
    add_row(&out, l->wish.separator, g, address);
    const char *text = buf_text(&out);
    bool shown = text && fwrite(text, 1, out.size, stdout) == out.size && fflush(stdout) == 0;
    if (text)
        explicit_bzero(out.data, out.size);
    return shown ? 0 : tool_complain("%s: %s", g->is.name, strerror(errno));
}

static int write_down(struct link_letters *l, const struct guest *g, const char *address)
{
    cleanup_buf struct buf row, paper;
    const struct slip slip = {.name = g->is.name, .meeting = l->wish.title, .address = address};
    buf_init(&row, MAX_BYTES);
    buf_init(&paper, MAX_BYTES);
    add_row(&row, l->wish.separator, g, address);
    slips_add(&paper, &slip);
    int r = l->table >= 0 ? put(l->table, &row) : 0;
    if (r == 0 && l->slips >= 0)
        r = put(l->slips, &paper);
    if (row.data)
        explicit_bzero(row.data, row.size);
    if (paper.data)
        explicit_bzero(paper.data, paper.size);
    return r;
}

/* ---- mail ---- */

static int begin_mail(struct link_letters *l)
{
    char reason[CONFIG_REASON], why[MAIL_REASON];
    int r = config_load(l->wish.config, &l->config, reason);
    if (r < 0)
        return tool_complain("%s", reason);
    const struct config *c = l->config;
    if (!c->smtp_url[0])
        return tool_complain("%s: smtp_url ayarlanmamış / is not set", l->wish.config);
    const struct mail_settings settings = {.url = c->smtp_url,
                                           .user = c->smtp_user,
                                           .password_file = c->smtp_password_file,
                                           .seconds = (int)c->smtp_seconds};
    r = mail_open(&settings, &l->mail, why);
    if (r == 0)
        r = mail_check(l->mail, why);
    return r < 0 ? tool_complain("%s: posta sunucusu: hiçbir bağlantı yapılmadı / the mail server: "
                                 "no link was made: %s",
                                 c->smtp_url, why)
                 : 0;
}

/* With the other language in a line below: not everybody reads the meeting's. */
static void write_body(struct buf *out, const struct link_letters *l, const char *name,
                       const char *address)
{
    const char *title = l->wish.title;
    if (l->wish.language == LANGUAGE_ENGLISH)
        buf_addf(out,
                 "Dear %s,\n\n"
                 "you may take part in the meeting “%s” by your personal link:\n\n%s\n\n"
                 "Opening it on your telephone or computer is enough. It is yours alone; share it "
                 "with nobody. It ends with the meeting.\n\n"
                 "--\n\n"
                 "“%s” toplantısına yukarıdaki kişisel bağlantınızla katılabilirsiniz. Yalnız "
                 "sizindir; kimseyle paylaşmayın. Toplantı bitince geçersiz olur.\n",
                 name, title, address, title);
    else
        buf_addf(out,
                 "Sayın %s,\n\n"
                 "“%s” toplantısına kişisel bağlantınızla katılabilirsiniz:\n\n%s\n\n"
                 "Bağlantıyı telefonunuzda ya da bilgisayarınızda açmanız yeter. Yalnız sizindir; "
                 "kimseyle paylaşmayın. Toplantı bitince geçersiz olur.\n\n"
                 "--\n\n"
                 "You may take part in “%s” by your personal link above. It is yours alone; share "
                 "it with nobody. It ends with the meeting.\n",
                 name, title, address, title);
}

static int send_one(struct link_letters *l, const struct guest *g, const char *address,
                    char ret_reason[MAIL_REASON])
{
    char id[33], subject[700];
    cleanup_buf struct buf body;
    buf_init(&body, 1u << 16);
    write_body(&body, l, g->is.name, address);
    bool english = l->wish.language == LANGUAGE_ENGLISH;
    snprintf(subject, sizeof subject, "%s: %s",
             english ? "Your personal link" : "Kişisel bağlantınız", l->wish.title);
    const char *text = buf_text(&body);
    int r = text ? id_random_hex(id, sizeof id) : body.error;
    const struct mail_text message = {.from = l->config->smtp_from,
                                      .to = g->mail,
                                      .name = g->is.name,
                                      .subject = subject,
                                      .body = text,
                                      .at_utc_us = clock_utc_us(),
                                      .id = id};
    snprintf(ret_reason, MAIL_REASON, "%s", strerror(-r));
    r = r < 0 ? r : mail_send(l->mail, &message, ret_reason);
    if (body.data)
        explicit_bzero(body.data, body.size);
    return r;
}

/* Returns whether it went. */
static bool post(struct link_letters *l, const struct guest *g, const char *address)
{
    char reason[MAIL_REASON] =
        "posta sunucusu yanıt vermediği için denenmedi / not tried, the mail "
        "server does not answer";
    if (!g->mail[0])
        snprintf(reason, sizeof reason, "e-posta adresi yok / no mail address");
    int r = g->mail[0] && l->lost < MAX_LOST ? send_one(l, g, address, reason) : -EINVAL;
    if (g->mail[0] && l->lost < MAX_LOST)
        l->lost = r == -ENOTCONN ? l->lost + 1 : 0;
    l->sent += r == 0;
    l->failed += r < 0;
    if (r < 0)
        tool_complain("satır / line %d: %s %s: gönderilemedi / not sent: %s", g->line, g->is.name,
                      g->mail, reason);
    return r == 0;
}

/* ---- all of it ---- */

int link_letters_begin(const struct link_letters_wish *wish, struct link_letters **ret)
{
    struct link_letters *l = calloc(1, sizeof *l);
    if (!l)
        return tool_complain("%s", strerror(ENOMEM));
    l->wish = *wish;
    l->table = l->slips = -1;
    int r = wish->config ? begin_mail(l) : 0;
    if (r == 0)
        r = begin_files(l);
    if (r == 0) {
        *ret = l;
        return 0;
    }
    if (l->table >= 0)
        unlink(wish->table);
    if (l->slips >= 0)
        unlink(wish->slips);
    finish(l);
    return r;
}

int link_letters_add(struct link_letters *l, const struct guest *guest, const char *address)
{
    int r = write_down(l, guest, address);
    bool kept = r == 0 && (l->table >= 0 || l->slips >= 0);
    bool sent = l->mail && post(l, guest, address);
    if (r < 0)
        tool_complain("satır / line %d: %s: yazılamadı / not written: %s", guest->line,
                      guest->is.name, strerror(-r));
    int shown = kept || sent ? 0 : show(l, guest, address);
    return r < 0 ? TOOL_FAILED : shown;
}

int link_letters_end(struct link_letters *l)
{
    if (!l)
        return 0;
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    slips_end(&out);
    int r = l->slips >= 0 ? put(l->slips, &out) : 0, failed = l->failed;
    if (l->mail)
        fprintf(stderr, "%d mektup gönderildi / mails sent\n", l->sent);
    if (r < 0)
        tool_complain("%s: %s", l->wish.slips, strerror(-r));
    finish(l);
    return r < 0 ? TOOL_FAILED : failed ? TOOL_WRONG : 0;
}
