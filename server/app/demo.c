#include "app/demo.h"
#include "app/broadcast.h"
#include "app/hall.h"
#include "app/links.h"
#include "base/io.h"
#include "base/log.h"
#include "meeting/roster.h"
#include "store/access.h"
#include "workers/rtmp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define KEY_DIGITS 24
/* Ports that are tried after the usual one. */
#define PORT_TRIES 50

#define DEMO_ROLES 6

struct demo {
    char data[PATH_MAX - 64];
    char host[80]; /* for links: numeric, IPv6 in brackets */
    char key[TOKEN_MAX];
    int srt_port, rtmp_port;
    bool told;
};

static bool is_free(const char *address, int type, int port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a = {0};
    bool v6 = strchr(address, ':');
    a.any.sa_family = v6 ? AF_INET6 : AF_INET;
    if (v6)
        a.v6.sin6_port = htons((uint16_t)port);
    else
        a.v4.sin_port = htons((uint16_t)port);
    inet_pton(a.any.sa_family, address, v6 ? (void *)&a.v6.sin6_addr : (void *)&a.v4.sin_addr);
    cleanup_close int fd = socket(a.any.sa_family, type | SOCK_CLOEXEC, 0);
    int on = 1; /* as nginx does: connections that linger do not hold the port */
    if (type == SOCK_STREAM)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return fd >= 0 && bind(fd, &a.any, v6 ? sizeof a.v6 : sizeof a.v4) == 0 &&
           (type != SOCK_STREAM || listen(fd, 1) == 0);
}

static int choose_port(const char *what, const char *address, int type, int usual)
{
    for (int port = usual; port < usual + PORT_TRIES && port < 65536; port++) {
        if (!is_free(address, type, port))
            continue;
        if (port != usual)
            log_warning("demo", "port %d is taken; %s listens at %d", usual, what, port);
        return port;
    }
    return usual;
}

/* The SRT port of a worker that a former server left on air, or 0. */
static int find_srt_port(const char *data)
{
    char folder[PATH_MAX], path[PATH_MAX + 16], reason[256];
    snprintf(folder, sizeof folder, "%s/run/%s", data, DEMO_MEETING);
    snprintf(path, sizeof path, "%s/spec.json", folder);
    cleanup(bytes_unref_p) struct bytes *json = NULL;
    cleanup(spec_destroy_p) struct spec *spec = NULL;
    if (!worker_runs_in(folder) || io_read_file(path, SPEC_MAX_BYTES, &json) < 0 ||
        spec_parse(json->data, json->size, &spec, reason) < 0)
        return 0;
    for (int i = 0; i < spec->source_count; i++) {
        const char *colon = strrchr(spec->sources[i].url, ':');
        if (spec->sources[i].kind == SOURCE_SRT_LISTEN && colon)
            return (int)strtol(colon + 1, NULL, 10);
    }
    return 0;
}

static void adapt_source(struct demo *d, const struct config *c, struct config_source *s)
{
    bool v6 = strchr(c->address, ':');
    if (s->kind == SOURCE_SRT_LISTEN) {
        const char *colon = strrchr(s->url, ':');
        int usual = colon ? (int)strtol(colon + 1, NULL, 10) : 0;
        d->srt_port = find_srt_port(d->data);
        if (!d->srt_port)
            d->srt_port = choose_port("SRT", c->address, SOCK_DGRAM, usual > 0 ? usual : 8890);
        snprintf(s->url, sizeof s->url, "srt://%s%s%s:%d", v6 ? "[" : "", c->address, v6 ? "]" : "",
                 d->srt_port);
    } else if (s->kind == SOURCE_RTMP) {
        memcpy(s->url, d->key, sizeof d->key);
    }
}

static void adapt(struct demo *d, struct config *c)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s/run/rtmp", d->data);
    memcpy(c->rtmp_address, c->address, sizeof c->rtmp_address);
    d->rtmp_port = rtmp_find_port(folder);
    if (!d->rtmp_port)
        d->rtmp_port = choose_port("RTMP", c->address, SOCK_STREAM, (int)c->rtmp_port);
    c->rtmp_port = d->rtmp_port;
    for (size_t i = 0; i < c->meeting_count; i++) {
        struct config_meeting *m = &c->meetings[i];
        for (size_t j = 0; strcmp(m->id, DEMO_MEETING) == 0 && j < m->source_count; j++)
            adapt_source(d, c, &m->sources[j]);
    }
}

static void remove_links(const struct demo *d)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/demo.json", d->data);
    unlink(path);
}

int demo_create(struct config *config, const char *data, struct demo **ret, char ret_reason[512])
{
    struct demo *d = calloc(1, sizeof *d);
    if (!d)
        return -ENOMEM;
    snprintf(d->data, sizeof d->data, "%s", data);
    const char *host = strcmp(config->address, "0.0.0.0") == 0 ? "127.0.0.1"
                       : strcmp(config->address, "::") == 0    ? "::1"
                                                               : config->address;
    snprintf(d->host, sizeof d->host, strchr(host, ':') ? "[%.63s]" : "%.63s", host);
    char path[PATH_MAX];
    struct token key;
    snprintf(path, sizeof path, "%s/demo-key", d->data);
    int r = token_load_or_create(path, KEY_DIGITS, &key);
    if (r < 0) {
        snprintf(ret_reason, 512, "%.400s: %s", path, strerror(-r));
        free(d);
        return r;
    }
    memcpy(d->key, key.text, sizeof d->key);
    adapt(d, config);
    remove_links(d); /* until it is on air */
    *ret = d;
    return 0;
}

