#include "app/tool_server.h"

#include "app/fetch.h"
#include "app/tools.h"
#include "base/io.h"
#include "protocol/tool_message.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_ANSWER_BYTES (16u << 20)
#define MAX_LINE 256
#define SECONDS 30

struct tool_server {
    char url[MAX_LINE], token[MAX_LINE];
    struct fetch *fetch;
    struct buf answer;
};

/* A file's only line. */
static int read_line(const char *data, const char *name, char ret[MAX_LINE])
{
    char path[PATH_MAX];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    if (snprintf(path, sizeof path, "%s/%s", data, name) >= (int)sizeof path)
        return -ENAMETOOLONG;
    int r = io_read_file(path, MAX_LINE - 1, &b);
    if (r < 0)
        return r;
    memcpy(ret, b->data, b->size);
    ret[b->size] = 0;
    ret[strcspn(ret, "\r\n")] = 0;
    explicit_bzero(b->data, b->size);
    return 0;
}

int tool_server_open(const char *data, struct tool_server **ret)
{
    cleanup(tool_server_close_p) struct tool_server *s = calloc(1, sizeof *s);
    if (!s)
        return tool_complain("%s", strerror(ENOMEM));
    buf_init(&s->answer, MAX_ANSWER_BYTES);
    int r = read_line(data, "run/address", s->url);
    if (r == 0)
        r = read_line(data, "admin-token", s->token);
    if (r == -ENOENT)
        return tool_complain(
            "%s: burada çalışan bir sunucu yok: önce sunucuyu başlatın ya da --data "
            "ile klasörünü söyleyin / no server runs here: start it first, or say "
            "its folder by --data",
            data);
    if (r < 0)
        return tool_complain("%s: %s", data, strerror(-r));
    s->fetch = fetch_create();
    if (!s->fetch)
        return tool_complain("%s", strerror(ENOMEM));
    fetch_set_timeout(s->fetch, SECONDS);
    *ret = take_ptr(s);
    return 0;
}

void tool_server_close(struct tool_server *s)
{
    if (!s)
        return;
    fetch_destroy(s->fetch);
    buf_finish(&s->answer);
    explicit_bzero(s->token, sizeof s->token);
    free(s);
}

int tool_server_ask(struct tool_server *s, const char *method, const char *path, const char *json,
                    const struct buf **ret_answer)
{
    char url[PATH_MAX], reason[FETCH_REASON] = "", words[TOOL_WORDS];
    if (snprintf(url, sizeof url, "%s%s", s->url, path) >= (int)sizeof url)
        return tool_complain("%s", strerror(ENAMETOOLONG));
    const struct fetch_request request = {
        .method = method, .url = url, .bearer = s->token, .json = json};
    int status = fetch_send(s->fetch, &request, &s->answer, reason);
    if (status < 0)
        return tool_complain("sunucu yanıt vermiyor / the server does not answer: %s",
                             reason[0] ? reason : strerror(-status));
    if (status < 300) {
        *ret_answer = &s->answer;
        return 0;
    }
    const char *text = s->answer.data ? (const char *)s->answer.data : "";
    if (tool_refusal_read(text, s->answer.size, words) < 0)
        return tool_complain("%s: HTTP %d", path, status);
    tool_complain("%s", words);
    return TOOL_WRONG;
}
