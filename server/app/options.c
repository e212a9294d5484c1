#include "app/options.h"
#include "app/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char options_help[] =
    "Açık Meclis, açık toplantı sunucusu / open meeting server\n"
    "\n"
    "  meclis [SEÇENEK…]\n"
    "\n"
    "  --listen ADRES:PORT  dinlenecek yer (127.0.0.1:8080) / where to listen\n"
    "  --data KLASÖR        verilerin klasörü (./meclis-data) / the folder of all data\n"
    "  --config DOSYA       ayar dosyası / configuration\n"
    "  --demo               örnek toplantı (ayar dosyası yoksa kendiliğinden) / a sample meeting\n"
    "  --check-config       ayar dosyasını denetler / checks the configuration\n"
    "  --print-config       bütün ayarları varsayılanlarıyla yazar / prints every setting\n"
    "  --help, --version\n"
    "\n"
    "  meclis account …       görevlilerin hesapları / accounts of the staff\n"
    "  meclis backup DOSYA    yedek alır / makes a backup\n"
    "  meclis fsck            kayıtları denetler ve onarır / checks and mends recordings\n"
    "  meclis link …          kişisel bağlantılar: CSV'den, kâğıda, postayla\n"
    "                         personal links: from CSV, on paper, by mail\n"
    "  meclis meeting …       toplantı ekler, listeler / adds and lists meetings\n"
    "  meclis restore DOSYA   yedeği geri yükler / restores one\n"
    "  meclis top [URL]       çalışan sunucuyu uçbirimde gösterir / a running server, in a "
    "terminal\n"
    "  meclis verify DOSYA    dışa aktarılmış kaydı doğrular / verifies an exported log\n"
    "  meclis mirror URL KLASÖR  kayıtların bağımsız kopyası / an independent copy of the logs\n"
    "\n"
    "SIGINT her şeyi bitirir; SIGTERM yayını sürdürerek yalnız sunucuyu bitirir.\n"
    "SIGINT ends everything; SIGTERM ends the server alone, the broadcast goes on.\n";

static int take_value(int argc, char *const argv[], int *at, const char *name, const char **ret,
                      char ret_reason[256])
{
    size_t size = strlen(name);
    const char *value = argv[*at][size] == '=' ? argv[*at] + size + 1 : NULL;
    if (!value && *at + 1 < argc)
        value = argv[++*at];
    if (!value || !*value) {
        snprintf(ret_reason, 256, "%s needs a value", name);
        return -EINVAL;
    }
    *ret = value;
    return 0;
}

static bool is(const char *argument, const char *name)
{
    size_t size = strlen(name);
    return strncmp(argument, name, size) == 0 && (argument[size] == 0 || argument[size] == '=');
}

static int take_one(int argc, char *const argv[], int *at, struct options *o, char ret_reason[256])
{
    const struct {
        const char *name;
        const char **value;
    } values[] = {{"--listen", &o->listen}, {"--data", &o->data}, {"--config", &o->config}};
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"--demo", &o->demo},
                 {"--check-config", &o->check_config},
                 {"--print-config", &o->print_config},
                 {"--help", &o->help},
                 {"--version", &o->version}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (is(argv[*at], values[i].name))
            return take_value(argc, argv, at, values[i].name, values[i].value, ret_reason);
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strcmp(argv[*at], flags[i].name) == 0) {
            *flags[i].flag = true;
            return 0;
        }
    }
    snprintf(ret_reason, 256, "unknown option \"%.100s\"; see --help", argv[*at]);
    return -EINVAL;
}

int options_parse(int argc, char *const argv[], struct options *ret, char ret_reason[256])
{
    struct options o = {0};
    for (int i = 1; i < argc; i++) {
        int r = take_one(argc, argv, &i, &o, ret_reason);
        if (r < 0)
            return r;
    }
    char address[64];
    int port;
    if (o.listen && !config_split_address(o.listen, address, &port)) {
        snprintf(ret_reason, 256,
                 "--listen \"%.80s\": ADDRESS:PORT with a numeric address, IPv6 in brackets",
                 o.listen);
        return -EINVAL;
    }
    *ret = o;
    return 0;
}
