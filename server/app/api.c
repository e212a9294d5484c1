/* The handlers of /api/v1 and /healthz. */
#include "protocol/api.h"
#include "app/broadcast.h"
#include "app/hall.h"
#include "app/listing.h"
#include "app/me.h"
#include "app/routes.h"
#include "base/clock.h"
#include "meeting/body.h"
#include "meeting/sitting.h"

#include <errno.h>
#include <string.h>

/* Events of one answer, and roughly its bytes. */
#define LOG_MAX_EVENTS 1000
#define LOG_MAX_BYTES (4u << 20)

/* The meeting that the address names, or NULL after having refused. */
static const struct broadcast *find(struct request *r, const struct core *c)
{
    const struct broadcast *b = core_find(c, r->parts[0]);
    if (!b)
        request_refuse(r, REFUSAL_NOT_FOUND);
    return b;
}

static struct api_meeting describe(const struct broadcast *b)
{
    return (struct api_meeting){
        .id = b->config->id,
        .title = listing_title(b),
        .body = meeting_body(hall_outline(b->hall))->name,
        .starts_utc_us = meeting_sitting(hall_outline(b->hall))->starts_utc_us,
        .language = b->config->language,
        .state = b->state.state,
        .has_epoch = b->has_epoch,
        .epoch_utc_us = clock_utc_us() - broadcast_media_us(b),
        .media_time_us = broadcast_media_us(b),
        .tracks = b->has_tracks ? &b->tracks : NULL,
        .on_air = b->has_status ? b->status.on_air : "",
        .recorder = b->has_status ? b->status.recorder : RECORDER_OFF,
        .record_wanted = b->state.state == BROADCAST_LIVE && b->state.record,
        .recorded_bytes = b->has_status ? b->status.recorded_bytes : 0,
        .recorded_until_us = b->has_status ? b->status.recorded_until_us : 0,
        .viewers = front_viewers(b->core->front, b->config->id),
    };
}

void api_meetings(struct request *r, void *place)
{
    struct core *c = place;
    const struct broadcast *taken[CORE_MAX_MEETINGS];
    bool drafts = request_query_number(r, "drafts", 0) == 1;
    if (drafts && !me_of_staff(r))
        return;
    size_t count = listing_take(c, drafts, taken);
    cleanup_free struct api_meeting *list = calloc(count + 1, sizeof *list);
    for (size_t i = 0; list && i < count; i++)
        list[i] = describe(taken[i]);
    request_reply(r, 200, list ? api_print_meetings(list, count) : NULL);
}

void api_meeting(struct request *r, void *place)
{
    const struct broadcast *b = find(r, place);
    if (!b)
        return;
    hall_meeting(b->hall); /* asleep, not all is known of how late its picture was */
    struct api_meeting m = describe(b);
    m.late = &b->hall->late;
    request_reply(r, 200, api_print_meeting(&m));
}

void api_agenda(struct request *r, void *place)
{
    const struct broadcast *b = find(r, place);
    if (!b)
        return;
    struct api_item items[CONFIG_MAX_ITEMS];
    for (size_t i = 0; i < b->config->item_count; i++)
        items[i] = (struct api_item){.number = (int)b->config->items[i].number,
                                     .title = b->config->items[i].title};
    request_reply(r, 200, api_print_agenda(b->config->id, items, b->config->item_count));
}

static const struct link_source_status *status_of(const struct broadcast *b, const char *source)
{
    for (int i = 0; b->has_status && i < b->status.source_count; i++) {
        if (strcmp(b->status.sources[i].id, source) == 0)
            return &b->status.sources[i];
    }
    return NULL;
}

