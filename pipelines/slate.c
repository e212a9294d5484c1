#include "slate.h"

#include "base/cleanup.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <string.h>

#define DRAW_TIMEOUT (10 * GST_SECOND)
/* Sizes for a picture 360 lines high, in Pango's points; textoverlay scales them with the width. */
#define WORDS_POINTS 15
#define NOTE_POINTS 10

static const struct words {
    const char *language, *main, *note;
} words[] = {
    {"tr", "Şu anda görüntü yok", "There is no picture at the moment"},
    {"en", "There is no picture at the moment", "Şu anda görüntü yok"},
};

static const struct words *words_of(const char *language)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (!strcmp(words[i].language, language))
            return &words[i];
    return &words[0];
}

static int title_points(const char *title)
{
    glong letters = g_utf8_strlen(title, -1);
    return letters <= 40 ? 26 : letters <= 90 ? 21 : letters <= 160 ? 17 : 14;
}

static char *markup(const char *title, const char *language)
{
    const struct words *w = words_of(language);
    cleanup_free char *valid = g_utf8_make_valid(title, -1);
    return g_markup_printf_escaped("<span size='%d' weight='bold' color='#ffffff'>%s</span>\n"
                                   "<span size='%d'> </span>\n"
                                   "<span size='%d' color='#d5dde6'>%s</span>\n"
                                   "<span size='%d' color='#93a1b1'>%s</span>",
                                   title_points(valid) * 1024, valid, NOTE_POINTS * 1024,
                                   WORDS_POINTS * 1024, w->main, NOTE_POINTS * 1024, w->note);
}

/* The text on a ground of its own colour; smaller than the picture, which becomes its margin. */
static GstSample *draw_text(int width, int height, const char *text, char ret_reason[256])
{
    cleanup_free char *description = g_strdup_printf(
        "videotestsrc num-buffers=1 pattern=solid-color foreground-color=0xff16263a ! "
        "video/x-raw,format=I420,width=%d,height=%d,framerate=25/1,colorimetry=bt709 ! "
        "textoverlay name=text wrap-mode=wordchar halignment=center line-alignment=center "
        "valignment=center shaded-background=false draw-shadow=false draw-outline=false "
        "font-desc=\"DejaVu Sans\" ! appsink name=out sync=false",
        width, height);
    GError *error = NULL;
    GstElement *pipeline =
        gst_parse_launch_full(description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    if (error) {
        g_snprintf(ret_reason, 256, "the slate can't be drawn: %s", error->message);
        g_error_free(error);
        return NULL;
    }
    GstElement *overlay = gst_bin_get_by_name(GST_BIN(pipeline), "text");
    g_object_set(overlay, "text", text, NULL);
    gst_object_unref(overlay);
    GstElement *out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    GstSample *sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out), DRAW_TIMEOUT);
    if (!sample)
        g_snprintf(ret_reason, 256, "the slate can't be drawn");
    gst_object_unref(out);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
    return sample;
}

/* Lays the text's picture into the middle of the whole, whose ground gets the colour of the text's
 * corner. Both positions are even, so the chroma planes fit too. */
static void lay_out(GstVideoFrame *whole, const GstVideoFrame *text)
{
    int x = (GST_VIDEO_FRAME_WIDTH(whole) - GST_VIDEO_FRAME_WIDTH(text)) / 4 * 2;
    int y = (GST_VIDEO_FRAME_HEIGHT(whole) - GST_VIDEO_FRAME_HEIGHT(text)) / 4 * 2;
    for (int plane = 0; plane < 3; plane++) {
        int half = plane ? 2 : 1;
        const uint8_t *from = GST_VIDEO_FRAME_PLANE_DATA(text, plane);
        uint8_t *to = GST_VIDEO_FRAME_PLANE_DATA(whole, plane);
        int to_stride = GST_VIDEO_FRAME_PLANE_STRIDE(whole, plane);
        memset(to, from[0], (size_t)to_stride * GST_VIDEO_FRAME_COMP_HEIGHT(whole, plane));
        to += (ptrdiff_t)(y / half) * to_stride + x / half;
        for (int row = 0; row < GST_VIDEO_FRAME_COMP_HEIGHT(text, plane); row++) {
            memcpy(to, from, (size_t)GST_VIDEO_FRAME_COMP_WIDTH(text, plane));
            to += to_stride;
            from += GST_VIDEO_FRAME_PLANE_STRIDE(text, plane);
        }
    }
}

GstBuffer *slate_draw(const struct format *f, const char *title, const char *language,
                      char ret_reason[256])
{
    cleanup_free char *text = markup(title, language);
    GstSample *sample =
        draw_text(f->width * 5 / 6 / 4 * 4, f->height * 5 / 6 / 4 * 4, text, ret_reason);
    if (!sample)
        return NULL;
    GstVideoInfo small, info;
    gst_video_info_from_caps(&small, gst_sample_get_caps(sample));
    gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, f->width, f->height);
    GstBuffer *slate = gst_buffer_new_allocate(NULL, GST_VIDEO_INFO_SIZE(&info), NULL);
    GstVideoFrame from, to;
    if (gst_video_frame_map(&from, &small, gst_sample_get_buffer(sample), GST_MAP_READ)) {
        if (gst_video_frame_map(&to, &info, slate, GST_MAP_WRITE)) {
            lay_out(&to, &from);
            gst_video_frame_unmap(&to);
        }
        gst_video_frame_unmap(&from);
    }
    gst_sample_unref(sample);
    return slate;
}
