#include "app/config_table.h"
#include "app/config.h"
#include "app/mail_text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* offset and size of a member, for the table */
#define AT(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)

static bool valid_listen(const char *text)
{
    char address[64];
    int port;
    return config_split_address(text, address, &port);
}

static bool valid_address(const char *text)
{
    unsigned char raw[16];
    return inet_pton(AF_INET, text, raw) == 1 || inet_pton(AF_INET6, text, raw) == 1;
}

static bool valid_proxies(const char *text)
{
    char copy[CONFIG_TEXT], *rest = copy, *one;
    snprintf(copy, sizeof copy, "%s", text);
    while ((one = strsep(&rest, ","))) {
        one += strspn(one, " ");
        one[strcspn(one, " ")] = 0;
        if (*one && !valid_address(one))
            return false;
    }
    return true;
}

static bool valid_header(const char *text)
{
    return !strpbrk(text, "\r\n;,");
}

static bool valid_origins(const char *text)
{
    char copy[CONFIG_TEXT], *rest = copy, *one;
    snprintf(copy, sizeof copy, "%s", text);
    while ((one = strsep(&rest, ","))) {
        one += strspn(one, " ");
        one[strcspn(one, " ")] = 0;
        const char *host = strstr(one, "://");
        bool http = strncmp(one, "http://", 7) == 0 || strncmp(one, "https://", 8) == 0;
        if (*one && (!http || !host[3] || strpbrk(host + 3, "/?#@;\r\n")))
            return false;
    }
    return true;
}

static bool valid_page(const char *text)
{
    return !text[0] || strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

static bool valid_smtp(const char *text)
{
    bool scheme = strncmp(text, "smtp://", 7) == 0 || strncmp(text, "smtps://", 8) == 0;
    const char *host = scheme ? strstr(text, "://") + 3 : "";
    return !*text || (*host && !strpbrk(host, " /@?#\"<>\r\n"));
}

static bool valid_mail(const char *text)
{
    return !*text || mail_is_address(text);
}

static bool valid_passphrase(const char *text)
{
    size_t size = strlen(text);
    return size == 0 || (size >= 10 && size <= 79);
}

static bool valid_language(const char *text)
{
    return strcmp(text, "tr") == 0 || strcmp(text, "en") == 0;
}

static bool valid_frame_rate(const char *text)
{
    static const char *const known[] = {"24", "25",         "30",         "50",
                                        "60", "24000/1001", "30000/1001", "60000/1001"};
    for (size_t i = 0; i < COUNT(known); i++) {
        if (strcmp(text, known[i]) == 0)
            return true;
    }
    return false;
}

static const struct setting source_settings[] = {
    {"id", SETTING_TEXT, NULL, 1, ID_MAX - 1, .valid = id_valid,
     .allowed = "1 to 63 of a-z, 0-9 and '-'", .doc = "Its name, in the desk and the metrics.",
     AT(struct config_source, id)},
    {"kind", SETTING_CHOICE, NULL, .choices = "test|file|srt-listen|srt-call|rtmp|rtsp|gstreamer",
     .doc = "test: a moving picture. file: url is a path. srt-listen: encoders call\n"
            "us at url, srt://ADDRESS:PORT. srt-call: we call url. rtmp: url is the\n"
            "encoder's stream key. rtsp: an IP camera. gstreamer: url is a description\n"
            "whose ends are named video and audio, for capture cards.",
     AT(struct config_source, kind)},
    {"priority", SETTING_NUMBER, "1", 0, 1000, .doc = "The lowest number that delivers is on air.",
     AT(struct config_source, priority)},
    {"delay_ms", SETTING_NUMBER, "0", -60000, 60000,
     .doc = "How long before its arrival it was captured (an encoder's own delay; SRT's wait\n"
            "for lost packets, 120 ms, is added by itself). It is taken off, so that an item\n"
            "begins with its picture.",
     AT(struct config_source, delay_ms)},
    {"loop", SETTING_FLAG, "true", .doc = "Whether a file begins again at its end.",
     AT(struct config_source, loop)},
    {"url", SETTING_TEXT, "\"\"", 0, 2047, .doc = "As its kind says.",
     AT(struct config_source, url)},
    {"passphrase", SETTING_TEXT, "\"\"", 0, 79, .valid = valid_passphrase,
     .allowed = "10 to 79 bytes, or empty", .doc = "SRT's passphrase; empty: none.",
     AT(struct config_source, passphrase)},
    {"stream_id", SETTING_TEXT, "\"\"", 0, 511,
     .doc = "SRT's stream id: what a caller must name, or what we name when calling.",
     AT(struct config_source, stream_id)},
};

static const char *check_source(void *group)
{
    struct config_source *s = group;
    if (s->kind == SOURCE_RTMP && (strlen(s->url) < 8 || strlen(s->url) > 64 ||
                                   s->url[strspn(s->url, "abcdefghijklmnopqrstuvwxyz"
                                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                         "0123456789-_")]))
        return "url of an rtmp source is its stream key: 8 to 64 letters, digits, '-' and '_'";
    if (s->kind == SOURCE_FILE && s->url[0] != '/')
        return "url of a file source is its path, beginning with '/'";
    if ((s->kind == SOURCE_SRT_LISTEN || s->kind == SOURCE_SRT_CALL) &&
        strncmp(s->url, "srt://", 6) != 0)
        return "url of an SRT source begins with srt://";
    if (s->kind == SOURCE_RTSP && strncmp(s->url, "rtsp", 4) != 0)
        return "url of an rtsp source begins with rtsp://";
    return NULL;
}

static const struct section source_section = {
    .what = "a source",
    .settings = source_settings,
    .count = COUNT(source_settings),
    .bytes = sizeof(struct config_source),
    .check = check_source,
};

static const char *check_sources(const struct config_source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(sources[i].id, sources[j].id) == 0)
                return "two of its sources have the same id";
        }
    }
    return NULL;
}

