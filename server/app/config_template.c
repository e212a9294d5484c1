#include "app/config.h"
#include "app/config_table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void setting_allowed(const struct setting *s, char *ret_text, size_t size)
{
    if (s->allowed) {
        snprintf(ret_text, size, "%s", s->allowed);
        return;
    }
    switch (s->kind) {
    case SETTING_TEXT:
        snprintf(ret_text, size, "a text of %lld to %lld bytes", (long long)s->min,
                 (long long)s->max);
        break;
    case SETTING_NUMBER:
        snprintf(ret_text, size, "a whole number from %lld to %lld", (long long)s->min,
                 (long long)s->max);
        break;
    case SETTING_FLAG:
        snprintf(ret_text, size, "true or false");
        break;
    case SETTING_CHOICE: {
        size_t at = (size_t)snprintf(ret_text, size, "one of \"");
        for (const char *c = s->choices; *c && at + 6 < size; c++)
            at += (size_t)snprintf(ret_text + at, size - at, *c == '|' ? "\", \"" : "%c", *c);
        snprintf(ret_text + at, size - at, "\"");
        break;
    }
    case SETTING_LIST:
        snprintf(ret_text, size, "a list of %lld to %lld groups: ( { ... }, { ... } )",
                 (long long)s->min, (long long)s->max);
        break;
    }
}

/* Each line of the text with a prefix. */
static void add_lines(struct buf *out, const char *prefix, const char *text)
{
    while (*text) {
        size_t size = strcspn(text, "\n");
        buf_addf(out, "%s%.*s\n", prefix, (int)size, text);
        text += size + (text[size] == '\n');
    }
}

static void add_members(struct buf *out, const char *prefix, const struct section *section)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct setting *s = &section->settings[i];
        char allowed[256], deeper[64];
        setting_allowed(s, allowed, sizeof allowed);
        if (s->fallback)
            buf_addf(out, "%s%s: %s; default %s\n", prefix, s->name, allowed, s->fallback);
        else
            buf_addf(out, "%s%s: %s\n", prefix, s->name, allowed);
        snprintf(deeper, sizeof deeper, "%s    ", prefix);
        add_lines(out, deeper, s->doc);
        if (s->items)
            add_members(out, deeper, s->items);
    }
}

static void add_setting(struct buf *out, const struct setting *s)
{
    char allowed[256], text[1024];
    setting_allowed(s, allowed, sizeof allowed);
    buf_add_str(out, "\n");
    add_lines(out, "# ", s->doc);
    buf_addf(out, "# Allowed: %s.\n", allowed);
    if (s->items)
        add_members(out, "#   ", s->items);
    snprintf(text, sizeof text, "%s = %s;", s->name, s->fallback);
    add_lines(out, "#", text);
}

static const char example[] =
    "\n"
    "# For example:\n"
    "#rooms = (\n"
    "#    {\n"
    "#        id = \"meclis-salonu\";\n"
    "#        title = \"Örnek Meclis Salonu\";\n"
    "#        sources = (\n"
    "#            { id = \"salon\"; kind = \"srt-listen\"; priority = 1;\n"
    "#              url = \"srt://0.0.0.0:8890\"; passphrase = \"en az on bayt\"; }\n"
    "#        );\n"
    "#    }\n"
    "#);\n"
    "#meetings = (\n"
    "#    {\n"
    "#        id = \"meclis-2026-03\";\n"
    "#        title = \"Örnek Belediye Meclisi, Mart 2026 Toplantısı\";\n"
    "#        sources = (\n"
    "#            { id = \"salon\"; kind = \"srt-listen\"; priority = 1;\n"
    "#              url = \"srt://0.0.0.0:8890\"; passphrase = \"en az on bayt\"; },\n"
    "#            { id = \"yedek\"; kind = \"rtmp\"; priority = 2; url = \"gizli-anahtar-1\"; }\n"
    "#        );\n"
    "#        agenda = (\n"
    "#            { number = 1; title = \"Açılış ve yoklama\"; },\n"
    "#            { number = 2; title = \"Önceki birleşimin tutanak özeti\"; }\n"
    "#        );\n"
    "#    }\n"
    "#);\n";

int config_print_template(struct buf *out)
{
    buf_add_str(out, "# Açık Meclis: every setting with its default. Take the '#' away to change "
                     "one.\n"
                     "# `meclis --check-config --config FILE` tells what is wrong, and where.\n"
                     "# Settings are read when the server starts. Of a broadcast that is on air,\n"
                     "# " CONFIG_OF_A_START "\n"
                     "# change once it was stopped and started again.\n");
    for (size_t i = 0; i < config_section.count; i++)
        add_setting(out, &config_section.settings[i]);
    return buf_add_str(out, example);
}
