/* RTMP, played from a server: our own nginx. A server without a publisher lets us wait in silence,
 * and its first packet comes to us at once. */
#include "source_pull.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct session *connect_to(struct source *s, enum reason *ret_reason, char *ret_detail)
{
    struct session *n = session_create_live(s);
    GstElement *element = n ? gst_element_factory_make("rtmp2src", NULL) : NULL;
    if (!element) {
        session_close(n);
        return NULL;
    }
    g_object_set(element, "location", s->spec.url, "timeout", 5u, NULL);
    if (session_add(n, element, true) < 0)
        session_break(n, REASON_BROKEN, "rtmp2src");
    return n;
}

static void run(struct source *s)
{
    /* A publisher that is silent may be gone: the server does not tell, a new connection asks. */
    static const struct pull pull = {connect_to, 1500000, INT64_MAX, false};
    pull_run(s, &pull);
}

static enum reason check(const struct spec_source *spec, char ret_detail[200])
{
    snprintf(ret_detail, 200, "%.190s", spec->url);
    return strncmp(spec->url, "rtmp://", 7) == 0 && spec->url[7] ? 0 : REASON_URL;
}

const struct source_ops source_rtmp_ops = {check, run};
