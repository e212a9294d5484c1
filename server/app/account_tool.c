/* meclis account: who of the staff may come in. Works beside a running server, which looks accounts
 * up anew each time. */
#include "app/tools.h"
#include "auth/password.h"
#include "auth/totp.h"
#include "base/io.h"
#include "meeting/roles.h"
#include "store/access.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>

#define MAX_LINE 1100

static const char help[] =
    "meclis account list\n"
    "meclis account add AD --roles ROL[,ROL…] [--totp]\n"
    "meclis account password AD\n"
    "meclis account totp AD\n"
    "meclis account disable AD\n"
    "meclis account enable AD\n"
    "  [--data KLASÖR]\n"
    "\n"
    "  Parola, uçbirimden ya da standart girişin ilk satırından okunur.\n"
    "  The password is read from the terminal, or from standard input's first line.\n";

struct wanted {
    const char *verb, *name, *roles, *data;
    bool totp;
};

/* ---- what is asked for ---- */

static int read_line(const char *prompt, char ret[MAX_LINE])
{
    struct termios was, silent;
    bool terminal = tcgetattr(STDIN_FILENO, &was) == 0;
    if (terminal) {
        silent = was;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        fputs(prompt, stderr);
    }
    char *line = fgets(ret, MAX_LINE, stdin);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    if (!line)
        return -ENODATA;
    ret[strcspn(ret, "\n")] = 0;
    return 0;
}

static const char *flaw_words(enum password_flaw flaw)
{
    switch (flaw) {
    case PASSWORD_TOO_SHORT:
        return "parola çok kısa / the password is too short";
    case PASSWORD_TOO_LONG:
        return "parola çok uzun / the password is too long";
    case PASSWORD_IS_NAME:
        return "parola, hesabın adı olamaz / the password must not be the account's name";
    case PASSWORD_MONOTONOUS:
        return "parola hep aynı karakterlerden / the password is a few characters again and again";
    default:
        return "parola okunamadı / the password is no text";
    }
}

/* Returns 0, or a status having complained. */
static int ask_password(const char *name, char ret_hash[ACCESS_PASSWORD_HASH_MAX])
{
    char line[MAX_LINE], hash[PASSWORD_HASH_MAX];
    if (read_line("Parola / password: ", line) < 0)
        return tool_complain("parola gelmedi / no password came");
    enum password_flaw flaw = password_flaw(line, name);
    int r = flaw ? 0 : password_hash(line, hash);
    explicit_bzero(line, sizeof line);
    if (flaw)
        return tool_complain("%s", flaw_words(flaw));
    if (r < 0)
        return tool_complain("%s", strerror(-r));
    snprintf(ret_hash, ACCESS_PASSWORD_HASH_MAX, "%s", hash);
    return 0;
}

/* "clerk,chair" → bits. Returns 0, or a status having complained. */
static int parse_roles(const char *text, uint32_t *ret)
{
    uint32_t roles = 0;
    for (const char *at = text ? text : ""; *at;) {
        size_t size = strcspn(at, ",");
        int found = -1;
        for (int i = 0; i < MEETING_ROLES; i++) {
            const char *name = meeting_role_names[i];
            if (strlen(name) == size && memcmp(name, at, size) == 0)
                found = i;
        }
        if (found < 0 || !(ROLES_STAFF & 1u << found))
            return tool_complain(
                "%.*s: görevlilerin böyle bir rolü yok / the staff have no such role", (int)size,
                at);
        roles |= 1u << found;
        at += size + (at[size] == ',');
    }
    if (!roles)
        return tool_complain("--roles: en az bir rol / one role at least");
    *ret = roles;
    return 0;
}

static void print_roles(uint32_t roles)
{
    const char *comma = "";
    for (int i = 0; i < MEETING_ROLES; i++) {
        if (roles & 1u << i) {
            printf("%s%s", comma, meeting_role_names[i]);
            comma = ",";
        }
    }
}

/* ---- what is done ---- */

static int print_one(void *ctx, const struct access_account *a)
{
    printf("%s\t", a->name);
    print_roles(a->roles);
    printf("%s%s\n", a->has_totp ? "\ttotp" : "", a->disabled ? "\tkapalı / disabled" : "");
    return 0;
}

