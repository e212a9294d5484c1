#include "protocol/openapi_answers.h"

#include "base/audience.h"
#include "link/spec.h"
#include "meeting/agenda.h"
#include "meeting/roles.h"
#include "protocol/agenda_file.h"
#include "protocol/api.h"
#include "protocol/client_message.h"
#include "protocol/entry_message.h"
#include "protocol/making_message.h"
#include "protocol/published.h"
#include "protocol/schema_print.h"
#include "protocol/search_text.h"
#include "protocol/shape_json.h"

/* ---- words ---- */

static const char *phase(int i)
{
    return broadcast_phase_name((enum broadcast_phase)i);
}

static const char *recorder(int i)
{
    return recorder_state_name((enum recorder_state)i);
}

static const char *source(int i)
{
    return source_state_name((enum source_state)i);
}

static const char *kind(int i)
{
    return source_kind_name((enum source_kind)i);
}

static const char *audience(int i)
{
    return audience_name((enum audience)i);
}

static const char *role(int i)
{
    return meeting_role_names[i];
}

static const char *item_kind(int i)
{
    return item_kind_names[i - 1];
}

static const char *found_kind(int i)
{
    return found_kinds[i];
}

static const char *item_state(int i)
{
    return item_state_names[i - 1];
}

static const char *media(int i)
{
    return i == TRACK_VIDEO ? "video" : "audio";
}

/* ---- objects ---- */

enum member_kind {
    TEXT = 1,
    HEX,    /* of `first` bytes */
    NUMBER, /* whole, from `first` */
    SIGNED, /* whole */
    REAL,
    FLAG,
    WORD,   /* name(first) to name(last) */
    WORDS,  /* a list of them */
    TEXTS,  /* a list of them */
    CONST,  /* the text `is` */
    OBJECT, /* the component `is` */
    LIST,   /* of the component `is` */
};

struct member {
    const char *name;
    enum member_kind kind;
    bool null; /* may be null */
    bool optional;
    int first, last;
    const char *(*word)(int i);
    const char *is;
    const char *says;
};

#define MAX_MEMBERS 16
#define COUNT(names) ((int)(sizeof(names) / sizeof *(names)))

struct component {
    const char *name, *says;
    struct member members[MAX_MEMBERS];
};

#define M(name_, kind_) .name = (name_), .kind = (kind_)
#define OF_MEETING                                                                                 \
    {                                                                                              \
        M("meeting", TEXT), .says = "the meeting's id"                                             \
    }
#define UTC(name_)                                                                                 \
    {                                                                                              \
        M(name_, SIGNED), .says = "UTC, microseconds since 1970"                                   \
    }
#define ROLES(name_)                                                                               \
    {                                                                                              \
        M(name_, WORDS), .first = 0, .last = MEETING_ROLES - 1, .word = role                       \
    }

#define FROM_TO                                                                                    \
    {M("from_us", SIGNED), .says = "media time"},                                                  \
    {                                                                                              \
        M("to_us", SIGNED), .null = true, .says = "null: it goes on"                               \
    }