static const struct setting item_settings[] = {
    {"number", SETTING_NUMBER, NULL, 1, 10000, .doc = "Its number.",
     AT(struct config_item, number)},
    {"title", SETTING_TEXT, NULL, 1, CONFIG_TEXT - 1, .doc = "Its title.",
     AT(struct config_item, title)},
};

static const struct section item_section = {
    .what = "an agenda item",
    .settings = item_settings,
    .count = COUNT(item_settings),
    .bytes = sizeof(struct config_item),
};

static const char *check_room(void *group)
{
    const struct config_room *room = group;
    return check_sources(room->sources, room->source_count);
}

static const struct setting room_settings[] = {
    {"id", SETTING_TEXT, NULL, 1, ID_MAX - 1, .valid = id_valid,
     .allowed = "1 to 63 of a-z, 0-9 and '-'", .doc = "Its name, for whoever makes a meeting.",
     AT(struct config_room, id)},
    {"title", SETTING_TEXT, NULL, 1, CONFIG_TEXT - 1, .doc = "What people read.",
     AT(struct config_room, title)},
    {"sources", SETTING_LIST, "()", .max = SPEC_MAX_SOURCES, .doc = "As a meeting's.",
     AT(struct config_room, sources), .items = &source_section,
     .count_offset = offsetof(struct config_room, source_count)},
};

static const struct section room_section = {
    .what = "a room",
    .settings = room_settings,
    .count = COUNT(room_settings),
    .bytes = sizeof(struct config_room),
    .check = check_room,
};

