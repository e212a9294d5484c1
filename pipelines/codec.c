#include "codec.h"

#include <gst/pbutils/pbutils.h>
#include <stdio.h>

/* Slices only: threads by frames would hold as many frames back. What was damaged before the first
 * keyframe does not come out. */
#define H264 "h264parse name=parse ! avdec_h264 thread-type=slice output-corrupt=false"
#define H265 "h265parse name=parse ! avdec_h265 thread-type=slice output-corrupt=false"
#define AAC "aacparse name=parse ! avdec_aac"
#define LATM "aacparse name=parse ! avdec_aac_latm"
#define MPEG_AUDIO "mpegaudioparse name=parse ! mpg123audiodec"
#define OPUS "opusdec"

#define RTP "application/x-rtp, media=(string)"

/* The first that fits is taken. */
static const struct codec codecs[] = {
    {"video/x-h264", SOURCE_VIDEO, "H.264", H264},
    {"video/x-h265", SOURCE_VIDEO, "HEVC", H265},
    {"video/x-raw", SOURCE_VIDEO, "raw", "identity name=parse"},
    {"audio/mpeg, mpegversion=(int)4, stream-format=(string)loas", SOURCE_AUDIO, "AAC", LATM},
    {"audio/mpeg, mpegversion=(int){2, 4}", SOURCE_AUDIO, "AAC", AAC},
    {"audio/mpeg, mpegversion=(int)1", SOURCE_AUDIO, "MP3", MPEG_AUDIO},
    {"audio/x-opus", SOURCE_AUDIO, "Opus", OPUS},
    {"audio/x-raw", SOURCE_AUDIO, "PCM", "identity name=parse"},
    {RTP "video, encoding-name=(string)H264", SOURCE_VIDEO, "H.264", "rtph264depay ! " H264},
    {RTP "video, encoding-name=(string)H265", SOURCE_VIDEO, "HEVC", "rtph265depay ! " H265},
    {RTP "audio, encoding-name=(string)MPEG4-GENERIC", SOURCE_AUDIO, "AAC", "rtpmp4gdepay ! " AAC},
    {RTP "audio, encoding-name=(string)MP4A-LATM", SOURCE_AUDIO, "AAC", "rtpmp4adepay ! " AAC},
    {RTP "audio, encoding-name=(string){MPA, MPA-ROBUST}", SOURCE_AUDIO, "MP3",
     "rtpmpadepay ! " MPEG_AUDIO},
    {RTP "audio, encoding-name=(string){OPUS, X-GST-OPUS-DRAFT-SPITTKA-00}", SOURCE_AUDIO, "Opus",
     "rtpopusdepay ! " OPUS},
    /* The telephone's, which IP cameras speak. */
    {RTP "audio, encoding-name=(string)PCMA", SOURCE_AUDIO, "G.711",
     "rtppcmadepay ! alawdec name=parse"},
    {RTP "audio, encoding-name=(string)PCMU", SOURCE_AUDIO, "G.711",
     "rtppcmudepay ! mulawdec name=parse"},
};

static const struct container containers[] = {
    {"video/mpegts", "tsdemux"},
    {"video/x-flv", "flvdemux"},
    {"video/x-matroska", "matroskademux"},
    {"audio/x-matroska", "matroskademux"},
    {"video/webm", "matroskademux"},
    {"audio/webm", "matroskademux"},
    {"video/quicktime", "qtdemux"},
    {"audio/x-m4a", "qtdemux"},
    {"audio/x-wav", "wavparse"},
    {"application/x-id3", "id3demux"},
    {"audio/mpeg, mpegversion=(int)1", "mpegaudioparse"},
    {"audio/mpeg, mpegversion=(int){2, 4}", "aacparse"},
};

static bool fits(const GstCaps *caps, const char *pattern)
{
    GstCaps *wanted = gst_caps_from_string(pattern);
    bool fine = wanted && gst_caps_is_subset(caps, wanted);
    if (wanted)
        gst_caps_unref(wanted);
    return fine;
}

const struct codec *codec_find(const GstCaps *caps)
{
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        if (fits(caps, codecs[i].caps))
            return &codecs[i];
    }
    return NULL;
}

const struct container *container_find(const GstCaps *caps)
{
    for (size_t i = 0; i < sizeof containers / sizeof containers[0]; i++) {
        if (fits(caps, containers[i].caps))
            return &containers[i];
    }
    return NULL;
}

enum source_track codec_track_of(const GstCaps *caps)
{
    if (gst_caps_is_empty(caps) || gst_caps_is_any(caps))
        return 0;
    const GstStructure *s = gst_caps_get_structure(caps, 0);
    const char *name = gst_structure_get_name(s);
    const char *media = gst_structure_get_string(s, "media");
    const char *original = gst_structure_get_string(s, "original-media-type");
    name = media ? media : original ? original : name;
    return g_str_has_prefix(name, "video") || g_str_has_prefix(name, "image") ? SOURCE_VIDEO
           : g_str_has_prefix(name, "audio")                                  ? SOURCE_AUDIO
                                                                              : 0;
}

void codec_describe(const GstCaps *caps, char *ret_text, size_t size)
{
    const GstStructure *s = gst_caps_get_size(caps) ? gst_caps_get_structure(caps, 0) : NULL;
    const char *rtp = s ? gst_structure_get_string(s, "encoding-name") : NULL;
    char *text = !rtp && gst_caps_is_fixed(caps) ? gst_pb_utils_get_codec_description(caps) : NULL;
    snprintf(ret_text, size, "%s", text ? text : rtp ? rtp : s ? gst_structure_get_name(s) : "?");
    g_free(text);
}

void codec_print(const struct codec *codec, const GstCaps *caps, char *ret_text, size_t size)
{
    const GstStructure *s = gst_caps_get_structure(caps, 0);
    int width = 0, height = 0, num = 0, den = 1, rate = 0, channels = 0;
    gst_structure_get_int(s, "width", &width);
    gst_structure_get_int(s, "height", &height);
    gst_structure_get_fraction(s, "framerate", &num, &den);
    gst_structure_get_int(s, "rate", &rate);
    gst_structure_get_int(s, "channels", &channels);
    if (codec->track == SOURCE_VIDEO && width && num)
        snprintf(ret_text, size, "%s %d×%d %d/%d", codec->name, width, height, num, den);
    else if (codec->track == SOURCE_VIDEO && width)
        snprintf(ret_text, size, "%s %d×%d", codec->name, width, height);
    else if (rate)
        snprintf(ret_text, size, "%s %d Hz %d", codec->name, rate, channels);
    else
        snprintf(ret_text, size, "%s", codec->name);
}
