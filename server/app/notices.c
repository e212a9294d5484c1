#include "app/notices.h"

#include "app/broadcast_spec.h"
#include "base/log.h"

#include <string.h>

static const char *const known[] = {
    "alarm.cleared", "alarm.raised", "recording.gap", "recording.started", "recording.stopped",
    "source.beside", "source.lost",  "source.on_air", "source.refused",
};

void notices_earn(struct broadcast *b)
{
    if (b->notice_credit < NOTICES_BURST)
        b->notice_credit++;
}

static bool spend(struct broadcast *b)
{
    if (b->notice_credit == 0) {
        b->notices_dropped++;
        return false;
    }
    b->notice_credit--;
    return true;
}

static void redact_one(char *text, const char *secret)
{
    size_t size = strlen(secret);
    for (char *at = text; size >= 4 && (at = strstr(at, secret)); at += size)
        memset(at, '.', size);
}

void notices_redact(const struct broadcast *b, char *text)
{
    redact_one(text, b->core->ingest_secret.text);
    for (size_t i = 0; i < b->config->source_count; i++) {
        redact_one(text, b->config->sources[i].url);
        redact_one(text, b->config->sources[i].passphrase);
        redact_one(text, b->config->sources[i].stream_id);
    }
}

static bool is_known(const char *type)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(type, known[i]) == 0)
            return true;
    }
    return false;
}

static void count_alarm(struct broadcast *b, const char *name)
{
    static const char *const names[] = {"silent", "frozen", "black"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) == 0)
            b->alarms_raised[i]++;
    }
}

static int64_t delay_of(const struct broadcast *b, const char *source)
{
    for (size_t i = 0; i < b->config->source_count; i++) {
        if (strcmp(b->config->sources[i].id, source) == 0)
            return broadcast_source_delay_us(&b->config->sources[i]);
    }
    return 0; /* the slate */
}

void notices_log(struct broadcast *b, const struct link_notice *notice)
{
    if (!is_known(notice->type) || !spend(b))
        return;
    char detail[sizeof notice->detail];
    memcpy(detail, notice->detail, sizeof detail);
    notices_redact(b, detail);
    if (strcmp(notice->type, "alarm.raised") == 0)
        count_alarm(b, detail);
    log_info("core", "%s: %s %s %s", b->config->id, notice->type, notice->source, detail);
    int64_t delay_us = delay_of(b, notice->source);
    const struct event_field fields[] = {
        {.name = "source", .kind = EVENT_TEXT, .text = notice->source},
        {.name = "detail", .kind = EVENT_TEXT, .text = detail},
        {.name = "media_us", .kind = EVENT_NUMBER, .number = notice->media_time_us},
        {.name = "utc_us", .kind = EVENT_NUMBER, .number = notice->utc_us},
        {.name = "delay_us", .kind = EVENT_NUMBER, .number = delay_us},
    };
    bool late = strcmp(notice->type, "source.on_air") == 0 && delay_us != 0;
    broadcast_log(b, "worker", notice->type, fields, sizeof fields / sizeof *fields - !late);
}

void notices_worker_lost(struct broadcast *b, const char *reason)
{
    if (!spend(b))
        return;
    const struct event_field fields[] = {{.name = "detail", .kind = EVENT_TEXT, .text = reason}};
    broadcast_log(b, "server", "worker.lost", fields, 1);
}
