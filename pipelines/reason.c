#include "reason.h"

#include <stdio.h>
#include <string.h>

struct words {
    bool refusal;
    const char *tr, *en;
};

static const struct words all_words[] = {
    [REASON_URL] = {true, "Adres anlaşılamadı", "The address can't be understood"},
    [REASON_PORT_TAKEN] = {false, "Bu adreste dinlenemiyor", "Can't listen at this address"},
    [REASON_UNREACHABLE] = {false, "Kaynağa ulaşılamıyor", "The source can't be reached"},
    [REASON_DISCONNECTED] = {false, "Bağlantı kapandı", "The connection was closed"},
    [REASON_SILENT] = {false, "Bağlı, ama veri gelmiyor", "Connected, but nothing comes"},
    [REASON_BAD_PASSPHRASE] = {true, "SRT parolası yanlış ya da eksik",
                               "Wrong or missing SRT passphrase"},
    [REASON_PASSPHRASE_LENGTH] = {true, "SRT parolası 10 ile 79 karakter arasında olmalı",
                                  "An SRT passphrase has 10 to 79 characters"},
    [REASON_BAD_STREAM_ID] = {true, "SRT akış kimliği yanlış ya da eksik",
                              "Wrong or missing SRT stream id"},
    [REASON_BUSY] = {true, "Başka bir yayıncı bağlıyken bir ikincisi geri çevrildi",
                     "A second encoder was turned away while the first is connected"},
    [REASON_REJECTED] = {true, "Bağlantı geri çevrildi", "The connection was rejected"},
    [REASON_CONTAINER] = {true, "Taşıyıcı biçim desteklenmiyor ya da tanınmıyor",
                          "The container is not supported or not recognised"},
    [REASON_VIDEO_FORMAT] = {true, "Görüntü biçimi desteklenmiyor",
                             "The video format is not supported"},
    [REASON_AUDIO_FORMAT] = {true, "Ses biçimi desteklenmiyor",
                             "The audio format is not supported"},
    [REASON_NO_TRACKS] = {true, "İçinde kullanılabilir görüntü ya da ses yok",
                          "It holds neither video nor audio that can be used"},
    [REASON_ENCRYPTED] = {true, "İçerik şifreli", "The content is encrypted"},
    [REASON_BROKEN] = {true, "Akış bozuk", "The stream is damaged"},
    [REASON_CHANGED] = {false, "Akışın içeriği değişti", "The stream's contents changed"},
    [REASON_FILE] = {false, "Dosya açılamıyor", "The file can't be opened"},
    [REASON_DESCRIPTION] = {true, "GStreamer tanımı hatalı", "The GStreamer description is faulty"},
    [REASON_DESCRIPTION_ENDS] = {true, "GStreamer tanımında adı video ya da audio olan bir öğe yok",
                                 "No element of the GStreamer description is named video or audio"},
    [REASON_PASSTHROUGH] = {true, "Geçişli kipte yalnız tarayıcıların açtığı H.264 kullanılabilir",
                            "passthrough takes H.264 that browsers decode and nothing else"},
    [REASON_KEYFRAMES] = {true, "Geçişli kipte anahtar kareler en çok 4 saniye arayla gelmeli",
                          "passthrough needs a keyframe at least every 4 seconds"},
    [REASON_NOT_LIVE] = {true, "GStreamer tanımı canlı değil (is-live=true gerekir)",
                         "The GStreamer description is not live (it needs is-live=true)"},
    [REASON_LOW_MEMORY] = {false, "Bellek yetmedi", "Out of memory"},
};

static const struct words *words_of(enum reason reason)
{
    size_t count = sizeof all_words / sizeof all_words[0];
    return (size_t)reason < count && all_words[reason].tr ? &all_words[reason] : NULL;
}

bool reason_is_refusal(enum reason reason)
{
    const struct words *w = words_of(reason);
    return w && w->refusal;
}

/* Cuts a text that snprintf() may have cut inside of a character. */
static void cut_at_character(char *text)
{
    size_t end = strlen(text), start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (start - 1 + length > end)
        text[start - 1] = '\0';
}

void reason_text(enum reason reason, const char *language, const char *detail, char *ret_text,
                 size_t size)
{
    const struct words *w = words_of(reason);
    if (!w) {
        ret_text[0] = '\0';
        return;
    }
    const char *sentence = language && strcmp(language, "tr") == 0 ? w->tr : w->en;
    if (detail && detail[0])
        snprintf(ret_text, size, "%s: %s", sentence, detail);
    else
        snprintf(ret_text, size, "%s", sentence);
    cut_at_character(ret_text);
    for (char *c = ret_text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
}
