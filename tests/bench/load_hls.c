#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD_US 2000000
#define TEXT_MAX (256u << 10)

static bool ask(struct client *c, const char *where)
{
    char request[768];
    int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", where,
                     c->load->host);
    c->have = 0;
    c->in_body = false;
    c->first_line = true;
    c->due_us = INT64_MAX;
    return client_send(c, request, (size_t)n);
}

bool hls_ask(struct client *c)
{
    if (c->state == LOAD_ASKING)
        c->state = LOAD_OPEN;
    hls_finish(c);
    c->text = malloc(TEXT_MAX);
    c->text_size = 0;
    if (!c->text)
        bench_die("no memory");
    return ask(c, c->load->path);
}

void hls_finish(struct client *c)
{
    free(c->text);
    c->text = NULL;
}

/* The last whole segment that a playlist lists: its last line that is no tag. Returns its size. */
static size_t last_segment(const char *text, size_t size, const char **ret)
{
    size_t found = 0;
    for (const char *line = text, *end = text + size; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t n = (size_t)((next ? next : end) - line);
        if (n && *line != '#') {
            *ret = line;
            found = n;
        }
        line = next ? next + 1 : end;
    }
    return found;
}

/* Pulls the newest segment, or waits where it has it. */
static bool take_playlist(struct client *c)
{
    const char *name = NULL;
    char where[sizeof c->load->path + sizeof c->segment];
    size_t n = last_segment(c->text, c->text_size, &name);
    c->load->figures.playlists++;
    if (n == 0 || n >= sizeof c->segment) {
        c->load->figures.broken++;
        hls_finish(c);
        c->due_us = bench_now_us() + PERIOD_US / 4;
        return true;
    }
    if (strlen(c->segment) == n && memcmp(c->segment, name, n) == 0) {
        hls_finish(c);
        c->due_us = bench_now_us() + PERIOD_US / 4;
        return true;
    }
    memcpy(c->segment, name, n);
    c->segment[n] = 0;
    hls_finish(c);
    int folder = (int)(strrchr(c->load->path, '/') - c->load->path) + 1;
    snprintf(where, sizeof where, "%.*s%s", folder, c->load->path, c->segment);
    return ask(c, where);
}

static bool finish(struct client *c)
{
    c->in_body = false;
    c->have = 0;
    if (c->text)
        return take_playlist(c);
    c->load->figures.segments++;
    c->load->figures.messages++;
    load_tell_playing(c);
    c->due_us = bench_now_us() + PERIOD_US;
    return true;
}

/* A whole line of the answer's head, without its end. Returns false when it lost the client. */
static bool take_line(struct client *c)
{
    const char *line = (const char *)c->kept;
    if (c->first_line && strncmp(line, "HTTP/1.1 200", 12) != 0) {
        char said[32];
        snprintf(said, sizeof said, "%.31s", line);
        client_lost(c, said);
        return false;
    }
    c->in_body = c->have == 0;
    c->first_line = false;
    if (strncasecmp(line, "Content-Length:", 15) == 0)
        c->body_left = strtoull(line + 15, NULL, 10);
    c->have = 0;
    return true;
}

/* The answer's head; of a long line the beginning is kept. Returns how many of the bytes were its,
 * or -1. */
static ssize_t take_head(struct client *c, const uint8_t *data, size_t size)
{
    size_t used = 0;
    while (used < size && !c->in_body) {
        uint8_t byte = data[used++];
        if (byte == '\n') {
            c->kept[c->have] = 0;
            if (!take_line(c))
                return -1;
        } else if (byte != '\r' && c->have < sizeof c->kept - 1) {
            c->kept[c->have++] = byte;
        }
    }
    return (ssize_t)used;
}

bool hls_take(struct client *c, const uint8_t *data, size_t size)
{
    while (size) {
        if (!c->in_body) {
            ssize_t n = take_head(c, data, size);
            if (n < 0)
                return false;
            data += n;
            size -= (size_t)n;
            if (!c->in_body)
                continue;
        }
        size_t n = c->body_left < size ? c->body_left : size;
        if (c->text && c->text_size + n > TEXT_MAX) {
            client_lost(c, "a playlist is too long");
            return false;
        }
        if (c->text) {
            memcpy(c->text + c->text_size, data, n);
            c->text_size += n;
        }
        c->body_left -= n;
        data += n;
        size -= n;
        if (c->body_left == 0 && !finish(c))
            return false;
    }
    return true;
}
