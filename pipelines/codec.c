#include "codec.h"

#include <gst/pbutils/pbutils.h>
#include <stdio.h>

/* Slices only: threads by frames would hold as many frames back. What was damaged before the first
 * keyframe does not come out. */
#define H264 "h264parse name=parse"
#define H264_DECODE "avdec_h264 thread-type=slice output-corrupt=false"
#define H264_PASSES "video/x-h264,stream-format=avc,alignment=au"
#define H265 "h265parse name=parse"
#define H265_DECODE "avdec_h265 thread-type=slice output-corrupt=false"
#define AAC "aacparse name=parse"
#define AAC_DECODE "avdec_aac"
#define AAC_PASSES "audio/mpeg,mpegversion=4,stream-format=raw"
#define MPEG_AUDIO "mpegaudioparse name=parse"
#define MPEG_AUDIO_DECODE "mpg123audiodec"
#define OPUS "identity name=parse"
#define OPUS_DECODE "opusdec"

#define RTP "application/x-rtp, media=(string)"
#define RTP_VIDEO RTP "video, encoding-name=(string)"
#define RTP_AUDIO RTP "audio, encoding-name=(string)"

/* The first that fits is taken. */
static const struct codec codecs[] = {
    {"video/x-h264", SOURCE_VIDEO, "H.264", H264, H264_DECODE, H264_PASSES},
    {"video/x-h265", SOURCE_VIDEO, "HEVC", H265, H265_DECODE, NULL},
    {"video/x-raw", SOURCE_VIDEO, "raw", "identity name=parse", NULL, NULL},
    {"audio/mpeg, mpegversion=(int)4, stream-format=(string)loas", SOURCE_AUDIO, "AAC", AAC,
     "avdec_aac_latm", NULL},
    {"audio/mpeg, mpegversion=(int)4", SOURCE_AUDIO, "AAC", AAC, AAC_DECODE, AAC_PASSES},
    {"audio/mpeg, mpegversion=(int)2", SOURCE_AUDIO, "AAC", AAC, AAC_DECODE, NULL},
    {"audio/mpeg, mpegversion=(int)1", SOURCE_AUDIO, "MP3", MPEG_AUDIO, MPEG_AUDIO_DECODE, NULL},
    {"audio/x-opus", SOURCE_AUDIO, "Opus", OPUS, OPUS_DECODE, NULL},
    {"audio/x-raw", SOURCE_AUDIO, "PCM", "identity name=parse", NULL, NULL},
    {RTP_VIDEO "H264", SOURCE_VIDEO, "H.264", "rtph264depay ! " H264, H264_DECODE, H264_PASSES},
    {RTP_VIDEO "H265", SOURCE_VIDEO, "HEVC", "rtph265depay ! " H265, H265_DECODE, NULL},
    {RTP_AUDIO "MPEG4-GENERIC", SOURCE_AUDIO, "AAC", "rtpmp4gdepay ! " AAC, AAC_DECODE, AAC_PASSES},
    {RTP_AUDIO "MP4A-LATM", SOURCE_AUDIO, "AAC", "rtpmp4adepay ! " AAC, AAC_DECODE, AAC_PASSES},
    {RTP_AUDIO "{MPA, MPA-ROBUST}", SOURCE_AUDIO, "MP3", "rtpmpadepay ! " MPEG_AUDIO,
     MPEG_AUDIO_DECODE, NULL},
    {RTP_AUDIO "{OPUS, X-GST-OPUS-DRAFT-SPITTKA-00}", SOURCE_AUDIO, "Opus", "rtpopusdepay ! " OPUS,
     OPUS_DECODE, NULL},
    /* The telephone's, which IP cameras speak. */
    {RTP_AUDIO "PCMA", SOURCE_AUDIO, "G.711", "rtppcmadepay ! alawdec name=parse", NULL, NULL},
    {RTP_AUDIO "PCMU", SOURCE_AUDIO, "G.711", "rtppcmudepay ! mulawdec name=parse", NULL, NULL},
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