/* For staff: a source's id and its reasons tell of the house's network. */
void api_sources(struct request *r, void *place)
{
    struct principal who;
    if (me_of_request(r, r->parts[0], &who) < 0)
        return;
    if (!(who.roles & ROLES_STAFF)) {
        request_refuse(r, REFUSAL_FORBIDDEN);
        return;
    }
    const struct broadcast *b = find(r, place);
    if (!b)
        return;
    struct api_source sources[SPEC_MAX_SOURCES];
    for (size_t i = 0; i < b->config->source_count; i++) {
        const struct config_source *s = &b->config->sources[i];
        sources[i] = (struct api_source){.id = s->id,
                                         .kind = (enum source_kind)s->kind,
                                         .priority = (int)s->priority,
                                         .delay_us = s->delay_ms * 1000,
                                         .status = status_of(b, s->id)};
    }
    request_reply(r, 200,
                  api_print_sources(b->config->id, b->has_status ? b->status.on_air : "",
                                    b->state.selected, b->core->config->mode == MODE_COMPOSED,
                                    sources, b->config->source_count));
}

void api_broadcast(struct request *r, void *place)
{
    struct broadcast *b = core_find(place, r->parts[0]);
    struct api_broadcast wanted;
    if (!b) {
        request_refuse(r, REFUSAL_NOT_FOUND);
        return;
    }
    if (api_read_broadcast(front_request_body(r->front), &wanted) < 0) {
        request_refuse(r, REFUSAL_BAD_REQUEST);
        return;
    }
    const struct command *command = command_find(wanted.action);
    if (!command) {
        request_refuse(r, REFUSAL_UNKNOWN_ACTION);
        return;
    }
    /* The route asks for the administrator's token already, the highest role there is. */
    enum refusal refused =
        b->core->ending ? REFUSAL_BUSY : command->handler(b, "admin", wanted.source);
    if (refused) {
        request_refuse(r, refused);
        return;
    }
    struct api_meeting m = describe(b);
    request_reply(r, 200, api_print_meeting(&m));
}

void api_health(struct request *r, void *place)
{
    const struct core *c = place;
    struct api_health h = {.version = MECLIS_VERSION,
                           .uptime_us = clock_boot_us() - c->started_us,
                           .meetings = c->broadcast_count};
    for (int i = 0; i < c->broadcast_count; i++)
        h.live += c->broadcasts[i]->state.state == BROADCAST_LIVE;
    request_reply(r, 200, api_print_health(&h));
}

struct reading {
    struct api_log *log;
    size_t count, bytes;
};

static int add_event(void *ctx, const struct store_event *e)
{
    struct reading *reading = ctx;
    if (reading->count == LOG_MAX_EVENTS || reading->bytes > LOG_MAX_BYTES)
        return 1; /* there is more */
    reading->count++;
    reading->bytes += strlen(e->body) + 200;
    const struct api_event event = {.seq = e->seq,
                                    .at_utc_us = e->at_utc_us,
                                    .media_us = e->media_us,
                                    .actor = e->actor,
                                    .type = e->type,
                                    .audience = audience_name(e->audience),
                                    .version = e->version,
                                    .body = e->audience == AUDIENCE_PUBLIC ? e->body : NULL,
                                    .hash = e->hash};
    return api_log_add(reading->log, &event);
}

void api_log(struct request *r, void *place)
{
    int64_t since = request_query_number(r, "since", 0);
    if (since >= 0 && published_wants_export(r)) {
        published_export(r, place, (uint64_t)since);
        return;
    }
    struct store *store = pool_thread_store(place);
    if (since < 0 || !core_find(r->core, r->parts[0])) {
        request_refuse(r, since < 0 ? REFUSAL_BAD_REQUEST : REFUSAL_NOT_FOUND);
        return;
    }
    cleanup(api_log_destroy_p) struct api_log *log = api_log_create(r->parts[0], (uint64_t)since);
    if (!store || !log) {
        request_refuse(r, REFUSAL_STORE);
        return;
    }
    struct reading reading = {.log = log};
    int e =
        store_read(store, r->parts[0], (uint64_t)since, LOG_MAX_EVENTS + 1, add_event, &reading);
    if (e < 0)
        request_refuse(r, e == -EBUSY ? REFUSAL_BUSY : REFUSAL_STORE);
    else
        request_reply(r, 200, api_log_print(log, e == 1));
}