static const struct setting meeting_settings[] = {
    {"id", SETTING_TEXT, NULL, 1, ID_MAX - 1, .valid = id_valid,
     .allowed = "1 to 63 of a-z, 0-9 and '-'", .doc = "Its name in addresses: /m/ID.",
     AT(struct config_meeting, id)},
    {"title", SETTING_TEXT, NULL, 1, CONFIG_TEXT - 1, .doc = "What people read.",
     AT(struct config_meeting, title)},
    {"language", SETTING_TEXT, "\"tr\"", 2, 2, .valid = valid_language,
     .allowed = "\"tr\" or \"en\"", .doc = "Of the meeting.", AT(struct config_meeting, language)},
    {"sources", SETTING_LIST, "()", .max = SPEC_MAX_SOURCES,
     .doc = "Where its picture and sound come from.", AT(struct config_meeting, sources),
     .items = &source_section, .count_offset = offsetof(struct config_meeting, source_count)},
    {"agenda", SETTING_LIST, "()", .max = CONFIG_MAX_ITEMS, .doc = "Its items, in order.",
     AT(struct config_meeting, items), .items = &item_section,
     .count_offset = offsetof(struct config_meeting, item_count)},
};

static const char *check_meeting(void *group)
{
    const struct config_meeting *m = group;
    return check_sources(m->sources, m->source_count);
}

static const struct section meeting_section = {
    .what = "a meeting",
    .settings = meeting_settings,
    .count = COUNT(meeting_settings),
    .bytes = sizeof(struct config_meeting),
    .check = check_meeting,
};

static const struct setting rendition_settings[] = {
    {"name", SETTING_TEXT, NULL, 1, 15, .valid = id_valid, .allowed = "1 to 15 of a-z, 0-9 and '-'",
     .doc = "In addresses and on the quality menu.", AT(struct config_rendition, name)},
    {"width", SETTING_NUMBER, NULL, 64, 7680, .doc = "Pixels, even.",
     AT(struct config_rendition, width)},
    {"height", SETTING_NUMBER, NULL, 64, 4320, .doc = "Pixels, even.",
     AT(struct config_rendition, height)},
    {"bitrate_kbps", SETTING_NUMBER, NULL, 50, 100000, .doc = "1000 bits a second.",
     AT(struct config_rendition, bitrate_kbps)},
};

static const char *check_rendition(void *group)
{
    const struct config_rendition *r = group;
    if (r->width % 2 || r->height % 2)
        return "width and height must be even";
    return strcmp(r->name, "audio") == 0 ? "\"audio\" is the sound's own name" : NULL;
}

static const struct section rendition_section = {
    .what = "a rendition",
    .settings = rendition_settings,
    .count = COUNT(rendition_settings),
    .bytes = sizeof(struct config_rendition),
    .check = check_rendition,
};