void demo_destroy(struct demo *d)
{
    if (!d)
        return;
    remove_links(d);
    free(d);
}

/* Each is somebody else: a browser knows one of them at a time. */
static void print_people(const struct api_links *l)
{
    static const struct {
        const char *role, *label;
    } labels[] = {
        {"chair", "Başkanın masası / chair "},
        {"clerk", "Yazı işleri / clerk     "},
        {"member", "Üye söz ister / member  "},
        {"representative", "Temsilci / representative"},
    };
    printf("  Kişisel bağlantılar, her biri ayrı bir (gizli) pencerede / "
           "personal links, each in a (private) window of its own\n\n");
    for (size_t i = 0; i < l->people_count; i++)
        for (size_t k = 0; k < sizeof labels / sizeof *labels; k++)
            if (strcmp(l->people[i].role, labels[k].role) == 0)
                printf("    %s %s\n", labels[k].label, l->people[i].address);
}

static void print_for_people(const struct api_links *l)
{
    printf("\n  Örnek toplantı yayında / the demo is on air\n\n"
           "    Ana sayfa / home       %s\n"
           "    Toplantı / meeting     %s\n"
           "    Gömme / embed          %s\n"
           "    HLS                    %s\n"
           "    SRT ile gönderin       %s\n"
           "    RTMP ile gönderin      %s\n"
           "    Salon ekranı / hall    %shall/%s\n\n",
           l->home, l->meeting, l->embed, l->hls, l->srt, l->rtmp, l->home, DEMO_MEETING);
    print_people(l);
    printf("\n  Ctrl-C her şeyi bitirir / ends everything\n\n");
    fflush(stdout);
}

/* One of each role; the person is the first of that kind on the roster. */
static size_t make_links(const struct demo *d, struct broadcast *b,
                         struct api_person_link ret[DEMO_ROLES])
{
    static const struct {
        enum meeting_role role;
        enum person_kind kind; /* 0: nobody of the roster */
        const char *page;
    } roles[DEMO_ROLES] = {
        {ROLE_CHAIR, PERSON_CHAIR, "desk"},
        {ROLE_CLERK, 0, "desk"},
        {ROLE_MODERATOR, 0, "desk"},
        {ROLE_PRODUCER, 0, "desk"},
        {ROLE_MEMBER, PERSON_MEMBER, "speak"},
        {ROLE_REPRESENTATIVE, PERSON_REPRESENTATIVE, "speak"},
    };
    size_t count = 0;
    for (int i = 0; i < DEMO_ROLES; i++) {
        const struct person *p = NULL;
        for (size_t k = 0;
             roles[i].kind && !p && k < pile_count(hall_meeting(b->hall), PILE_PERSON); k++) {
            const struct person *one = pile_at(hall_meeting(b->hall), PILE_PERSON, k);
            p = one->is.kind == roles[i].kind && !one->left ? one : NULL;
        }
        struct access_link link;
        char secret[SECRET_TEXT_MAX];
        if ((roles[i].kind && !p) ||
            links_make_for(b, roles[i].role, p ? p->head.seq : 0, &link, secret) < 0)
            continue;
        struct api_person_link *l = &ret[count++];
        l->role = meeting_role_names[__builtin_ctz(roles[i].role)];
        l->name = p ? p->is.name : "";
        snprintf(l->address, sizeof l->address, "http://%s:%d/%s/%s#%s", d->host,
                 front_port(b->core->front), roles[i].page, b->config->id, secret);
    }
    return count;
}

void demo_is_on_air(struct demo *d, struct broadcast *b)
{
    struct api_person_link people[DEMO_ROLES];
    if (d->told || strcmp(b->config->id, DEMO_MEETING) != 0)
        return;
    d->told = true;
    enum { HOME, MEETING, EMBED, HLS, DESK, SRT, RTMP, LINKS };
    static const char *const paths[] = {"/", "/m/demo", "/embed/demo", "/hls/demo/master.m3u8",
                                        "/desk/demo"};
    char links[LINKS][256];
    for (int i = HOME; i <= DESK; i++)
        snprintf(links[i], sizeof links[i], "http://%s:%d%s", d->host, front_port(b->core->front),
                 paths[i]);
    snprintf(links[SRT], sizeof links[SRT], "srt://%s:%d", d->host, d->srt_port);
    snprintf(links[RTMP], sizeof links[RTMP], "rtmp://%s:%d/live/%s", d->host, d->rtmp_port,
             d->key);
    const struct api_links l = {.home = links[HOME],
                                .meeting = links[MEETING],
                                .embed = links[EMBED],
                                .hls = links[HLS],
                                .desk = links[DESK],
                                .srt = links[SRT],
                                .rtmp = links[RTMP],
                                .people_count = make_links(d, b, people),
                                .people = people};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/demo.json", d->data);
    cleanup(bytes_unref_p) struct bytes *json = api_print_links(&l);
    if (!json || io_replace_file(path, json->data, json->size, 0600) < 0)
        log_error("demo", "%s can't be written", path);
    print_for_people(&l);
}