static const struct component components[] = {
    {"accepted",
     "The command is durable.",
     {{M("type", CONST), .is = "accepted"},
      {M("id", TEXT), .says = "the command's own"},
      {M("first_seq", NUMBER), .says = "its first event; 0: it changed nothing"},
      {M("last_seq", NUMBER)}}},
    {"agenda", "What is on the agenda.", {OF_MEETING, {M("items", LIST), .is = "agenda_item"}}},
    {"agenda_item", NULL, {{M("number", SIGNED)}, {M("title", TEXT)}}},
    {"code", "Six digits to read out, good once.", {{M("code", TEXT)}, UTC("until_utc_us")}},
    {"document", "An object.", {{0}}},
    {"error", "Why it was refused.", {{M("error", OBJECT), .is = "error_words"}}},
    {"error_words",
     NULL,
     {{M("code", TEXT), .says = "stable, for programs"},
      {M("message", TEXT), .says = "a sentence in the reader's language"}}},
    {"event",
     "An event of the log.",
     {{M("seq", NUMBER), .first = 1},
      UTC("at_utc_us"),
      {M("media_us", SIGNED), .says = "media time"},
      {M("actor", TEXT)},
      {M("type", TEXT)},
      {M("audience", WORD), .first = 1, .last = AUDIENCES, .word = audience},
      {M("version", NUMBER), .first = 1},
      {M("body", TEXT), .null = true, .says = "JSON text, to the byte; null: not for everybody"},
      {M("hash", HEX), .first = PUBLISHED_HASH_BYTES}}},
    {"head",
     "A signed head of a log.",
     {OF_MEETING,
      {M("seq", NUMBER), .first = 1},
      {M("hash", HEX), .first = PUBLISHED_HASH_BYTES},
      UTC("at_utc_us"),
      {M("signature", HEX), .first = PUBLISHED_SIGNATURE_BYTES, .says = "Ed25519"}}},
    {"heads",
     NULL,
     {OF_MEETING,
      {M("since", NUMBER)},
      {M("heads", LIST), .is = "head"},
      {M("more", FLAG), .says = "there are later ones"}}},
    {"health",
     NULL,
     {{M("status", CONST), .is = "ok"},
      {M("version", TEXT)},
      {M("uptime_us", NUMBER)},
      {M("meetings", NUMBER)},
      {M("live", NUMBER), .says = "how many are on air"}}},
    {"found",
     "One thing that was found.",
     {OF_MEETING,
      {M("title", TEXT)},
      {M("body", TEXT), .says = "whose meeting; empty: not said"},
      {M("language", TEXT), .says = "of the meeting, BCP 47"},
      {M("at_utc_us", SIGNED), .says = "when the meeting was, UTC; 0: not known"},
      {M("kind", WORD), .first = 0, .last = FOUND_KINDS - 1, .word = found_kind},
      {M("seq", NUMBER), .says = "its event; 0: the meeting itself"},
      {M("media_us", SIGNED), .null = true, .says = "its second; null: at no time of its own"},
      {M("item", TEXT), .says = "the number of the item that it is about; empty: of none"},
      {M("person", TEXT), .says = "who spoke, answered, proposed"},
      {M("text", TEXTS), .says = "every other piece, from the second, is what was looked for"},
      {M("more", TEXTS), .says = "likewise: a note, an answer, a group, a decision's number"},
      {M("address", TEXT), .says = "of the page at that second"},
      {M("clip", TEXT), .says = "empty: there is none"}}},
    {"found_all",
     NULL,
     {{M("hits", LIST), .is = "found"},
      {M("words", NUMBER), .says = "how many words were looked for"},
      {M("more", FLAG), .says = "there are others after these"}}},
    {"item_file",
     "An agenda item across its sittings.",
     {{M("number", TEXT)},
      {M("title", TEXT)},
      {M("kind", WORD), .first = ITEM_ORDINARY, .last = COUNT(item_kind_names), .word = item_kind},
      {M("state", WORD), .first = ITEM_PROPOSED, .last = COUNT(item_state_names),
       .word = item_state},
      {M("uses", LIST), .is = "item_use"}}},
    {"item_files", NULL, {{M("items", LIST), .is = "item_file"}}},
    {"item_use",
     "The item on one sitting's agenda.",
     {OF_MEETING,
      {M("title", TEXT)},
      {M("body", TEXT), .says = "whose meeting; empty: not said"},
      {M("at_utc_us", SIGNED), .says = "opened, else as announced, UTC; 0: not said"},
      {M("item", OBJECT), .is = "item"},
      {M("referrals", LIST), .is = "referral"}}},
    {"key",
     "What heads are signed with.",
     {{M("algorithm", CONST), .is = "Ed25519"}, {M("key", HEX), .first = PUBLISHED_KEY_BYTES}}},
    {"link",
     "A personal link; its secret is known to nobody.",
     {{M("principal", TEXT)},
      ROLES("roles"),
      {M("person", NUMBER), .says = "of the roster; 0: nobody in particular"},
      UTC("made_utc_us")}},
    {"link_made",
     "A new personal link. Its secret is shown only here.",
     {OF_MEETING,
      {M("principal", TEXT)},
      {M("link", TEXT), .says = "the secret"},
      {M("address", TEXT), .says = "to open in a browser"}}},
    {"links", NULL, {OF_MEETING, {M("links", LIST), .is = "link"}}},
    {"log",
     "Events after one of the log.",
     {OF_MEETING,
      {M("since", NUMBER)},
      {M("events", LIST), .is = "event"},
      {M("more", FLAG), .says = "there are later ones"}}},
    {"me",
     "Who somebody is.",
     {{M("principal", TEXT)},
      {M("account", TEXT), .null = true},
      ROLES("roles"),
      {M("person", NUMBER), .says = "of the roster; 0: nobody in particular"},
      {M("until_utc_us", SIGNED), .says = "UTC; 0: not bounded"}}},
    {"lateness",
     "From there on the picture is known to be so late.",
     {{M("from_us", SIGNED), .says = "media time"}, {M("delay_us", SIGNED)}}},
    {"meeting",
     "A meeting and its broadcast.",
     {{M("id", TEXT)},
      {M("title", TEXT)},
      {M("language", TEXT)},
      {M("body", TEXT), .says = "whose meeting; empty: not said"},
      {M("starts_utc_us", SIGNED), .null = true, .says = "as announced, UTC; null: not said"},
      {M("state", WORD), .first = BROADCAST_IDLE, .last = BROADCAST_ENDED, .word = phase},
      {M("epoch_utc_us", SIGNED), .null = true, .says = "UTC at media time 0; null: never on air"},
      {M("media_time_us", SIGNED), .says = "now"},
      {M("late", LIST), .is = "lateness", .says = "empty in the list of meetings"},
      {M("grid_us", NUMBER)},
      {M("tracks", LIST), .is = "track"},
      {M("recording", OBJECT), .is = "recording"},
      {M("on_air", TEXT), .says = "a source's id; empty: the slate, or nothing"},
      {M("viewers", NUMBER)},
      {M("links", OBJECT), .is = "meeting_links"}}},
    {"meeting_made",
     "A new meeting. It can be used at once.",
     {{M("id", TEXT)}, {M("address", TEXT)}, {M("desk", TEXT)}}},
    {"meeting_links",
     NULL,
     {{M("page", TEXT)},
      {M("embed", TEXT)},
      {M("hls", TEXT)},
      {M("media", TEXT), .says = "a WebSocket"}}},
    {"meetings", NULL, {{M("meetings", LIST), .is = "meeting"}}},
    {"oembed",
     "oEmbed 1.0",
     {{M("version", CONST), .is = "1.0"},
      {M("type", CONST), .is = "video"},
      {M("html", TEXT)},
      {M("width", NUMBER), .says = "pixels"},
      {M("height", NUMBER), .says = "pixels"},
      {M("title", TEXT), .optional = true}}},
    {"recording",
     NULL,
     {{M("state", WORD), .first = RECORDER_OFF, .last = RECORDER_FAILED, .word = recorder},
      {M("wanted", FLAG)},
      {M("bytes", NUMBER)},
      {M("until_us", SIGNED), .says = "media time"}}},
    {"referral",
     "To a committee. Its other members: thing.referrals of GET /api/v1/schema.",
     {{M("overdue", FLAG)}}},
    {"refused",
     "Why a message was refused.",
     {{M("type", CONST), .is = "refused"},
      {M("id", TEXT), .optional = true},
      {M("code", TEXT), .says = "stable, for programs"},
      {M("message", TEXT), .says = "a sentence in the reader's language"},
      {M("member", TEXT), .optional = true, .says = "where: args.items.2.title"}}},
    {"room",
     NULL,
     {{M("id", TEXT)},
      {M("title", TEXT)},
      {M("encoder", TEXT),
       .says = "for administrators: where its encoder sends (RTMP); empty: it has none"},
      {M("key", TEXT), .says = "and its stream key"}}},
    {"rooms", NULL, {{M("rooms", LIST), .is = "room"}}},
    {"session",
     "A session begun. The cookie holds the same token.",
     {{M("token", TEXT)},
      {M("meeting", TEXT), .says = "empty: an account's, in every meeting"},
      {M("principal", TEXT)},
      UTC("until_utc_us")}},
    {"signed_out", NULL, {{M("sessions", NUMBER), .says = "how many others the browser has"}}},
    {"snapshot",
     "A meeting's state. Its other members: server.snapshot of GET /api/v1/schema.",
     {{M("type", CONST), .is = "snapshot"},
      {M("seq", NUMBER), .says = "the newest event that is in it"}}},
    {"source",
     "A source of the programme.",
     {{M("id", TEXT)},
      {M("kind", WORD), .first = SOURCE_TEST, .last = SOURCE_GSTREAMER, .word = kind},
      {M("priority", SIGNED)},
      {M("delay_ms", SIGNED)},
      {M("state", WORD), .first = 0, .last = SOURCE_ENDED, .word = source},
      {M("on_air", FLAG)},
      {M("reason", TEXT), .says = "a sentence in the meeting's language"},
      {M("video", TEXT), .says = "what it delivers, in words"},
      {M("audio", TEXT)},
      {M("bytes", NUMBER)},
      {M("drift_ppm", REAL)}}},
    {"sources",
     NULL,
     {OF_MEETING,
      {M("on_air", TEXT)},
      {M("selected", TEXT), .says = "empty: by priority"},
      {M("layouts", FLAG), .says = "two of them can stand in the picture"},
      {M("sources", LIST), .is = "source"}}},
    {"span_gap",
     "What the recording is missing.",
     {{M("from_us", SIGNED), .says = "media time"},
      {M("to_us", SIGNED)},
      {M("cause", TEXT),
       .says = "worker, stopped, disk-full, disk-error, queue-full, source, clock, unknown"}}},
    {"span_item",
     "When an item was discussed.",
     {FROM_TO,
      {M("number", TEXT)},
      {M("title", TEXT)},
      {M("item", NUMBER)},
      {M("corrected", FLAG)}}},
    {"span_part",
     "Between breaks; of a closed part nothing but that it was.",
     {FROM_TO, {M("closed", FLAG)}, {M("reason", TEXT)}}},
    {"span_question",
     "From its being put to its answer.",
     {FROM_TO,
      {M("question", NUMBER)},
      {M("text", TEXT)},
      {M("item", NUMBER)},
      {M("answered_by", NUMBER), .says = "of the roster; 0: not said"}}},
    {"span_turn",
     "Somebody had the floor.",
     {FROM_TO,
      {M("turn", NUMBER)},
      {M("person", NUMBER)},
      {M("name", TEXT)},
      {M("group", TEXT)},
      {M("organisation", TEXT)},
      {M("kind", TEXT)},
      {M("item", NUMBER)},
      {M("used_us", NUMBER), .says = "the clock's, without its pauses"},
      {M("corrected", FLAG)}}},
    {"span_vote",
     NULL,
     {FROM_TO,
      {M("vote", NUMBER)},
      {M("subject", TEXT)},
      {M("state", TEXT)},
      {M("outcome", TEXT), .says = "empty: not decided"},
      {M("decision", TEXT), .says = "its number"},
      {M("item", NUMBER)}}},
    {"spans",
     "What was when.",
     {OF_MEETING,
      {M("utc_minus_media_us", SIGNED)},
      {M("items", LIST), .is = "span_item"},
      {M("turns", LIST), .is = "span_turn"},
      {M("questions", LIST), .is = "span_question"},
      {M("votes", LIST), .is = "span_vote"},
      {M("parts", LIST), .is = "span_part"},
      {M("gaps", LIST), .is = "span_gap"}}},
    {"statistics",
     "Who spoke for how long, by the clock.",
     {OF_MEETING,
      {M("people", LIST), .is = "statistics_person"},
      {M("groups", LIST), .is = "statistics_group"},
      {M("kinds", LIST), .is = "statistics_kind"}}},
    {"statistics_group",
     NULL,
     {{M("turns", NUMBER)}, {M("used_us", NUMBER)}, {M("group", TEXT), .says = "empty: none"}}},
    {"statistics_kind", NULL, {{M("turns", NUMBER)}, {M("used_us", NUMBER)}, {M("kind", TEXT)}}},
    {"statistics_person",
     NULL,
     {{M("turns", NUMBER)},
      {M("used_us", NUMBER)},
      {M("person", NUMBER)},
      {M("name", TEXT)},
      {M("group", TEXT)},
      {M("organisation", TEXT)}}},
    {"track",
     NULL,
     {{M("id", SIGNED)},
      {M("kind", WORD), .first = TRACK_VIDEO, .last = TRACK_AUDIO, .word = media},
      {M("name", TEXT)},
      {M("bitrate_bps", NUMBER)}}},
};

