/* Who counts as watching by the media socket; by HLS: front_hls_test.c. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "player.h"

#include <stdio.h>
#include <string.h>

static void take_all(struct player *p)
{
    while (player_take(p, 0))
        ;
}

static int64_t watching(struct fixture *x, const char *rendition)
{
    struct front_watching w[FRONT_MAX_RENDITIONS];
    int count = front_watching(x->front, "demo", w);
    for (int i = 0; i < count; i++)
        if (strcmp(w[i].rendition, rendition) == 0)
            return w[i].media;
    return 0;
}

/* An open socket is no viewer: one reports that it plays on, one that it is paused, one reports no
 * more, one has never reported anything and takes what it is sent. */
static void who_does_not_play_does_not_watch(void **state)
{
    struct fixture x;
    struct player p[4];
    char text[160];
    player_start(&x, 60);
    fixture_feeder_start(&x, 40000);
    for (int i = 0; i < 4; i++) {
        player_open(&p[i], x.port, i == 1 ? "/ws/demo/media?rendition=360p" : "/ws/demo/media");
        while (p[i].pictures < 3)
            assert_true(player_take(&p[i], 3000));
    }
    wait_until((take_all(&p[0]), take_all(&p[1]), take_all(&p[2]), take_all(&p[3]),
                watching(&x, "720p") == 3 && watching(&x, "360p") == 1));
    int64_t paused_at = (int64_t)p[1].newest[FEED_SOUND], beat_us = 0;
    int counted = 0;
    for (int turn = 0; counted != 2; turn++) {
        assert_true(turn < 3000);
        for (int i = 0; i < 4; i++)
            take_all(&p[i]);
        counted = (int)front_viewers(x.front, "demo");
        assert_in_range(counted, 2, 4);
        if (clock_boot_us() - beat_us > 400000) {
            beat_us = clock_boot_us();
            for (int i = 0; i < (turn ? 2 : 3); i++) {
                long long newest = (long long)p[i].newest[FEED_SOUND];
                snprintf(text, sizeof text,
                         "{\"type\":\"report\",\"audio_sequence\":%lld,\"buffered_us\":%lld}",
                         newest, i == 1 ? (newest - paused_at) * 40000 : 100000);
                client_ws_send_text(&p[i].socket, text);
            }
        }
        fixture_sleep_us(10000);
    }
    assert_int_equal(watching(&x, "720p"), 2);
    assert_int_equal(watching(&x, "360p"), 0);
    struct front_stats stats;
    front_stats(x.front, &stats);
    assert_int_equal(stats.media_sockets, 4);
    assert_int_equal(stats.media_viewers, 2);
    fixture_feeder_stop(&x);
    for (int i = 0; i < 4; i++)
        player_close(&p[i]);
    fixture_stop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_does_not_play_does_not_watch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
