#include "app/certificate.h"
#include "app/config.h"
#include "app/config_table.h"
#include "app/options.h"
#include "app/paths.h"
#include "app/server.h"
#include "app/tools.h"
#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int complain(const char *reason)
{
    fprintf(stderr, "meclis: %s\n", reason);
    return 1;
}

static int print_config(void)
{
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 20);
    if (config_print_template(&out) < 0)
        return complain("no memory");
    return fwrite(out.data, 1, out.size, stdout) == out.size ? 0 : 1;
}

/* What the file and the command line say together. With no file it is the demo. */
static int load_config(const struct options *o, const struct paths *paths, bool *ret_demo,
                       struct config **ret, char ret_reason[CONFIG_REASON])
{
    bool demo = o->demo || !o->config;
    if (demo && !paths->demo_config[0]) {
        snprintf(ret_reason, CONFIG_REASON, "demo.conf is not where it was installed");
        return -ENOENT;
    }
    cleanup(config_free_p) struct config *c = NULL;
    int r = config_load(o->config ? o->config : paths->demo_config, &c, ret_reason);
    if (r == 0 && demo && o->config)
        r = config_add_meetings(c, paths->demo_config, ret_reason);
    if (r < 0)
        return r;
    if (o->listen) {
        config_split_address(o->listen, c->address, &c->port);
        snprintf(c->listen, sizeof c->listen, "%s", o->listen);
    }
    if (o->data && strlen(o->data) >= sizeof c->data) {
        snprintf(ret_reason, CONFIG_REASON, "--data is too long");
        return -EINVAL;
    }
    if (o->data)
        snprintf(c->data, sizeof c->data, "%s", o->data);
    *ret_demo = demo;
    *ret = take_ptr(c);
    return 0;
}

static int check_config(const struct options *o)
{
    char reason[CONFIG_REASON];
    cleanup(config_free_p) struct config *c = NULL;
    if (config_load(o->config, &c, reason) < 0)
        return complain(reason);
    printf("%s: %zu toplantı, sorun yok / %zu meetings, nothing wrong\n",
           o->config ? o->config : "(varsayılanlar / defaults)", c->meeting_count,
           c->meeting_count);
    printf("Ayarlar sunucu başlarken okunur; süren bir yayında şunlar, yayın durdurulup yeniden "
           "başlatılınca geçerli olur / Settings are read when the server starts; of a broadcast "
           "that is on air these hold once it is stopped and started again:\n  %s\n",
           CONFIG_OF_A_START);
    return 0;
}

static int serve(const struct options *o)
{
    char reason[CONFIG_REASON];
    struct paths paths;
    cleanup(config_free_p) struct config *c = NULL;
    bool demo;
    if (paths_find(&paths, reason) < 0 || load_config(o, &paths, &demo, &c, reason) < 0)
        return complain(reason);
    log_set_level((enum log_level)c->log_level);
    umask(027); /* what is kept is not for everybody on the machine */
    /* Blocked before any thread starts, so that only this one hears them. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    struct server *s = NULL;
    if (server_start(c, &paths, demo, &s, reason) < 0)
        return complain(reason);
    log_info("main", "meclis %s serves http://%s/", MECLIS_VERSION, c->listen);
    if (!paths.web[0])
        log_warning("main", "the pages are not built; only streams and the API are served");
    int signal;
    static const struct timespec look = {.tv_sec = CERTIFICATE_LOOK_SECONDS};
    while ((signal = sigtimedwait(&signals, NULL, &look)) < 0 || signal == SIGHUP) {
        if (signal == SIGHUP) /* a closed terminal is no reason to end a broadcast */
            server_reload(s);
        else
            server_look(s);
    }
    log_info("main", "%s", signal == SIGINT ? "everything ends" : "the workers stay on air");
    server_stop(s, signal == SIGTERM);
    return 0;
}

int main(int argc, char *argv[])
{
    char reason[256];
    struct options o;
    const struct tool *tool = argc > 1 ? tool_find(argv[1]) : NULL;
    if (tool)
        return tool->run(argc - 1, argv + 1);
    if (options_parse(argc, argv, &o, reason) < 0)
        return complain(reason);
    if (o.help)
        return fputs(options_help, stdout) < 0;
    if (o.version)
        return printf("meclis %s\n", MECLIS_VERSION) < 0;
    if (o.print_config)
        return print_config();
    if (o.check_config)
        return check_config(&o);
    return serve(&o);
}