static void print_words(struct buf *out, const struct member *m)
{
    buf_add_str(out, "\"enum\":[");
    for (int i = m->first; i <= m->last; i++) {
        buf_add_str(out, i > m->first ? "," : "");
        json_print_text(out, m->word(i));
    }
    buf_add_u8(out, ']');
}

static void print_type(struct buf *out, const struct member *m)
{
    switch (m->kind) {
    case TEXT:
        buf_add_str(out, m->null ? "\"type\":[\"string\",\"null\"]" : "\"type\":\"string\"");
        break;
    case HEX:
        buf_addf(out, "\"type\":\"string\",\"pattern\":\"^[0-9a-f]{%d}$\"", 2 * m->first);
        break;
    case NUMBER:
        buf_addf(out, "\"type\":\"integer\",\"minimum\":%d", m->first);
        break;
    case SIGNED:
        buf_add_str(out, m->null ? "\"type\":[\"integer\",\"null\"]" : "\"type\":\"integer\"");
        break;
    case REAL:
        buf_add_str(out, "\"type\":\"number\"");
        break;
    case FLAG:
        buf_add_str(out, "\"type\":\"boolean\"");
        break;
    case WORD:
        print_words(out, m);
        break;
    case WORDS:
        buf_add_str(out, "\"type\":\"array\",\"items\":{");
        print_words(out, m);
        buf_add_u8(out, '}');
        break;
    case CONST:
        buf_addf(out, "\"const\":\"%s\"", m->is);
        break;
    case OBJECT:
        buf_addf(out, "\"$ref\":\"#/components/schemas/%s\"", m->is);
        break;
    case TEXTS:
        buf_add_str(out, "\"type\":\"array\",\"items\":{\"type\":\"string\"}");
        break;
    case LIST:
        buf_addf(out,
                 "\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/"
                 "%s\"}",
                 m->is);
        break;
    }
}

