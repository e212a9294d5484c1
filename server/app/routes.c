#include "app/routes.h"

#include <errno.h>
#include <string.h>

static const struct route routes[] = {
    {"/", FRONT_GET, ROLE_ANYONE, ROUTE_PAGE, home_list},
    {"/api/v1/ingest/{secret}/play", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, ingest_play},
    {"/api/v1/ingest/{secret}/publish", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, ingest_publish},
    {"/api/v1/items", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, item_files_list},
    {"/api/v1/key", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, api_key},
    {"/api/v1/me", FRONT_GET, ROLE_SIGNED_IN, ROUTE_CORE, me_who},
    {"/api/v1/meetings", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, api_meetings},
    {"/api/v1/meetings", FRONT_POST, ROLE_SIGNED_IN, ROUTE_CORE, making_post},
    {"/api/v1/meetings/{meeting}", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, api_meeting},
    {"/api/v1/meetings/{meeting}/agenda", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, api_agenda},
    {"/api/v1/meetings/{meeting}/agenda", FRONT_POST, ROLE_SIGNED_IN, ROUTE_CORE, agenda_import},
    {"/api/v1/meetings/{meeting}/broadcast", FRONT_POST, ROLE_ADMIN, ROUTE_CORE, api_broadcast},
    {"/api/v1/meetings/{meeting}/chapters.json", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, chapters_json},
    {"/api/v1/meetings/{meeting}/chapters.vtt", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, chapters_vtt},
    {"/api/v1/meetings/{meeting}/clip.m4a", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, clips_sound},
    {"/api/v1/meetings/{meeting}/clip.mp4", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, clips_movie},
    {"/api/v1/meetings/{meeting}/commands", FRONT_POST, ROLE_SIGNED_IN, ROUTE_CORE, held_command},
    {"/api/v1/meetings/{meeting}/head", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, api_head},
    {"/api/v1/meetings/{meeting}/heads", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, api_heads},
    {"/api/v1/meetings/{meeting}/links", FRONT_GET, ROLE_SIGNED_IN, ROUTE_CORE, links_list},
    {"/api/v1/meetings/{meeting}/links", FRONT_POST, ROLE_SIGNED_IN, ROUTE_CORE, links_make},
    {"/api/v1/meetings/{meeting}/links/{principal}", FRONT_DELETE, ROLE_SIGNED_IN, ROUTE_CORE,
     links_revoke},
    {"/api/v1/meetings/{meeting}/links/{principal}/code", FRONT_POST, ROLE_SIGNED_IN, ROUTE_CORE,
     codes_read_out},
    {"/api/v1/meetings/{meeting}/log", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, api_log},
    {"/api/v1/meetings/{meeting}/papers/{file}", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, papers_answer},
    {"/api/v1/meetings/{meeting}/sources", FRONT_GET, ROLE_SIGNED_IN, ROUTE_CORE, api_sources},
    {"/api/v1/meetings/{meeting}/spans", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, chapters_spans},
    {"/api/v1/meetings/{meeting}/state", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, held_state},
    {"/api/v1/meetings/{meeting}/statistics", FRONT_GET, ROLE_ANYONE, ROUTE_CORE,
     chapters_statistics},
    {"/api/v1/meetings/{meeting}/votes/{vote}/papers", FRONT_GET, ROLE_ANYONE, ROUTE_CORE,
     ballots_papers},
    {"/api/v1/openapi.json", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, openapi_document},
    {"/api/v1/paper.css", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, papers_style},
    {"/api/v1/rooms", FRONT_GET, ROLE_SIGNED_IN, ROUTE_CORE, making_rooms},
    {"/api/v1/schema", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, held_schema},
    {"/api/v1/search", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, search_answer},
    {"/api/v1/session", FRONT_POST, ROLE_ANYONE, ROUTE_CORE, entry_begin_session},
    {"/api/v1/setup", FRONT_POST, ROLE_ANYONE, ROUTE_CORE, setup_post},
    {"/api/v1/sign-out", FRONT_POST, ROLE_SIGNED_IN, ROUTE_CORE, me_out},
    {"/api/v1/viewer", FRONT_POST, ROLE_ANYONE, ROUTE_CORE, held_viewer},
    {"/calendar.ics", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, calendar_all},
    {"/embed/{meeting}", FRONT_GET, ROLE_ANYONE, ROUTE_PAGE, share_embed},
    {"/feed.xml", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, feed_all},
    {"/healthz", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, api_health},
    {"/hls/{meeting}/{track}/{file}", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, recorded_file},
    {"/hls/{meeting}/{track}/index.m3u8", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, recorded_playlist},
    {"/hls/{meeting}/master.m3u8", FRONT_GET, ROLE_ANYONE, ROUTE_POOL, recorded_master},
    {"/m/{meeting}", FRONT_GET, ROLE_ANYONE, ROUTE_PAGE, share_meeting},
    {"/metrics", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, metrics_print},
    {"/oembed", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, oembed_answer},
    {"/robots.txt", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, sitemap_robots},
    {"/sitemap.xml", FRONT_GET, ROLE_ANYONE, ROUTE_CORE, sitemap_xml},
};

/* Whether the path is of the pattern; its exactness is the number of parts named by word. */
static bool matches(const char *pattern, const char *path, char parts[3][ID_MAX], int *ret_words)
{
    int part = 0, words = 0;
    for (;;) {
        size_t p = strcspn(pattern, "/"), q = strcspn(path, "/");
        if (p > 0 && pattern[0] == '{') {
            if (q == 0 || q >= ID_MAX || part == 3)
                return false;
            memcpy(parts[part], path, q);
            parts[part++][q] = 0;
        } else if (p != q || memcmp(pattern, path, p) != 0) {
            return false;
        } else {
            words++;
        }
        if (!pattern[p] || !path[q]) {
            *ret_words = words;
            return pattern[p] == path[q];
        }
        pattern += p + 1;
        path += q + 1;
    }
}

static bool answers(const struct route *route, enum front_method method)
{
    return method == route->method || (method == FRONT_HEAD && route->method == FRONT_GET);
}

/* The most exact path counts, and of one path's routes the one of the method. */
int routes_find(const char *path, enum front_method method, const struct route **ret,
                char ret_parts[3][ID_MAX])
{
    const struct route *best = NULL;
    int best_words = -1;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        char parts[3][ID_MAX] = {"", "", ""};
        int words;
        if (matches(routes[i].path, path, parts, &words) &&
            (words > best_words || (words == best_words && answers(&routes[i], method)))) {
            best = &routes[i];
            best_words = words;
            memcpy(ret_parts, parts, sizeof parts);
        }
    }
    if (!best)
        return -ENOENT;
    if (!answers(best, method))
        return -EOPNOTSUPP;
    *ret = best;
    return 0;
}

const struct route *routes_at(size_t index)
{
    return index < sizeof routes / sizeof *routes ? &routes[index] : NULL;
}
