#include "protocol/refusal.h"

#include <jansson.h>
#include <string.h>

static const struct {
    int status;
    const char *code;
    const char *messages[LANGUAGE_ENGLISH + 1];
} table[] = {
    [REFUSAL_BAD_REQUEST] = {400,
                             "bad_request",
                             {[LANGUAGE_TURKISH] = "İstek anlaşılamadı.",
                              [LANGUAGE_ENGLISH] = "The request could not be understood."}},
    [REFUSAL_BUSY] = {503,
                      "busy",
                      {[LANGUAGE_TURKISH] = "Sunucu şu anda çok yoğun; birazdan yeniden deneyin.",
                       [LANGUAGE_ENGLISH] = "The server is too busy now; try again shortly."}},
    [REFUSAL_DISK_FULL] = {507,
                           "disk_full",
                           {[LANGUAGE_TURKISH] = "Diskte yer kalmadı; işlem yapılmadı.",
                            [LANGUAGE_ENGLISH] = "The disk is full; nothing was changed."}},
    [REFUSAL_INTERNAL] = {500,
                          "internal",
                          {[LANGUAGE_TURKISH] = "Sunucuda beklenmeyen bir sorun oldu.",
                           [LANGUAGE_ENGLISH] = "Something unexpected went wrong on the server."}},
    [REFUSAL_METHOD] = {405,
                        "method_not_allowed",
                        {[LANGUAGE_TURKISH] = "Bu adres bu yöntemle kullanılamaz.",
                         [LANGUAGE_ENGLISH] = "This address does not take this method."}},
    [REFUSAL_NOT_FOUND] = {404,
                           "not_found",
                           {[LANGUAGE_TURKISH] = "Aradığınız şey bulunamadı.",
                            [LANGUAGE_ENGLISH] = "There is nothing at this address."}},
    [REFUSAL_NOT_LIVE] = {409,
                          "not_live",
                          {[LANGUAGE_TURKISH] = "Bu toplantı şu anda yayında değil.",
                           [LANGUAGE_ENGLISH] = "This meeting is not on air."}},
    [REFUSAL_NO_RECORDING] = {404,
                              "no_recording",
                              {[LANGUAGE_TURKISH] = "Bu toplantının kaydı yok.",
                               [LANGUAGE_ENGLISH] = "This meeting has no recording."}},
    [REFUSAL_STORE] = {503,
                       "store_failed",
                       {[LANGUAGE_TURKISH] = "Kayıt defterine yazılamadı; işlem yapılmadı.",
                        [LANGUAGE_ENGLISH] = "The log can't be written; nothing was changed."}},
    [REFUSAL_UNAUTHORIZED] = {401,
                              "unauthorized",
                              {[LANGUAGE_TURKISH] = "Bunun için yönetici anahtarı gerekir.",
                               [LANGUAGE_ENGLISH] = "This needs the administrator's token."}},
    [REFUSAL_UNKNOWN_ACTION] = {400,
                                "unknown_action",
                                {[LANGUAGE_TURKISH] = "Böyle bir işlem yok.",
                                 [LANGUAGE_ENGLISH] = "There is no such action."}},
    [REFUSAL_UNKNOWN_SOURCE] = {400,
                                "unknown_source",
                                {[LANGUAGE_TURKISH] = "Bu toplantının böyle bir kaynağı yok.",
                                 [LANGUAGE_ENGLISH] = "This meeting has no such source."}},
};

int refusal_status(enum refusal refusal)
{
    return table[refusal].status;
}

const char *refusal_code(enum refusal refusal)
{
    return table[refusal].code;
}

const char *refusal_message(enum refusal refusal, enum language language)
{
    return table[refusal].messages[language];
}

struct bytes *refusal_print(enum refusal refusal, enum language language)
{
    json_t *j = json_pack("{s{ssss}}", "error", "code", refusal_code(refusal), "message",
                          refusal_message(refusal, language));
    char *text = json_dumps(j, JSON_COMPACT);
    json_decref(j);
    struct bytes *b = text ? bytes_copy(text, strlen(text)) : NULL;
    free(text);
    return b;
}
