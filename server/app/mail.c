#include "app/mail.h"

#include "base/io.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_MESSAGE (1u << 20)
#define MAX_PASSWORD 256
#define MAX_LINE 300

struct mail {
    CURL *curl;
    char user[256], password[MAX_PASSWORD];
    char said[MAIL_REASON]; /* the first line of the other side's that refuses */
};

/* What is still to be handed in. */
struct upload {
    const struct buf *message;
    size_t sent;
};

static size_t give(char *to, size_t size, size_t count, void *ctx)
{
    struct upload *u = ctx;
    size_t left = u->message->size - u->sent, n = size * count < left ? size * count : left;
    memcpy(to, u->message->data + u->sent, n);
    u->sent += n;
    return n;
}

static size_t leave(char *data, size_t size, size_t count, void *ctx)
{
    return size * count;
}

/* A line of the other side's, as a terminal may show it. After a refusal curl still says QUIT. */
static size_t hear(char *data, size_t size, size_t count, void *ctx)
{
    struct mail *m = ctx;
    bool refuses = size * count > 3 && (data[0] == '4' || data[0] == '5');
    if (!refuses || m->said[0])
        return size * count;
    size_t n = size * count < sizeof m->said - 1 ? size * count : sizeof m->said - 1;
    for (size_t i = 0; i < n; i++)
        m->said[i] = (unsigned char)data[i] < ' ' || data[i] == 127 ? ' ' : data[i];
    while (n > 0 && m->said[n - 1] == ' ')
        n--;
    m->said[n] = 0;
    return size * count;
}

static int read_password(const char *path, char ret[MAX_PASSWORD], char ret_reason[MAIL_REASON])
{
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    int r = path[0] ? io_read_file(path, MAX_PASSWORD - 1, &b) : 0;
    if (r < 0)
        snprintf(ret_reason, MAIL_REASON, "%.180s: %s", path, strerror(-r));
    if (r < 0 || !b)
        return r;
    memcpy(ret, b->data, b->size);
    explicit_bzero(b->data, b->size);
    ret[b->size] = 0;
    ret[strcspn(ret, "\r\n")] = 0;
    return 0;
}

/* Nobody on the way reads what goes to another machine. */
static bool stays_here(const char *url)
{
    static const char *const here[] = {"smtp://127.0.0.1", "smtp://[::1]", "smtp://localhost"};
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
        size_t size = strlen(here[i]);
        if (strncmp(url, here[i], size) == 0 && (!url[size] || url[size] == ':'))
            return true;
    }
    return false;
}

