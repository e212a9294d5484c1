#include "app/config.h"
#include "app/config_table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reader {
    const char *path;
    char *reason; /* CONFIG_REASON */
};

void config_free(struct config *c)
{
    free(c);
}

bool config_split_address(const char *text, char ret_address[64], int *ret_port)
{
    char address[64], *end;
    const char *colon = strrchr(text, ':');
    bool bracketed = text[0] == '[' && colon && colon[-1] == ']';
    if (!colon || strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    long port = strtol(colon + 1, &end, 10);
    size_t size = (size_t)(colon - text) - (bracketed ? 2 : 0);
    if (end == colon + 1 || port > 65535 || size == 0 || size >= sizeof address)
        return false;
    memcpy(address, text + bracketed, size);
    address[size] = 0;
    unsigned char raw[16];
    if (inet_pton(bracketed ? AF_INET6 : AF_INET, address, raw) != 1)
        return false;
    memcpy(ret_address, address, size + 1);
    *ret_port = (int)port;
    return true;
}

static int fail(const struct reader *r, const config_setting_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(const struct reader *r, const config_setting_t *at, const char *format, ...)
{
    const char *file = config_setting_source_file(at);
    int size = snprintf(r->reason, CONFIG_REASON, "%s:%u: ", file ? file : r->path,
                        config_setting_source_line(at));
    va_list args;
    va_start(args, format);
    vsnprintf(r->reason + size, size < CONFIG_REASON ? (size_t)(CONFIG_REASON - size) : 0, format,
              args);
    va_end(args);
    return -EINVAL;
}

static int fail_value(const struct reader *r, const config_setting_t *at, const struct setting *s)
{
    char allowed[256];
    setting_allowed(s, allowed, sizeof allowed);
    return fail(r, at, "\"%s\" must be %s", s->name, allowed);
}

static int read_section(const struct reader *r, const config_setting_t *group,
                        const struct section *section, void *to);

static int read_list(const struct reader *r, config_setting_t *at, const struct setting *s,
                     void *to)
{
    int count = config_setting_length(at);
    if (config_setting_type(at) != CONFIG_TYPE_LIST || count < s->min || count > s->max)
        return fail_value(r, at, s);
    char *items = (char *)to + s->offset;
    memset(items, 0, s->size); /* the file's list replaces the default's */
    for (int i = 0; i < count; i++) {
        config_setting_t *item = config_setting_get_elem(at, (unsigned)i);
        if (!config_setting_is_group(item))
            return fail_value(r, item, s);
        int e = read_section(r, item, s->items, items + (size_t)i * s->items->bytes);
        if (e < 0)
            return e;
    }
    *(size_t *)(void *)((char *)to + s->count_offset) = (size_t)count;
    return 0;
}

static int64_t read_choice(const char *choices, const char *text)
{
    size_t size = strlen(text);
    int64_t number = 1;
    for (const char *at = choices; at; number++) {
        size_t n = strcspn(at, "|");
        if (n == size && strncmp(at, text, n) == 0)
            return number;
        at = at[n] ? at + n + 1 : NULL;
    }
    return 0;
}

static int read_text(const struct reader *r, config_setting_t *at, const struct setting *s,
                     void *to)
{
    const char *text =
        config_setting_type(at) == CONFIG_TYPE_STRING ? config_setting_get_string(at) : NULL;
    if (!text)
        return fail_value(r, at, s);
    if (s->kind == SETTING_CHOICE) {
        int64_t choice = read_choice(s->choices, text);
        if (!choice)
            return fail_value(r, at, s);
        memcpy(to, &choice, sizeof choice);
        return 0;
    }
    size_t size = strlen(text);
    if ((int64_t)size < s->min || (int64_t)size > s->max || size >= s->size ||
        (s->valid && !s->valid(text)))
        return fail_value(r, at, s);
    memcpy(to, text, size + 1);
    return 0;
}

static int read_setting(const struct reader *r, config_setting_t *at, const struct setting *s,
                        void *group)
{
    void *to = (char *)group + s->offset;
    int type = config_setting_type(at);
    switch (s->kind) {
    case SETTING_TEXT:
    case SETTING_CHOICE:
        return read_text(r, at, s, to);
    case SETTING_NUMBER: {
        int64_t number = config_setting_get_int64(at);
        if ((type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) || number < s->min ||
            number > s->max)
            return fail_value(r, at, s);
        memcpy(to, &number, sizeof number);
        return 0;
    }
    case SETTING_FLAG:
        if (type != CONFIG_TYPE_BOOL)
            return fail_value(r, at, s);
        *(bool *)to = config_setting_get_bool(at);
        return 0;
    case SETTING_LIST:
        return read_list(r, at, s, group);
    }
    return 0;
}

static const struct setting *find_setting(const struct section *section, const char *name)
{
    for (size_t i = 0; i < section->count; i++) {
        if (strcmp(section->settings[i].name, name) == 0)
            return &section->settings[i];
    }
    return NULL;
}

static int fail_unknown(const struct reader *r, const config_setting_t *at,
                        const struct section *section)
{
    char known[640] = "";
    size_t size = 0;
    for (size_t i = 0; i < section->count && size < sizeof known; i++)
        size += (size_t)snprintf(known + size, sizeof known - size, "%s%s", i ? ", " : "",
                                 section->settings[i].name);
    return fail(r, at, "unknown setting \"%.64s\"; %s has: %s", config_setting_name(at),
                section->what, known);
}

/* Settings that are not named get their default; ones without default are missed. */
static int read_defaults(const struct reader *r, const config_setting_t *group,
                         const struct section *section, void *to)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct setting *s = &section->settings[i];
        if (config_setting_get_member(group, s->name))
            continue;
        if (!s->fallback)
            return fail(r, group, "%s needs \"%s\"", section->what, s->name);
        char text[1024];
        snprintf(text, sizeof text, "%s = %s;", s->name, s->fallback);
        config_t config;
        config_init(&config);
        int e = -EINVAL;
        if (config_read_string(&config, text))
            e = read_setting(r, config_setting_get_member(config_root_setting(&config), s->name), s,
                             to);
        config_destroy(&config);
        if (e < 0)
            return e;
    }
    return 0;
}

