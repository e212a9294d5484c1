#include "app/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>

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
    curl_easy_setopt(f->curl, CURLOPT_USERAGENT, "meclis-mirror");
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

int fetch_get(struct fetch *f, const char *url, struct buf *out, char ret_reason[FETCH_REASON])
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
