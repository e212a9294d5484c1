#include "protocol/entry_message.h"

#include "protocol/shape_json.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define TEXT_MAX 4096
#define LINKS_MAX (4u << 20)

static const struct shape_field link_fields[] = {
    {.name = "role",
     .kind = SHAPE_ENUM,
     .offset = offsetof(struct entry_link, role),
     .size = 4,
     .names = meeting_role_names,
     .min = 1,
     .max = MEETING_ROLES},
    {.name = "person",
     .kind = SHAPE_REF,
     .optional = true,
     .offset = offsetof(struct entry_link, person),
     .size = 8},
};
const struct shape entry_link_shape = {"entry_link", link_fields, 2, sizeof(struct entry_link)};

SHAPE(entry_session, F_OPT_TEXT(entry_session, link), F_OPT_TEXT(entry_session, account),
      F_OPT_TEXT(entry_session, meeting), F_OPT_TEXT(entry_session, code),
      F_OPT_TEXT(entry_session, password));

int entry_link_read(const struct bytes *body, struct entry_link *ret,
                    struct client_wrong *ret_wrong)
{
    memset(ret, 0, sizeof *ret);
    return client_object_read(body, &entry_link_shape, ret, ret_wrong);
}

SHAPE(entry_setup, F_TEXT(entry_setup, key), F_TEXT(entry_setup, account),
      F_TEXT(entry_setup, password));

int entry_setup_read(const struct bytes *body, struct entry_setup *ret,
                     struct client_wrong *ret_wrong)
{
    memset(ret, 0, sizeof *ret);
    return client_object_read(body, &entry_setup_shape, ret, ret_wrong);
}

int entry_session_read(const struct bytes *body, struct entry_session *ret,
                       struct client_wrong *ret_wrong)
{
    memset(ret, 0, sizeof *ret);
    int r = client_object_read(body, &entry_session_shape, ret, ret_wrong);
    if (r < 0)
        return r;
    bool link = ret->link[0], account = ret->account[0] || ret->password[0];
    bool many = link + account + (ret->meeting[0] != 0) > 1 || (link && ret->code[0]);
    const char *missing = ret->meeting[0]    ? (ret->code[0] ? "" : "code")
                          : link             ? ""
                          : !account         ? "link"
                          : !ret->account[0] ? "account"
                          : ret->password[0] ? ""
                                             : "password";
    if (!many && !missing[0])
        return 0;
    ret_wrong->code = many ? REFUSAL_UNKNOWN_MEMBER : REFUSAL_MISSING_MEMBER;
    const char *member = !many             ? missing
                         : account         ? "account"
                         : ret->meeting[0] ? "meeting"
                                           : "code";
    shape_text_copy(ret_wrong->member, sizeof ret_wrong->member, member);
    return -EPROTO;
}

struct bytes *entry_code_text(const char *code, int64_t until_utc_us)
{
    cleanup_buf struct buf out;
    buf_init(&out, TEXT_MAX);
    buf_addf(&out, "{\"code\":\"%s\",\"until_utc_us\":%" PRId64 "}", code, until_utc_us);
    return buf_to_bytes(&out);
}

/* The secret is behind '#': browsers do not send that, so no log on the way has it. */
struct bytes *entry_link_text(const char *meeting, const char *principal, const char *secret)
{
    cleanup_buf struct buf out;
    buf_init(&out, TEXT_MAX);
    buf_addf(
        &out,
        "{\"meeting\":\"%s\",\"principal\":\"%s\",\"link\":\"%s\",\"address\":\"/speak/%s#%s\"}",
        meeting, principal, secret, meeting, secret);
    return buf_to_bytes(&out);
}

struct bytes *entry_session_text(const char *token, const char *meeting, const char *principal,
                                 int64_t until_utc_us)
{
    cleanup_buf struct buf out;
    buf_init(&out, TEXT_MAX);
    buf_addf(&out,
             "{\"token\":\"%s\",\"meeting\":\"%s\",\"principal\":\"%s\",\"until_utc_us\":%" PRId64
             "}",
             token, meeting, principal, until_utc_us);
    return buf_to_bytes(&out);
}

struct bytes *entry_left_text(int sessions)
{
    cleanup_buf struct buf out;
    buf_init(&out, TEXT_MAX);
    buf_addf(&out, "{\"sessions\":%d}", sessions);
    return buf_to_bytes(&out);
}

static void add_roles(struct buf *out, uint32_t roles)
{
    const char *comma = "";
    for (int i = 0; i < MEETING_ROLES; i++) {
        if (roles & 1u << i) {
            buf_addf(out, "%s\"%s\"", comma, meeting_role_names[i]);
            comma = ",";
        }
    }
}

struct bytes *entry_who_text(const struct entry_who *who)
{
    cleanup_buf struct buf out;
    const char *quote = who->account[0] ? "\"" : "";
    buf_init(&out, TEXT_MAX);
    buf_addf(&out, "{\"principal\":\"%s\",\"account\":%s%s%s,\"roles\":[", who->principal, quote,
             who->account[0] ? who->account : "null", quote);
    add_roles(&out, who->roles);
    buf_addf(&out, "],\"person\":%" PRIu64 ",\"until_utc_us\":%" PRId64 "}", who->person,
             who->until_utc_us);
    return buf_to_bytes(&out);
}

void entry_links_begin(struct buf *out, const char *meeting)
{
    buf_init(out, LINKS_MAX);
    buf_addf(out, "{\"meeting\":\"%s\",\"links\":[", meeting);
}

int entry_links_add(struct buf *out, const struct entry_listed_link *link)
{
    bool first = out->size && out->data[out->size - 1] == '[';
    buf_addf(out, "%s{\"principal\":\"%s\",\"roles\":[", first ? "" : ",", link->principal);
    add_roles(out, link->roles);
    return buf_addf(out, "],\"person\":%" PRIu64 ",\"made_utc_us\":%" PRId64 "}", link->person,
                    link->made_utc_us);
}

struct bytes *entry_links_end(struct buf *out)
{
    buf_add_str(out, "]}");
    return buf_to_bytes(out);
}
