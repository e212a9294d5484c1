/* RTSP over TCP: IP cameras. */
#include "source_pull.h"

#include <stdio.h>
#include <string.h>

/* For packets out of order, of which TCP has none: small. */
#define JITTER_MS 60u
#define TCP_TIMEOUT_US 5000000ul

static struct session *connect_to(struct source *s, enum reason *ret_reason, char *ret_detail)
{
    struct session *n = session_create_live(s);
    GstElement *element = n ? gst_element_factory_make("rtspsrc", NULL) : NULL;
    if (!element) {
        session_close(n);
        return NULL;
    }
    gst_util_set_object_arg(G_OBJECT(element), "protocols", "tcp");
    /* The stamps as the camera makes them: the time line has its own way with drift. */
    gst_util_set_object_arg(G_OBJECT(element), "buffer-mode", "none");
    g_object_set(element, "location", s->spec.url, "latency", JITTER_MS, "tcp-timeout",
                 (guint64)TCP_TIMEOUT_US, "drop-on-latency", FALSE, NULL);
    session_add(n, element, false);
    return n;
}

static void run(struct source *s)
{
    static const struct pull pull = {connect_to, 3000000, 8000000, false};
    pull_run(s, &pull);
}

static enum reason check(const struct spec_source *spec, char ret_detail[200])
{
    snprintf(ret_detail, 200, "%.190s", spec->url);
    return strncmp(spec->url, "rtsp://", 7) == 0 && spec->url[7] ? 0 : REASON_URL;
}

const struct source_ops source_rtsp_ops = {check, run};