static void set_up(struct mail *m, const struct mail_settings *s)
{
    curl_easy_setopt(m->curl, CURLOPT_URL, s->url);
    curl_easy_setopt(m->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    /* this machine's own mail server has, as Debian sets it up, a certificate that nobody signed */
    bool here = stays_here(s->url);
    curl_easy_setopt(m->curl, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(m->curl, CURLOPT_SSL_VERIFYPEER, here ? 0L : 1L);
    curl_easy_setopt(m->curl, CURLOPT_SSL_VERIFYHOST, here ? 0L : 2L);
    curl_easy_setopt(m->curl, CURLOPT_TIMEOUT, (long)s->seconds);
    curl_easy_setopt(m->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(m->curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(m->curl, CURLOPT_WRITEFUNCTION, leave);
    curl_easy_setopt(m->curl, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(m->curl, CURLOPT_HEADERDATA, m);
    if (m->user[0]) {
        curl_easy_setopt(m->curl, CURLOPT_USERNAME, m->user);
        curl_easy_setopt(m->curl, CURLOPT_PASSWORD, m->password);
    }
}

int mail_open(const struct mail_settings *settings, struct mail **ret, char ret_reason[MAIL_REASON])
{
    cleanup(mail_close_p) struct mail *m = calloc(1, sizeof *m);
    snprintf(ret_reason, MAIL_REASON, "%s", strerror(ENOMEM));
    if (!m || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return -ENOMEM;
    m->curl = curl_easy_init();
    if (!m->curl)
        return -ENOMEM;
    snprintf(m->user, sizeof m->user, "%s", settings->user);
    int r = read_password(settings->password_file, m->password, ret_reason);
    if (r < 0)
        return r;
    set_up(m, settings);
    *ret = take_ptr(m);
    return 0;
}

void mail_close(struct mail *m)
{
    if (!m)
        return;
    curl_easy_cleanup(m->curl);
    explicit_bzero(m->password, sizeof m->password);
    free(m);
}

/* One go. A refusal is told in the other side's own words, save of signing in: those might repeat
 * what was sent. */
static CURLcode perform(struct mail *m, char ret_reason[MAIL_REASON])
{
    char words[CURL_ERROR_SIZE] = "";
    m->said[0] = 0;
    curl_easy_setopt(m->curl, CURLOPT_ERRORBUFFER, words);
    CURLcode code = curl_easy_perform(m->curl);
    curl_easy_setopt(m->curl, CURLOPT_ERRORBUFFER, NULL);
    const char *said = m->said[0] && code != CURLE_LOGIN_DENIED ? m->said : words;
    if (code != CURLE_OK)
        snprintf(ret_reason, MAIL_REASON, "%.200s", said[0] ? said : curl_easy_strerror(code));
    return code;
}

/* 421: the other side closes the connection, whatever was asked. */
static int error_of(const struct mail *m, CURLcode code)
{
    bool refused = m->said[0] && strncmp(m->said, "421", 3) != 0;
    return code == CURLE_OK ? 0 : refused ? -EIO : -ENOTCONN;
}

int mail_check(struct mail *m, char ret_reason[MAIL_REASON])
{
    curl_easy_setopt(m->curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(m->curl, CURLOPT_CUSTOMREQUEST, "NOOP");
    CURLcode code = perform(m, ret_reason);
    curl_easy_setopt(m->curl, CURLOPT_CUSTOMREQUEST, NULL);
    curl_easy_setopt(m->curl, CURLOPT_NOBODY, 0L);
    return error_of(m, code);
}

/* A connection that was kept from the mail before may have been closed meanwhile, or have had its
 * share (421): where nothing of this one was handed over, it is tried once more by a new one. */
static int hand_over(struct mail *m, const struct buf *message, char ret_reason[MAIL_REASON])
{
    struct upload u = {.message = message};
    curl_easy_setopt(m->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(m->curl, CURLOPT_READDATA, &u);
    CURLcode code = perform(m, ret_reason);
    bool lost = error_of(m, code) == -ENOTCONN && code != CURLE_OPERATION_TIMEDOUT;
    if (lost && u.sent == 0) {
        curl_easy_setopt(m->curl, CURLOPT_FRESH_CONNECT, 1L);
        code = perform(m, ret_reason);
        curl_easy_setopt(m->curl, CURLOPT_FRESH_CONNECT, 0L);
    }
    curl_easy_setopt(m->curl, CURLOPT_READDATA, NULL);
    return error_of(m, code);
}

static int hand_in(struct mail *m, const struct mail_text *text, const struct buf *message,
                   char ret_reason[MAIL_REASON])
{
    char from[MAX_LINE], to[MAX_LINE];
    snprintf(from, sizeof from, "<%s>", text->from);
    snprintf(to, sizeof to, "<%s>", text->to);
    struct curl_slist *recipients = curl_slist_append(NULL, to);
    if (!recipients) {
        snprintf(ret_reason, MAIL_REASON, "%s", strerror(ENOMEM));
        return -ENOMEM;
    }
    curl_easy_setopt(m->curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(m->curl, CURLOPT_MAIL_RCPT, recipients);
    int r = hand_over(m, message, ret_reason);
    curl_easy_setopt(m->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
    return r;
}

int mail_send(struct mail *m, const struct mail_text *text, char ret_reason[MAIL_REASON])
{
    cleanup_buf struct buf message;
    buf_init(&message, MAX_MESSAGE);
    int r = mail_text_print(&message, text);
    if (r < 0)
        snprintf(ret_reason, MAIL_REASON, "%s", strerror(-r));
    r = r < 0 ? r : hand_in(m, text, &message, ret_reason);
    if (message.data)
        explicit_bzero(message.data, message.size);
    return r;
}
