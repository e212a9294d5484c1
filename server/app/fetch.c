#include "app/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SECONDS 60L

struct fetch {
    CURL *curl;
};

static size_t take(char *data, size_t size, size_t count, void *out)
{
    return buf_add(out, data, size * count) < 0 ? 0 : size * count;
}

struct fetch *fetch_create(void)
{
    struct fetch *f = calloc(1, sizeof *f);
    if (!f || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(f);
        return NULL;
    }
    f->curl = curl_easy_init();
    if (!f->curl) {
        fetch_destroy(f);
        return NULL;
    }
    curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(f->curl, CURLOPT_TIMEOUT, SECONDS);
    curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(f->curl, CURLOPT_USERAGENT, "meclis");
    return f;
}

void fetch_destroy(struct fetch *f)
{
    if (!f)
        return;
    curl_easy_cleanup(f->curl);
    curl_global_cleanup();
    free(f);
}

void fetch_set_timeout(struct fetch *f, int seconds)
{
    curl_easy_setopt(f->curl, CURLOPT_TIMEOUT, (long)seconds);
}

/* Returns owned, NULL where there are none or without memory; *ret whether it went. */
static struct curl_slist *headers_of(const struct fetch_request *r, bool *ret)
{
    char line[512];
    struct curl_slist *list = NULL, *more;
    *ret = true;
    if (r->bearer) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", r->bearer);
        list = curl_slist_append(NULL, line);
        explicit_bzero(line, sizeof line);
        *ret = list;
    }
    if (r->json && *ret) {
        more = curl_slist_append(list, "Content-Type: application/json");
        *ret = more;
        list = more ? more : list;
    }
    return list;
}

static int perform(struct fetch *f, const char *url, struct buf *out, char ret_reason[FETCH_REASON])
{
    char words[CURL_ERROR_SIZE] = "";
    long status = 0;
    buf_clear(out);
    curl_easy_setopt(f->curl, CURLOPT_URL, url);
    curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(f->curl, CURLOPT_ERRORBUFFER, words);
    CURLcode code = curl_easy_perform(f->curl);
    curl_easy_setopt(f->curl, CURLOPT_ERRORBUFFER, NULL);
    if (code != CURLE_OK) {
        snprintf(ret_reason, FETCH_REASON, "%.120s: %.120s", url,
                 words[0] ? words : curl_easy_strerror(code));
        return out->error == -EMSGSIZE ? -EMSGSIZE : -EIO;
    }
    curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

int fetch_get(struct fetch *f, const char *url, struct buf *out, char ret_reason[FETCH_REASON])
{
    return perform(f, url, out, ret_reason);
}

int fetch_send(struct fetch *f, const struct fetch_request *request, struct buf *out,
               char ret_reason[FETCH_REASON])
{
    bool went;
    struct curl_slist *headers = headers_of(request, &went);
    int r = -ENOMEM;
    if (went) {
        curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(f->curl, CURLOPT_POSTFIELDS, request->json); /* NULL: no body */
        if (!request->json)
            curl_easy_setopt(f->curl, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(f->curl, CURLOPT_CUSTOMREQUEST, request->method);
        r = perform(f, request->url, out, ret_reason);
        curl_easy_setopt(f->curl, CURLOPT_CUSTOMREQUEST, NULL);
        curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, NULL);
        curl_easy_setopt(f->curl, CURLOPT_HTTPGET, 1L);
    }
    curl_slist_free_all(headers);
    return r;
}
