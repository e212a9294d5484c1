/* The configuration: a file in libconfig's language over the defaults of one table
 * (config_table.h). */
#ifndef MECLIS_APP_CONFIG_H
#define MECLIS_APP_CONFIG_H

#include "app/tries.h"
#include "base/cleanup.h"
#include "base/id.h"
#include "link/spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_MAX_MEETINGS 64
#define CONFIG_MAX_ROOMS 16
#define CONFIG_MAX_ITEMS 200
#define CONFIG_TEXT 256

struct config_source {
    char id[ID_MAX];
    int64_t kind; /* of enum source_kind */
    int64_t priority;
    int64_t delay_ms;
    bool loop;
    char url[2048];
    char passphrase[80];
    char stream_id[512];
};

/* A room where bodies meet: what its meetings, made while the server runs, are seen and heard by.
 */
struct config_room {
    char id[ID_MAX];
    char title[CONFIG_TEXT];
    size_t source_count;
    struct config_source sources[SPEC_MAX_SOURCES];
};

struct config_item {
    int64_t number;
    char title[CONFIG_TEXT];
};

struct config_meeting {
    char id[ID_MAX];
    char title[CONFIG_TEXT];
    char language[8];
    size_t source_count;
    struct config_source sources[SPEC_MAX_SOURCES];
    size_t item_count;
    struct config_item items[CONFIG_MAX_ITEMS];
};

struct config_rendition {
    char name[16];
    int64_t width, height, bitrate_kbps;
};

enum config_pairs { CONFIG_PAIRS_WHEN_BUSY = 1, CONFIG_PAIRS_ALWAYS, CONFIG_PAIRS_NEVER };

struct config {
    char listen[80]; /* ADDR:PORT, as written */
    char address[64];
    int port;
    char data[1024];
    int64_t net_threads; /* 0: one for each core */
    bool io_uring;
    int64_t events_per_second, events_burst;
    int64_t send_pairs;                        /* of enum config_pairs */
    char tls_certificate[1024], tls_key[1024]; /* files; "": no TLS */
    int64_t tls_port;
    int64_t max_connections, max_connections_per_address;
    char embed_ancestors[CONFIG_TEXT];
    char reuse_terms[CONFIG_TEXT], reuse_terms_en[CONFIG_TEXT];
    char reuse_terms_address[CONFIG_TEXT];
    char allowed_origins[CONFIG_TEXT];
    char trusted_proxies[CONFIG_TEXT];
    int64_t mode; /* of enum programme_mode */
    char frame_rate[16];
    int frame_rate_num, frame_rate_den;
    int64_t segment_ms;
    size_t rendition_count;
    struct config_rendition renditions[SPEC_MAX_RENDITIONS];
    int64_t audio_bitrate_kbps;
    bool recording;
    int64_t reserve_mib;
    struct tries_limit tries[TRIES_KINDS];
    char smtp_url[CONFIG_TEXT], smtp_from[CONFIG_TEXT], smtp_user[CONFIG_TEXT];
    char smtp_password_file[1024];
    int64_t smtp_seconds;
    int64_t decision_return_days, decision_send_days;
    int64_t orphan_seconds;
    bool rtmp;
    char rtmp_address[64];
    int64_t rtmp_port;
    int64_t log_level; /* of enum log_level */
    size_t room_count;
    struct config_room rooms[CONFIG_MAX_ROOMS];
    size_t meeting_count;
    struct config_meeting meetings[CONFIG_MAX_MEETINGS];
};

/* Settings that a running worker takes up only when it starts, as spec_settings_changed() names
 * them. */
#define CONFIG_OF_A_START                                                                          \
    "mode, frame_rate, segment_ms, renditions, audio_bitrate_kbps, reserve_mib, orphan_seconds"

/* Long enough for any reason that config_load() gives. */
#define CONFIG_REASON 1024

/* The defaults, and the file over them where it is not NULL. Returns 0 and an owned configuration,
 * -EINVAL with "FILE:LINE: what is wrong; what is allowed" in ret_reason, a negative errno with a
 * sentence when the file can't be read, or -ENOMEM. */
int config_load(const char *path, struct config **ret, char ret_reason[CONFIG_REASON]);

/* Adds the meetings of another file; for the demo's. As above. */
int config_add_meetings(struct config *c, const char *path, char ret_reason[CONFIG_REASON]);

/* Splits "ADDR:PORT" or "[ADDR]:PORT" of a numeric address. Returns whether it is one. */
bool config_split_address(const char *text, char ret_address[64], int *ret_port);

void config_free(struct config *c);

DEFINE_CLEANUP(struct config *, config_free)

#endif