static const struct setting settings[] = {
    {"listen", SETTING_TEXT, "\"127.0.0.1:8080\"", 3, 79, .valid = valid_listen,
     .allowed = "ADDRESS:PORT with a numeric address, IPv6 in brackets",
     .doc = "Where the server listens for HTTP. Put nginx in front for TLS.",
     AT(struct config, listen)},
    {"data", SETTING_TEXT, "\"./meclis-data\"", 1, 1023,
     .doc = "The folder of the log, the recordings and all else that is kept.",
     AT(struct config, data)},
    {"net_threads", SETTING_NUMBER, "0", 0, 16,
     .doc = "Threads that serve viewers; 0: one for each core.", AT(struct config, net_threads)},
    {"io_uring", SETTING_FLAG, "true",
     .doc = "Whether to send to many viewers by one call, where the kernel lets us.",
     AT(struct config, io_uring)},
    {"send_pairs", SETTING_CHOICE, "\"when_busy\"", .choices = "when_busy|always|never",
     .doc =
         "Two messages to a viewer in one send, the first waiting 40 ms at most for the second:\n"
         "half the processor time, a little more delay. By default only while a thread is\n"
         "near its limit.",
     AT(struct config, send_pairs)},
    {"tls_certificate", SETTING_TEXT, "\"\"", 0, 1023,
     .doc = "Certificate and its chain, PEM, to speak HTTPS without a proxy; empty: no TLS. It is\n"
            "read again when its file changes, and at SIGHUP.",
     AT(struct config, tls_certificate)},
    {"tls_key", SETTING_TEXT, "\"\"", 0, 1023, .doc = "Its key, PEM.", AT(struct config, tls_key)},
    {"tls_port", SETTING_NUMBER, "8443", 1, 65535, .doc = "And at which port of the same address.",
     AT(struct config, tls_port)},
    {"max_connections", SETTING_NUMBER, "10000", 16, 1000000,
     .doc = "Connections in all; beyond it viewers are told that the house is full.",
     AT(struct config, max_connections)},
    {"max_connections_per_address", SETTING_NUMBER, "200", 1, 1000000,
     .doc = "Connections of one address (of one /64 with IPv6).",
     AT(struct config, max_connections_per_address)},
    {"events_per_second", SETTING_NUMBER, "20", 1, 10000,
     .doc = "Messages that one client of the events socket may say in a second, for long.",
     AT(struct config, events_per_second)},
    {"events_burst", SETTING_NUMBER, "60", 1, 100000,
     .doc = "And so many at once; 32 more are refused, then it is closed.",
     AT(struct config, events_burst)},
    {"embed_ancestors", SETTING_TEXT, "\"*\"", 1, CONFIG_TEXT - 1, .valid = valid_header,
     .allowed = "sources of CSP's frame-ancestors, separated by spaces",
     .doc = "Which sites may show /embed/ID in a frame, and steer its player by messages.",
     AT(struct config, embed_ancestors)},
    {"reuse_terms", SETTING_TEXT, "\"Kaynak gösterilerek yeniden yayımlanabilir.\"", 0,
     CONFIG_TEXT - 1, .doc = "What embedded players say of reuse; empty: nothing.",
     AT(struct config, reuse_terms)},
    {"reuse_terms_en", SETTING_TEXT, "\"May be republished if the source is named.\"", 0,
     CONFIG_TEXT - 1, .doc = "The same in English.", AT(struct config, reuse_terms_en)},
    {"reuse_terms_address", SETTING_TEXT, "\"\"", 0, CONFIG_TEXT - 1, .valid = valid_page,
     .allowed = "an address beginning with https:// or http://, or empty",
     .doc = "Where the whole terms are, a licence's own page for example; empty: nowhere.",
     AT(struct config, reuse_terms_address)},
    {"allowed_origins", SETTING_TEXT, "\"\"", 0, CONFIG_TEXT - 1, .valid = valid_origins,
     .allowed = "origins (https://site.example) separated by commas",
     .doc = "Sites, besides our own, whose pages may open the events socket.",
     AT(struct config, allowed_origins)},
    {"trusted_proxies", SETTING_TEXT, "\"\"", 0, CONFIG_TEXT - 1, .valid = valid_proxies,
     .allowed = "numeric addresses separated by commas",
     .doc = "Proxies whose X-Forwarded-For and -Proto are believed.",
     AT(struct config, trusted_proxies)},
    {"mode", SETTING_CHOICE, "\"composed\"", .choices = "composed|passthrough",
     .doc = "composed: decoded, laid out and encoded anew. passthrough: H.264 and AAC as\n"
            "they come, for small machines.",
     AT(struct config, mode)},
    {"frame_rate", SETTING_TEXT, "\"25\"", 1, 15, .valid = valid_frame_rate,
     .allowed = "\"24\", \"25\", \"30\", \"50\", \"60\", \"24000/1001\", \"30000/1001\" or "
                "\"60000/1001\"",
     .doc = "Frames a second of the programme.", AT(struct config, frame_rate)},
    {"segment_ms", SETTING_NUMBER, "2000", 500, 10000,
     .doc = "The grid of keyframes and HLS segments, ms.", AT(struct config, segment_ms)},
    {"renditions", SETTING_LIST,
     "(\n"
     "    { name = \"720p\"; width = 1280; height = 720; bitrate_kbps = 1500; },\n"
     "    { name = \"360p\"; width = 640; height = 360; bitrate_kbps = 450; }\n"
     ")",
     .min = 1, .max = SPEC_MAX_RENDITIONS, .doc = "Pictures, best first.",
     AT(struct config, renditions), .items = &rendition_section,
     .count_offset = offsetof(struct config, rendition_count)},
    {"audio_bitrate_kbps", SETTING_NUMBER, "48", 16, 512, .doc = "The sound, 1000 bits a second.",
     AT(struct config, audio_bitrate_kbps)},
    {"recording", SETTING_FLAG, "true", .doc = "Whether the recording starts with the broadcast.",
     AT(struct config, recording)},
    {"reserve_mib", SETTING_NUMBER, "1024", 0, 1048576,
     .doc = "Recording pauses when the disk has less free than this; kept for the log.",
     AT(struct config, reserve_mib)},
    {"entry_tries", SETTING_NUMBER, "60", 1, 100000,
     .doc = "Of an address (IPv6: a /64), tries to come in, at once.",
     AT(struct config, tries[TRIES_ENTRY].at_once)},
    {"entry_seconds", SETTING_NUMBER, "1", 1, 3600, .doc = "Then one in so many seconds.",
     AT(struct config, tries[TRIES_ENTRY].interval_s)},
    {"address_password_tries", SETTING_NUMBER, "30", 1, 100000,
     .doc = "Of an address, passwords, at once.",
     AT(struct config, tries[TRIES_PASSWORD_ADDRESS].at_once)},
    {"address_password_seconds", SETTING_NUMBER, "10", 1, 3600,
     .doc = "Then one in so many seconds.",
     AT(struct config, tries[TRIES_PASSWORD_ADDRESS].interval_s)},
    {"account_password_tries", SETTING_NUMBER, "8", 1, 100000,
     .doc = "Of an account, passwords, at once.", AT(struct config, tries[TRIES_PASSWORD].at_once)},
    {"account_password_seconds", SETTING_NUMBER, "30", 1, 3600,
     .doc = "Then one in so many seconds.", AT(struct config, tries[TRIES_PASSWORD].interval_s)},
    {"link_browsers", SETTING_NUMBER, "20", 1, 100000,
     .doc = "New browsers that open one personal link, at once.",
     AT(struct config, tries[TRIES_LINK].at_once)},
    {"link_seconds", SETTING_NUMBER, "60", 1, 3600, .doc = "Then one in so many seconds.",
     AT(struct config, tries[TRIES_LINK].interval_s)},
    {"address_code_tries", SETTING_NUMBER, "5", 1, 100,
     .doc = "Of an address, codes that were read out, at once.",
     AT(struct config, tries[TRIES_CODE_ADDRESS].at_once)},
    {"address_code_seconds", SETTING_NUMBER, "60", 5, 3600, .doc = "Then one in so many seconds.",
     AT(struct config, tries[TRIES_CODE_ADDRESS].interval_s)},
    {"meeting_code_tries", SETTING_NUMBER, "20", 1, 100,
     .doc = "Of a meeting, such codes (of a million), at once.",
     AT(struct config, tries[TRIES_CODE].at_once)},
    {"meeting_code_seconds", SETTING_NUMBER, "15", 5, 3600, .doc = "Then one in so many seconds.",
     AT(struct config, tries[TRIES_CODE].interval_s)},
    {"smtp_url", SETTING_TEXT, "\"\"", 0, CONFIG_TEXT - 1, .valid = valid_smtp,
     .allowed = "smtp://HOST:PORT, smtps://HOST:PORT, or empty",
     .doc =
         "Where mail is handed in (meclis link make --mail); empty: no mail is sent. smtp:// to\n"
         "another machine asks for STARTTLS.",
     AT(struct config, smtp_url)},
    {"smtp_from", SETTING_TEXT, "\"\"", 0, CONFIG_TEXT - 1, .valid = valid_mail,
     .allowed = "a mail address, or empty", .doc = "Its sender.", AT(struct config, smtp_from)},
    {"smtp_user", SETTING_TEXT, "\"\"", 0, CONFIG_TEXT - 1,
     .doc = "Who we are there; empty: nobody in particular.", AT(struct config, smtp_user)},
    {"smtp_password_file", SETTING_TEXT, "\"\"", 0, 1023,
     .doc = "A file whose first line is the password.", AT(struct config, smtp_password_file)},
    {"smtp_seconds", SETTING_NUMBER, "30", 1, 600,
     .doc = "How long one mail may take; then it counts as not sent.",
     AT(struct config, smtp_seconds)},
    {"decision_return_days", SETTING_NUMBER, "5", 0, 365,
     .doc = "Of the list of a council's decisions: so many days the mayor has to return one\n"
            "(Law 5393, article 23).",
     AT(struct config, decision_return_days)},
    {"decision_send_days", SETTING_NUMBER, "7", 0, 365,
     .doc = "And so many it has to be sent to the authority in, once it is final (the same\n"
            "article); 0: the list has no days.",
     AT(struct config, decision_send_days)},
    {"orphan_seconds", SETTING_NUMBER, "600", 5, 86400,
     .doc = "A worker whose server is gone for so long closes its recording and ends.",
     AT(struct config, orphan_seconds)},
    {"rtmp", SETTING_FLAG, "true",
     .doc = "Whether RTMP is taken, where a meeting has a source of that kind.",
     AT(struct config, rtmp)},
    {"rtmp_address", SETTING_TEXT, "\"0.0.0.0\"", 1, 63, .valid = valid_address,
     .allowed = "a numeric address", .doc = "Where RTMP encoders connect.",
     AT(struct config, rtmp_address)},
    {"rtmp_port", SETTING_NUMBER, "1935", 1, 65535, .doc = "And at which port.",
     AT(struct config, rtmp_port)},
    {"log_level", SETTING_CHOICE, "\"info\"", .choices = "error|warning|info|debug",
     .doc = "How much is told on standard error.", AT(struct config, log_level)},
    {"rooms", SETTING_LIST, "()", .max = CONFIG_MAX_ROOMS,
     .doc = "Rooms with cameras of their own, for meetings that are made while the server runs\n"
            "(meclis meeting add, or over HTTP).",
     AT(struct config, rooms), .items = &room_section,
     .count_offset = offsetof(struct config, room_count)},
    {"meetings", SETTING_LIST, "()", .max = CONFIG_MAX_MEETINGS, .doc = "The meetings.",
     AT(struct config, meetings), .items = &meeting_section,
     .count_offset = offsetof(struct config, meeting_count)},
};

static const char *check_config(void *group)
{
    struct config *c = group;
    if (!config_split_address(c->listen, c->address, &c->port))
        return "listen is ADDRESS:PORT";
    c->frame_rate_den = 1;
    if (sscanf(c->frame_rate, "%d/%d", &c->frame_rate_num, &c->frame_rate_den) < 1)
        return "frame_rate is no rate";
    if (c->smtp_url[0] && !c->smtp_from[0])
        return "smtp_url needs smtp_from";
    for (size_t i = 0; i < c->meeting_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(c->meetings[i].id, c->meetings[j].id) == 0)
                return "two meetings have the same id";
        }
    }
    for (size_t i = 0; i < c->room_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(c->rooms[i].id, c->rooms[j].id) == 0)
                return "two rooms have the same id";
        }
    }
    return NULL;
}

const struct section config_section = {
    .what = "the configuration",
    .settings = settings,
    .count = COUNT(settings),
    .bytes = sizeof(struct config),
    .check = check_config,
};
