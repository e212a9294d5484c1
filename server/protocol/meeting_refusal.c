#include "protocol/meeting_refusal.h"

#include <stddef.h>

#define IN_BOTH(turkish, english)                                                                  \
    {                                                                                              \
        [LANGUAGE_TURKISH] = (turkish), [LANGUAGE_ENGLISH] = (english)                             \
    }

static const char *const messages[REFUSED_COUNT_][LANGUAGE_ENGLISH + 1] = {
    [REFUSED_ALREADY] =
        IN_BOTH("Zaten öyle; bir şey değişmedi.", "It is so already; nothing was changed."),
    [REFUSED_ASKING_CLOSED] =
        IN_BOTH("Bu konuda soru alınmıyor.", "Questions on this are not taken, or no longer."),
    [REFUSED_BAD_ARGS] =
        IN_BOTH("Verilen bilgiler bu işleme uymuyor.", "What was given does not fit this command."),
    [REFUSED_BUDGET_SPENT] =
        IN_BOTH("Grubun konuşma süresi doldu.", "The group's speaking time is used up."),
    [REFUSED_COUNTS_WRONG] =
        IN_BOTH("Girilen oylar, oy kullanabileceklerin sayısıyla tutmuyor.",
                "The votes and the number of those who may vote do not add up."),
    [REFUSED_CLOSED_PART] = IN_BOTH("Oturum kapalı: bunu yalnızca oturumda bulunanlar yapabilir.",
                                    "This part is closed: only those who sit in it can do this."),
    [REFUSED_FORBIDDEN] = IN_BOTH("Bunu yapmaya yetkiniz yok.", "You may not do this."),
    [REFUSED_FULL] = IN_BOTH("Üst sınıra ulaşıldı; daha fazlası eklenemez.",
                             "The limit is reached; no more can be added."),
    [REFUSED_LIST_CLOSED] = IN_BOTH("Söz listesi kapandı.", "The list of speakers is closed."),
    [REFUSED_MAY_NOT_VOTE] =
        IN_BOTH("Bu kişinin bu oylamada oy hakkı yok.", "This person has no vote here."),
    [REFUSED_NEEDS_CHAIR_SIDE] = IN_BOTH("Oylar eşit: başkanın hangi yönde oy verdiği girilmeli.",
                                         "The vote is tied: enter which side the chair is on."),
    [REFUSED_NEEDS_CONSENT] = IN_BOTH("Yayın için herkesin onayı alınmış olmalı.",
                                      "Everyone must have consented to being broadcast first."),
    [REFUSED_NEEDS_DECISION] = IN_BOTH("Bunun için önce alınmış bir karar gerekir.",
                                       "This needs a recorded decision first."),
    [REFUSED_NO_INVITATION] =
        IN_BOTH("Temsilci, meclis toplantısında ancak davet üzerine konuşabilir.",
                "A representative speaks in a plenary on invitation only."),
    [REFUSED_NO_QUORUM] = IN_BOTH("Yeter sayı yok.", "There is no quorum."),
    [REFUSED_NOT_BY_RULES] = IN_BOTH("Bu kurulun kurallarında buna yer yok.",
                                     "The body's rules do not provide for this."),
    [REFUSED_NOT_FOUND] =
        IN_BOTH("Bu toplantıda böyle bir şey yok.", "There is no such thing in this meeting."),
    [REFUSED_NOT_NOW] = IN_BOTH("Bunun zamanı geçti ya da henüz gelmedi.",
                                "It is over, or it is not yet time for it."),
    [REFUSED_NOT_SEALED] = IN_BOTH("Oy sandığı henüz mühürlenmedi; yeniden deneyin.",
                                   "The ballot box is not sealed yet; try again."),
    [REFUSED_NOT_YOUR_FIELD] =
        IN_BOTH("Bu madde sizin alanınızla ilgili değil.", "This item is not of your field."),
    [REFUSED_NOT_YOURS] = IN_BOTH("Bu başkasına ait.", "It is another person's."),
    [REFUSED_STALE] = IN_BOTH("Siz bakarken durum değişti; yeniden bakıp bir daha deneyin.",
                              "Things have changed meanwhile: look again, then try anew."),
    [REFUSED_TOO_MANY] = IN_BOTH("Kişi başına izin verilen sayıya ulaştınız.",
                                 "You have reached the limit for one person."),
    [REFUSED_WRONG_STATE] = IN_BOTH("Toplantının şu anki aşamasında bu yapılamaz.",
                                    "This can't be done at this stage of the meeting."),
};

const char *meeting_refusal_message(enum meeting_refusal refusal, enum language language)
{
    static const char *const general[] =
        IN_BOTH("Bu işlem kabul edilmedi.", "This command was not accepted.");
    const char *own = refusal < REFUSED_COUNT_ ? messages[refusal][language] : NULL;
    return own ? own : general[language];
}

int meeting_refusal_status(enum meeting_refusal refusal)
{
    switch (refusal) {
    case REFUSED_BAD_ARGS:
        return 400;
    case REFUSED_FORBIDDEN:
    case REFUSED_NOT_YOURS:
        return 403;
    case REFUSED_NOT_FOUND:
        return 404;
    default:
        return 409;
    }
}