static void print_member(struct buf *out, const struct member *m)
{
    json_print_text(out, m->name);
    buf_add_str(out, ":{");
    print_type(out, m);
    if (m->says) {
        buf_add_str(out, ",\"description\":");
        json_print_text(out, m->says);
    }
    buf_add_u8(out, '}');
}

/* Later versions may add members to an answer: readers pass over what they do not know. */
static void print_component(struct buf *out, const struct component *c)
{
    bool first = true;
    buf_addf(out, "\"%s\":{\"type\":\"object\",", c->name);
    if (c->says) {
        buf_add_str(out, "\"description\":");
        json_print_text(out, c->says);
        buf_add_u8(out, ',');
    }
    buf_add_str(out, "\"required\":[");
    for (size_t i = 0; i < MAX_MEMBERS && c->members[i].name; i++)
        if (!c->members[i].optional)
            schema_next(out, &first), json_print_text(out, c->members[i].name);
    buf_add_str(out, "],\"properties\":{");
    for (size_t i = 0; i < MAX_MEMBERS && c->members[i].name; i++) {
        buf_add_str(out, i ? "," : "");
        print_member(out, &c->members[i]);
    }
    buf_add_str(out, "}}");
}

/* ---- what is sent ---- */

static void print_broadcast(struct buf *out, const char *const *actions, size_t count)
{
    buf_add_str(out, "\"broadcast_wanted\":{\"type\":\"object\",\"additionalProperties\":false,"
                     "\"required\":[\"action\"],\"properties\":{\"action\":");
    schema_print_names(out, actions, count);
    buf_add_str(out, ",\"source\":{\"type\":\"string\",\"description\":"
                     "\"of select; empty: by priority again\"}}}");
}