static void give_totp(struct access_account *account)
{
    char secret[TOTP_SECRET_TEXT_MAX];
    totp_make(account->totp);
    totp_print(account->totp, secret);
    account->has_totp = true;
    account->totp_step = 0;
    printf("otpauth://totp/meclis:%s?secret=%s&issuer=meclis\n", account->name, secret);
    explicit_bzero(secret, sizeof secret);
}

/* Whoever is signed in must sign in anew. */
static int save(struct access *a, const struct access_account *account)
{
    int r = access_put_account(a, account);
    if (r == 0)
        r = access_drop_sessions(a, account->principal);
    return r < 0 ? tool_complain("%s: %s", account->name, strerror(-r)) : 0;
}

static int add(struct access *a, const struct wanted *w)
{
    struct access_account account = {0};
    if (access_find_account(a, w->name, &account) == 0)
        return tool_complain("%s: bu hesap var / there is such an account", w->name);
    account = (struct access_account){0};
    snprintf(account.name, sizeof account.name, "%s", w->name);
    memcpy(account.principal, "p-", 2);
    int status = id_random_hex(account.principal + 2, 25) < 0
                     ? tool_complain("%s", strerror(EIO))
                     : parse_roles(w->roles, &account.roles);
    if (status == 0)
        status = ask_password(w->name, account.password_hash);
    if (status == 0 && w->totp)
        give_totp(&account);
    return status == 0 ? save(a, &account) : status;
}

static int change(struct access *a, const struct wanted *w)
{
    struct access_account account;
    int r = access_find_account(a, w->name, &account), status = 0;
    if (r < 0)
        return tool_complain("%s: %s", w->name,
                             r == -ENOENT ? "böyle bir hesap yok / there is no such account"
                                          : strerror(-r));
    if (strcmp(w->verb, "password") == 0)
        status = ask_password(w->name, account.password_hash);
    else if (strcmp(w->verb, "totp") == 0)
        give_totp(&account);
    else
        account.disabled = strcmp(w->verb, "disable") == 0;
    return status == 0 ? save(a, &account) : status;
}

static int run(struct access *a, const struct wanted *w)
{
    if (strcmp(w->verb, "list") == 0) {
        int r = access_list_accounts(a, print_one, NULL);
        return r < 0 ? tool_complain("%s", strerror(-r)) : 0;
    }
    if (!id_valid(w->name))
        return tool_complain("%s: a-z, 0-9, '-'", w->name);
    return strcmp(w->verb, "add") == 0 ? add(a, w) : change(a, w);
}

static bool parse(int argc, char *argv[], struct wanted *w)
{
    static const char *const verbs[] = {"list", "add", "password", "totp", "disable", "enable"};
    bool known = false;
    for (int i = 1; i < argc; i++) {
        int r = tool_option(argc, argv, &i, "--data", &w->data);
        if (r == 0)
            r = tool_option(argc, argv, &i, "--roles", &w->roles);
        if (r < 0)
            return false;
        if (r == 0 && strcmp(argv[i], "--totp") == 0)
            w->totp = true;
        else if (r == 0 && argv[i][0] != '-' && !w->verb)
            w->verb = argv[i];
        else if (r == 0 && argv[i][0] != '-' && !w->name)
            w->name = argv[i];
        else if (r == 0)
            return false;
    }
    for (size_t i = 0; w->verb && i < sizeof verbs / sizeof *verbs; i++)
        known = known || strcmp(w->verb, verbs[i]) == 0;
    return known && (strcmp(w->verb, "list") == 0) == !w->name;
}

int tool_account(int argc, char *argv[])
{
    struct wanted w = {.data = "./meclis-data"};
    char path[PATH_MAX], reason[256] = "";
    cleanup(access_close_p) struct access *a = NULL;
    if (!parse(argc, argv, &w)) {
        fputs(help, stderr);
        return TOOL_FAILED;
    }
    umask(077);
    if (snprintf(path, sizeof path, "%s/access.db", w.data) >= (int)sizeof path)
        return tool_complain("%s", strerror(ENAMETOOLONG));
    int r = io_make_folders(w.data, 0750);
    if (r < 0)
        return tool_complain("%s: %s", w.data, strerror(-r));
    if (access_open(path, &a, reason) < 0)
        return tool_complain("%s", reason);
    return run(a, &w);
}
