/* The papers of a sitting, made when they are asked for: as HTML on the core thread, as other
 * documents by other programs, one at a time. */
#include "app/broadcast.h"
#include "app/convert.h"
#include "app/hall.h"
#include "app/listing.h"
#include "app/paper.h"
#include "app/pool.h"
#include "app/routes.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define MAX_BYTES (16u << 20)

/* What they are given names nothing to be fetched. (Debian's pandoc can't read its own templates
 * with
 * --sandbox.) */
static const char *const to_pdf[] = {"weasyprint", "-q", "--encoding", "utf-8", "-", "-", NULL};
static const char *const to_odt[] = {"pandoc", "-f", "html", "-t", "odt", "-o", "-", NULL};
static const char *const to_docx[] = {"pandoc", "-f", "html", "-t", "docx", "-o", "-", NULL};

static const struct format {
    const char *end, *type;
    const char *const *program; /* NULL: none */
} formats[] = {
    {"html", "text/html; charset=utf-8", NULL},
    {"pdf", "application/pdf", to_pdf},
    {"odt", "application/vnd.oasis.opendocument.text", to_odt},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx},
};

struct paper_job {
    struct letter letter;
    struct request *request;
    const struct format *format;
    struct bytes *html;
    char file_name[96];
};

/* "minutes.pdf". Returns 0 or -ENOENT. */
static int read_name(const char *name, enum paper_kind *ret_kind, const struct format **ret_format)
{
    static const char *const kinds[] = {"minutes", "decisions"};
    for (size_t k = 0; k < 2; k++) {
        size_t size = strlen(kinds[k]);
        if (strncmp(name, kinds[k], size) != 0 || name[size] != '.')
            continue;
        for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
            if (strcmp(name + size + 1, formats[i].end) != 0)
                continue;
            *ret_kind = k == 0 ? PAPER_MINUTES : PAPER_DECISIONS;
            *ret_format = &formats[i];
            return 0;
        }
    }
    return -ENOENT;
}

static void job_free(struct paper_job *j)
{
    atomic_store(&j->request->core->paper_is_made, false);
    bytes_unref(j->html);
    free(j);
}

static void reply(struct request *r, const struct format *f, const char *file_name,
                  struct bytes *body)
{
    struct front_response response = {.status = body ? 200 : 500,
                                      .content_type = f->type,
                                      .cache_control = "no-cache",
                                      .attached = f->program != NULL,
                                      .body = body};
    if (f->program)
        snprintf(response.file_name, sizeof response.file_name, "%s", file_name);
    request_reply_with(r, &response);
}

static void discard(struct letter *letter)
{
    struct paper_job *j = (struct paper_job *)letter;
    struct request *r = j->request;
    job_free(j);
    request_refuse(r, REFUSAL_BUSY);
}

static void open_in_pool(struct letter *letter, void *owner)
{
    struct paper_job *j = (struct paper_job *)letter;
    struct request *r = j->request;
    struct bytes *made = NULL;
    int e = convert_run(owner, j->format->program, j->html->data, j->html->size, &made);
    struct paper_job done = *j;
    job_free(j);
    if (e == 0)
        reply(r, done.format, done.file_name, made);
    else
        request_refuse(r, e == -ENOENT  ? REFUSAL_NOT_AVAILABLE
                          : e == -ETIME ? REFUSAL_BUSY
                                        : REFUSAL_INTERNAL);
}

static void convert(struct request *r, const struct format *f, const char *file_name,
                    struct bytes *html)
{
    struct core *c = r->core;
    struct paper_job *j = html && !c->ending && !atomic_exchange(&c->paper_is_made, true)
                              ? calloc(1, sizeof *j)
                              : NULL;
    if (!j) {
        bytes_unref(html);
        request_refuse(r, html ? REFUSAL_BUSY : REFUSAL_INTERNAL);
        return;
    }
    j->letter = (struct letter){.open = open_in_pool, .discard = discard};
    j->request = r;
    j->format = f;
    j->html = html;
    snprintf(j->file_name, sizeof j->file_name, "%s", file_name);
    if (pool_post(c->pool, &j->letter) < 0)
        discard(&j->letter);
}

void papers_answer(struct request *r, void *place)
{
    struct core *c = place;
    const struct broadcast *b = core_find(c, r->parts[0]);
    const struct format *format;
    struct paper paper = {.language = request_language(r),
                          .return_days = c->config->decision_return_days,
                          .send_days = c->config->decision_send_days};
    if (!b || read_name(r->parts[1], &paper.kind, &format) < 0) {
        request_refuse(r, REFUSAL_NOT_FOUND);
        return;
    }
    paper.style_inside = format->program != NULL;
    paper.m = hall_meeting(b->hall);
    paper.title = listing_title(b);
    if (b->hall->broken) {
        request_refuse(r, REFUSAL_STORE);
        return;
    }
    cleanup_buf struct buf out;
    char file_name[96];
    buf_init(&out, MAX_BYTES);
    paper_print(&out, &paper);
    struct bytes *html = buf_to_bytes(&out);
    snprintf(file_name, sizeof file_name, "%.60s-%.30s", r->parts[0], r->parts[1]);
    if (format->program)
        convert(r, format, file_name, html);
    else
        reply(r, format, file_name, html);
}

void papers_style(struct request *r, void *place)
{
    struct front_response response = {.status = 200,
                                      .content_type = "text/css; charset=utf-8",
                                      .cache_control = "public, max-age=3600",
                                      .body = bytes_copy(paper_style, strlen(paper_style))};
    if (!response.body)
        response.status = 500;
    request_reply_with(r, &response);
}