/* Three ways in, which do not mix. */
static void print_session(struct buf *out)
{
    buf_add_str(out, ",\n\"session_wanted\":{\"allOf\":[");
    schema_print_shape(out, &entry_session_shape, (struct schema_besides){0});
    buf_add_str(out, ",{\"oneOf\":["
                     "{\"required\":[\"link\"],\"maxProperties\":1},"
                     "{\"required\":[\"meeting\",\"code\"],\"maxProperties\":2},"
                     "{\"required\":[\"account\",\"password\"],\"not\":{\"anyOf\":["
                     "{\"required\":[\"link\"]},{\"required\":[\"meeting\"]}]}}]}]}");
}

static void print_wanted(struct buf *out)
{
    buf_add_str(out, ",\n\"setup_wanted\":");
    schema_print_shape(out, &entry_setup_shape, (struct schema_besides){0});
    buf_add_str(out, ",\n\"link_wanted\":");
    schema_print_shape(out, &entry_link_shape, (struct schema_besides){0});
    print_session(out);
    buf_addf(out,
             ",\n\"agenda_wanted\":{\"type\":\"object\",\"additionalProperties\":false,"
             "\"required\":[\"items\"],\"properties\":{\"items\":{\"type\":\"array\","
             "\"minItems\":1,\"maxItems\":%d,"
             "\"items\":{\"$ref\":\"#/components/schemas/args.agenda.add\"}}}}",
             AGENDA_FILE_MAX_ITEMS);
    buf_add_str(out, ",\n\"meeting_wanted\":");
    schema_print_shape(out, &making_shape, (struct schema_besides){0});
    buf_add_str(out, ",\n\"item\":");
    schema_print_shape(out, &item_shape, (struct schema_besides){.erasable = true});
    buf_add_str(out, ",\n\"command\":{\"oneOf\":[\n");
    schema_print_commands(out, NULL, "#/components/schemas/");
    buf_add_str(out, "]}");
    schema_print_args(out);
}

void openapi_print_answers(struct buf *out, const char *const *actions, size_t count)
{
    print_broadcast(out, actions, count);
    print_wanted(out);
    for (size_t i = 0; i < sizeof components / sizeof *components; i++) {
        buf_add_str(out, ",\n");
        print_component(out, &components[i]);
    }
}
