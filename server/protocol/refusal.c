#include "protocol/refusal.h"

#include <jansson.h>
#include <string.h>

static const struct {
    int status;
    const char *code;
    const char *messages[LANGUAGE_ENGLISH + 1];
} table[] = {
    [REFUSAL_ACCOUNT_EXISTS] = {409,
                                "account_exists",
                                {[LANGUAGE_TURKISH] =
                                     "Bu adla bir hesap zaten var; başka bir ad seçin.",
                                 [LANGUAGE_ENGLISH] =
                                     "There is an account of this name already; choose another "
                                     "one."}},
    [REFUSAL_WEAK_PASSWORD] = {400,
                               "weak_password",
                               {[LANGUAGE_TURKISH] =
                                    "Parola en az 12 karakter olmalı; hesabın adı ya da birkaç "
                                    "karakterin yinelenmesi olamaz.",
                                [LANGUAGE_ENGLISH] =
                                    "A password has at least 12 characters; it can't be the "
                                    "account's name or a few characters again and again."}},
    [REFUSAL_BAD_REQUEST] = {400,
                             "bad_request",
                             {[LANGUAGE_TURKISH] = "İstek anlaşılamadı.",
                              [LANGUAGE_ENGLISH] = "The request could not be understood."}},
    [REFUSAL_BAD_TEXT] = {400,
                          "bad_text",
                          {[LANGUAGE_TURKISH] = "Bir metin boş, başında ya da sonunda boşluk var, "
                                                "ya da içinde izin verilmeyen bir karakter var.",
                           [LANGUAGE_ENGLISH] = "A text is empty, begins or ends with a space, or "
                                                "holds a character that is not allowed."}},
    [REFUSAL_BALLOT_LOST] =
        {409,
         "ballot_lost",
         {[LANGUAGE_TURKISH] = "Bu oylamanın sandığı açılamıyor; sunucu bir yedekten dönmüş "
                               "olabilir. Oylama iptal edilip yeniden yapılmalı.",
          [LANGUAGE_ENGLISH] = "This vote's ballot box can't be opened; the server may have been "
                               "restored from a backup. The vote is to be cancelled and taken "
                               "again."}},
    [REFUSAL_BUSY] = {503,
                      "busy",
                      {[LANGUAGE_TURKISH] = "Sunucu şu anda çok yoğun; birazdan yeniden deneyin.",
                       [LANGUAGE_ENGLISH] = "The server is too busy now; try again shortly."}},
    [REFUSAL_DISK_FULL] = {507,
                           "disk_full",
                           {[LANGUAGE_TURKISH] = "Diskte yer kalmadı; işlem yapılmadı.",
                            [LANGUAGE_ENGLISH] = "The disk is full; nothing was changed."}},
    [REFUSAL_DUPLICATE_MEMBER] = {400,
                                  "duplicate_member",
                                  {[LANGUAGE_TURKISH] = "Aynı alan iki kez verilmiş.",
                                   [LANGUAGE_ENGLISH] = "The same member is given twice."}},
    [REFUSAL_ENDED] = {409,
                       "ended",
                       {[LANGUAGE_TURKISH] = "Toplantı sona erdi.",
                        [LANGUAGE_ENGLISH] = "The meeting has ended."}},
    [REFUSAL_EXISTS] = {409,
                        "exists",
                        {[LANGUAGE_TURKISH] = "Bu kimlikte bir toplantı zaten var; başka bir "
                                              "kimlik seçin.",
                         [LANGUAGE_ENGLISH] = "There is a meeting of this id already; choose "
                                              "another one."}},
    [REFUSAL_FORBIDDEN] = {403,
                           "forbidden",
                           {[LANGUAGE_TURKISH] = "Bunun için yetkiniz yok.",
                            [LANGUAGE_ENGLISH] = "You may not do this."}},
    [REFUSAL_FOREIGN_ORIGIN] = {403,
                                "foreign_origin",
                                {[LANGUAGE_TURKISH] = "İstek bu sitenin kendi sayfasından gelmedi.",
                                 [LANGUAGE_ENGLISH] =
                                     "The request does not come from a page of this site."}},
    [REFUSAL_HELLO_FIRST] = {400,
                             "hello_first",
                             {[LANGUAGE_TURKISH] =
                                  "Önce bir “hello” iletisi gönderilmeli, yalnızca bir kez.",
                              [LANGUAGE_ENGLISH] = "A hello comes first, and only once."}},
    [REFUSAL_GATE] = {503,
                      "gate",
                      {[LANGUAGE_TURKISH] = "Yayının kapısı kapatılamadı; oturum açık sürüyor.",
                       [LANGUAGE_ENGLISH] =
                           "The broadcast's gate could not be closed; the part goes on openly."}},
    [REFUSAL_INTERNAL] = {500,
                          "internal",
                          {[LANGUAGE_TURKISH] = "Sunucuda beklenmeyen bir sorun oldu.",
                           [LANGUAGE_ENGLISH] = "Something unexpected went wrong on the server."}},
    [REFUSAL_METHOD] = {405,
                        "method_not_allowed",
                        {[LANGUAGE_TURKISH] = "Bu adres bu yöntemle kullanılamaz.",
                         [LANGUAGE_ENGLISH] = "This address does not take this method."}},
    [REFUSAL_MISSING_MEMBER] = {400,
                                "missing_member",
                                {[LANGUAGE_TURKISH] = "Gerekli bir alan eksik.",
                                 [LANGUAGE_ENGLISH] = "A member that is needed is missing."}},
    [REFUSAL_NEEDS_HTTPS] = {403,
                             "needs_https",
                             {[LANGUAGE_TURKISH] =
                                  "Giriş yalnızca güvenli bağlantıyla (https) yapılabilir.",
                              [LANGUAGE_ENGLISH] =
                                  "Signing in needs a secure connection (https)."}},
    [REFUSAL_NOT_AVAILABLE] = {501,
                               "not_available",
                               {[LANGUAGE_TURKISH] =
                                    "Sunucu bunu henüz yapamıyor; kayda da geçirilmedi.",
                                [LANGUAGE_ENGLISH] =
                                    "The server can't do this yet; nothing was recorded."}},
    [REFUSAL_NOT_CSV] = {400,
                         "not_csv",
                         {[LANGUAGE_TURKISH] = "Dosya geçerli bir CSV değil: kapanmayan bir tırnak "
                                               "ya da başlığı olmayan bir hücre var.",
                          [LANGUAGE_ENGLISH] = "The file is not CSV: a quotation mark is never "
                                               "closed, or a cell has no heading."}},
    [REFUSAL_NOT_FOUND] = {404,
                           "not_found",
                           {[LANGUAGE_TURKISH] = "Aradığınız şey bulunamadı.",
                            [LANGUAGE_ENGLISH] = "There is nothing at this address."}},
    [REFUSAL_NOT_JSON] = {400,
                          "not_json",
                          {[LANGUAGE_TURKISH] = "İleti geçerli bir JSON değil.",
                           [LANGUAGE_ENGLISH] = "The message is not JSON."}},
    [REFUSAL_NOT_LIVE] = {409,
                          "not_live",
                          {[LANGUAGE_TURKISH] = "Bu toplantı şu anda yayında değil.",
                           [LANGUAGE_ENGLISH] = "This meeting is not on air."}},
    [REFUSAL_NOT_PERMITTED] =
        {409,
         "not_permitted",
         {[LANGUAGE_TURKISH] = "Yayın için kurulun kararı ya da gerekli onaylar eksik.",
          [LANGUAGE_ENGLISH] =
              "The body's decision to broadcast, or a consent it needs, is missing."}},
    [REFUSAL_NO_RECORDING] = {404,
                              "no_recording",
                              {[LANGUAGE_TURKISH] = "Bu toplantının kaydı yok.",
                               [LANGUAGE_ENGLISH] = "This meeting has no recording."}},
    [REFUSAL_OUT_OF_RANGE] = {400,
                              "out_of_range",
                              {[LANGUAGE_TURKISH] = "Bir değer izin verilen sınırların dışında.",
                               [LANGUAGE_ENGLISH] = "A value is beyond what is allowed."}},
    [REFUSAL_STORE] = {503,
                       "store_failed",
                       {[LANGUAGE_TURKISH] = "Kayıt defterine yazılamadı; işlem yapılmadı.",
                        [LANGUAGE_ENGLISH] = "The log can't be written; nothing was changed."}},
    [REFUSAL_TOO_DEEP] = {400,
                          "too_deep",
                          {[LANGUAGE_TURKISH] = "İleti fazla iç içe.",
                           [LANGUAGE_ENGLISH] = "The message is nested too deeply."}},
    [REFUSAL_TOO_FAST] = {429,
                          "too_fast",
                          {[LANGUAGE_TURKISH] =
                               "Çok hızlı gönderiyorsunuz; biraz bekleyip yeniden deneyin.",
                           [LANGUAGE_ENGLISH] =
                               "You are sending too fast; wait a little and try again."}},
    [REFUSAL_TOO_LONG] = {400,
                          "too_long",
                          {[LANGUAGE_TURKISH] = "Bir metin izin verilenden uzun.",
                           [LANGUAGE_ENGLISH] = "A text is longer than allowed."}},
    [REFUSAL_TOO_MANY_MEETINGS] = {507,
                                   "too_many_meetings",
                                   {[LANGUAGE_TURKISH] =
                                        "Bu sunucunun alabileceği toplantı sayısına ulaşıldı.",
                                    [LANGUAGE_ENGLISH] =
                                        "This server holds as many meetings as it can."}},
    [REFUSAL_UNAUTHORIZED] = {401,
                              "unauthorized",
                              {[LANGUAGE_TURKISH] = "Bunun için giriş yapmanız gerekir.",
                               [LANGUAGE_ENGLISH] = "You must sign in for this."}},
    [REFUSAL_UNKNOWN_ACTION] = {400,
                                "unknown_action",
                                {[LANGUAGE_TURKISH] = "Böyle bir işlem yok.",
                                 [LANGUAGE_ENGLISH] = "There is no such action."}},
    [REFUSAL_UNKNOWN_COMMAND] = {400,
                                 "unknown_command",
                                 {[LANGUAGE_TURKISH] = "Böyle bir komut yok.",
                                  [LANGUAGE_ENGLISH] = "There is no such command."}},
    [REFUSAL_UNKNOWN_MEMBER] = {400,
                                "unknown_member",
                                {[LANGUAGE_TURKISH] = "Tanınmayan bir alan var.",
                                 [LANGUAGE_ENGLISH] = "There is a member that is not known."}},
    [REFUSAL_UNKNOWN_SOURCE] = {400,
                                "unknown_source",
                                {[LANGUAGE_TURKISH] = "Bu toplantının böyle bir kaynağı yok.",
                                 [LANGUAGE_ENGLISH] = "This meeting has no such source."}},
    [REFUSAL_UNKNOWN_TYPE] = {400,
                              "unknown_type",
                              {[LANGUAGE_TURKISH] = "Böyle bir ileti türü yok.",
                               [LANGUAGE_ENGLISH] = "There is no such type of message."}},
    [REFUSAL_UNKNOWN_VALUE] = {400,
                               "unknown_value",
                               {[LANGUAGE_TURKISH] =
                                    "Bir alanın değeri izin verilenlerden biri değil.",
                                [LANGUAGE_ENGLISH] = "A member's value is none of those allowed."}},
    [REFUSAL_VERSION] = {400,
                         "version",
                         {[LANGUAGE_TURKISH] = "Protokolün bu sürümü desteklenmiyor.",
                          [LANGUAGE_ENGLISH] = "This version of the protocol is not supported."}},
    [REFUSAL_WRONG_TYPE] = {400,
                            "wrong_type",
                            {[LANGUAGE_TURKISH] = "Bir değerin türü yanlış.",
                             [LANGUAGE_ENGLISH] = "A value is of the wrong type."}},
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
    return refusal_print_words(refusal_code(refusal), refusal_message(refusal, language));
}

struct bytes *refusal_print_words(const char *code, const char *message)
{
    json_t *j = json_pack("{s{ssss}}", "error", "code", code, "message", message);
    char *text = json_dumps(j, JSON_COMPACT);
    json_decref(j);
    struct bytes *b = text ? bytes_copy(text, strlen(text)) : NULL;
    free(text);
    return b;
}
