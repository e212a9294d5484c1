#include "app/link_letters.h"

#include "app/config.h"
#include "app/mail.h"
#include "app/slips.h"
#include "app/tools.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_BYTES (64u << 20)

/* Who has them may come in: never over another file, never for others to read. */
static int write_out(const char *path, struct buf *out)
{
    const char *text = buf_text(out);
    if (!text)
        return tool_complain("%s", strerror(-out->error));
    if (!path)
        return fwrite(text, 1, out->size, stdout) == out->size
                   ? 0
                   : tool_complain("%s", strerror(errno));
    int r = io_replace_file(path, text, out->size, 0600);
    return r < 0 ? tool_complain("%s: %s", path, strerror(-r)) : 0;
}

int link_letters_table(const struct link_letters *l, const char *path)
{
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    buf_add_str(&out, "ad,e-posta,bağlantı\r\n");
    for (size_t i = 0; i < l->count; i++) {
        const struct link_letter *letter = &l->list[i];
        csv_print(&out, letter->guest->is.name);
        buf_add_str(&out, ",");
        csv_print(&out, letter->guest->mail);
        buf_addf(&out, ",%s\r\n", letter->address);
    }
    return write_out(path, &out);
}

int link_letters_print(const struct link_letters *l, const char *path)
{
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    slips_begin(&out);
    for (size_t i = 0; i < l->count; i++) {
        const struct slip slip = {
            .name = l->list[i].guest->is.name, .meeting = l->title, .address = l->list[i].address};
        if (slip.address[0])
            slips_add(&out, &slip);
    }
    slips_end(&out);
    return write_out(path, &out);
}

static void write_body(struct buf *out, const struct link_letters *l, const struct link_letter *to)
{
    buf_addf(out,
             "Sayın %s,\n\n"
             "“%s” toplantısına kişisel bağlantınızla katılabilirsiniz:\n\n%s\n\n"
             "Bağlantıyı telefonunuzda ya da bilgisayarınızda açmanız yeter. Yalnız sizindir; "
             "kimseyle paylaşmayın. Toplantı bitince geçersiz olur.\n\n"
             "--\n\n"
             "You may take part in “%s” by your personal link above. It is yours alone; share it "
             "with nobody. It ends with the meeting.\n",
             to->guest->is.name, l->title, to->address, l->title);
}

static int send_one(struct mail *mail, const struct config *c, const struct link_letters *l,
                    const struct link_letter *to, char ret_reason[MAIL_REASON])
{
    char id[33], subject[700];
    cleanup_buf struct buf body;
    buf_init(&body, 1u << 16);
    write_body(&body, l, to);
    snprintf(subject, sizeof subject, "Kişisel bağlantınız: %s", l->title);
    const char *text = buf_text(&body);
    int r = text ? id_random_hex(id, sizeof id) : body.error;
    const struct mail_text message = {.from = c->smtp_from,
                                      .to = to->guest->mail,
                                      .name = to->guest->is.name,
                                      .subject = subject,
                                      .body = text,
                                      .at_utc_us = clock_utc_us(),
                                      .id = id};
    snprintf(ret_reason, MAIL_REASON, "%s", strerror(-r));
    return r < 0 ? r : mail_send(mail, &message, ret_reason);
}

static int send_all(struct mail *mail, const struct config *c, const struct link_letters *l)
{
    int sent = 0, failed = 0;
    char reason[MAIL_REASON];
    for (size_t i = 0; i < l->count; i++) {
        const struct link_letter *to = &l->list[i];
        if (!to->address[0] || !to->guest->mail[0])
            continue;
        int r = send_one(mail, c, l, to, reason);
        sent += r == 0;
        failed += r < 0;
        if (r < 0)
            tool_complain("satır / line %d: %s: gönderilemedi / not sent: %s", to->guest->line,
                          to->guest->mail, reason);
    }
    fprintf(stderr, "%d mektup gönderildi / mails sent\n", sent);
    return failed ? TOOL_WRONG : 0;
}

int link_letters_mail(const struct link_letters *l, const char *config)
{
    cleanup(config_free_p) struct config *c = NULL;
    cleanup(mail_close_p) struct mail *mail = NULL;
    char reason[CONFIG_REASON], why[MAIL_REASON];
    int r = config_load(config, &c, reason);
    if (r < 0)
        return tool_complain("%s", reason);
    if (!c->smtp_url[0])
        return tool_complain("smtp_url ayarlanmamış (--config?) / is not set");
    const struct mail_settings settings = {
        .url = c->smtp_url, .user = c->smtp_user, .password_file = c->smtp_password_file};
    r = mail_open(&settings, &mail, why);
    return r < 0 ? tool_complain("%s", why) : send_all(mail, c, l);
}