static int read_section(const struct reader *r, const config_setting_t *group,
                        const struct section *section, void *to)
{
    int e = read_defaults(r, group, section, to);
    for (int i = 0; i < config_setting_length(group) && e == 0; i++) {
        config_setting_t *at = config_setting_get_elem(group, (unsigned)i);
        const struct setting *s = find_setting(section, config_setting_name(at));
        e = s ? read_setting(r, at, s, to) : fail_unknown(r, at, section);
    }
    const char *wrong = e == 0 && section->check ? section->check(to) : NULL;
    return wrong ? fail(r, group, "%s: %s", section->what, wrong) : e;
}

/* Reads a file into the struct; NULL: the defaults alone. */
static int read_file(const struct reader *r, struct config *to)
{
    config_t config;
    config_init(&config);
    int e = 0;
    if (r->path && !config_read_file(&config, r->path)) {
        e = -EINVAL;
        if (config_error_type(&config) == CONFIG_ERR_FILE_IO)
            snprintf(r->reason, CONFIG_REASON, "%s: can't be read: %s", r->path, strerror(errno));
        else
            snprintf(r->reason, CONFIG_REASON, "%s:%d: %s",
                     config_error_file(&config) ? config_error_file(&config) : r->path,
                     config_error_line(&config), config_error_text(&config));
    }
    if (e == 0)
        e = read_section(r, config_root_setting(&config), &config_section, to);
    config_destroy(&config);
    return e;
}

int config_load(const char *path, struct config **ret, char ret_reason[CONFIG_REASON])
{
    cleanup(config_free_p) struct config *c = calloc(1, sizeof *c);
    if (!c) {
        snprintf(ret_reason, CONFIG_REASON, "no memory");
        return -ENOMEM;
    }
    const struct reader r = {.path = path, .reason = ret_reason};
    int e = read_file(&r, c);
    if (e < 0)
        return e;
    *ret = take_ptr(c);
    return 0;
}

int config_add_meetings(struct config *c, const char *path, char ret_reason[CONFIG_REASON])
{
    cleanup(config_free_p) struct config *other = NULL;
    int e = config_load(path, &other, ret_reason);
    for (size_t i = 0; e == 0 && i < other->meeting_count; i++) {
        bool there = false;
        for (size_t j = 0; j < c->meeting_count; j++)
            there = there || strcmp(c->meetings[j].id, other->meetings[i].id) == 0;
        if (there || c->meeting_count == CONFIG_MAX_MEETINGS) {
            snprintf(ret_reason, CONFIG_REASON, "%s: no room for the meeting \"%s\"", path,
                     other->meetings[i].id);
            return -EINVAL;
        }
        c->meetings[c->meeting_count++] = other->meetings[i];
    }
    return e;
}
