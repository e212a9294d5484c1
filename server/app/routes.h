/* The HTTP API's addresses: one handler each, in one alphabetical table. */
#ifndef MECLIS_APP_ROUTES_H
#define MECLIS_APP_ROUTES_H

#include "app/command.h"
#include "app/request.h"

enum route_place {
    ROUTE_CORE = 1,
    ROUTE_POOL,
    ROUTE_PAGE, /* the core fills a built page: where it can't, the page goes out as it was built,
                   and its script asks again */
};

struct route {
    const char *path; /* {name} stands for one part of a path, at most 3 of them */
    enum front_method method;
    enum role role;
    enum route_place place;
    /* Takes the request. `place` is the struct core or the struct pool_thread. */
    void (*handler)(struct request *r, void *place);
};

/* Fills the route and the parts. Returns 0, -ENOENT, or -EOPNOTSUPP where only the method is wrong.
 */
int routes_find(const char *path, enum front_method method, const struct route **ret,
                char ret_parts[3][ID_MAX]);

/* One after the other, those of one path together; NULL past the last. Each is described by its
 * handler in operations.c. */
const struct route *routes_at(size_t index);

/* In api.c, ballots.c, calendar.c, codes.c, entry.c, feed.c, held.c, home.c, ingest.c, links.c,
 * making.c, me.c, metrics.c, oembed.c, openapi.c, published.c, recorded.c and share_page.c */
void api_agenda(struct request *r, void *place);
void agenda_import(struct request *r, void *place);
void api_broadcast(struct request *r, void *place);
void api_head(struct request *r, void *place);
void api_heads(struct request *r, void *place);
void api_health(struct request *r, void *place);
void api_key(struct request *r, void *place);
void api_log(struct request *r, void *place);
void api_meeting(struct request *r, void *place);
void api_meetings(struct request *r, void *place);
void api_sources(struct request *r, void *place);
void chapters_json(struct request *r, void *place);
void chapters_spans(struct request *r, void *place);
void chapters_statistics(struct request *r, void *place);
void chapters_vtt(struct request *r, void *place);
void clips_movie(struct request *r, void *place);
void clips_sound(struct request *r, void *place);
void codes_read_out(struct request *r, void *place);
void entry_begin_session(struct request *r, void *place);
void held_command(struct request *r, void *place);
void held_schema(struct request *r, void *place);
void held_state(struct request *r, void *place);
void held_viewer(struct request *r, void *place);
void ballots_papers(struct request *r, void *place);
void calendar_all(struct request *r, void *place);
void feed_all(struct request *r, void *place);
void home_list(struct request *r, void *place);
void ingest_play(struct request *r, void *place);
void ingest_publish(struct request *r, void *place);
void item_files_list(struct request *r, void *place);
void links_list(struct request *r, void *place);
void links_make(struct request *r, void *place);
void links_revoke(struct request *r, void *place);
void making_post(struct request *r, void *place);
void making_rooms(struct request *r, void *place);
void me_out(struct request *r, void *place);
void me_who(struct request *r, void *place);
void metrics_print(struct request *r, void *place);
void oembed_answer(struct request *r, void *place);
void openapi_document(struct request *r, void *place);
void papers_answer(struct request *r, void *place);
void papers_style(struct request *r, void *place);
void recorded_file(struct request *r, void *place);
void recorded_master(struct request *r, void *place);
void recorded_playlist(struct request *r, void *place);
void search_answer(struct request *r, void *place);
void setup_post(struct request *r, void *place);
void sitemap_robots(struct request *r, void *place);
void sitemap_xml(struct request *r, void *place);
void share_embed(struct request *r, void *place);
void share_meeting(struct request *r, void *place);

/* Whether the log is asked for as an export; the answer then. */
bool published_wants_export(const struct request *r);
void published_export(struct request *r, struct pool_thread *t, uint64_t since);

#endif
