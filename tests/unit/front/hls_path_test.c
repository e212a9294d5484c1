#include "../cmocka_all.h"
#include "front/hls_path.h"

#include <errno.h>
#include <string.h>

static void reads_each_kind(void **state)
{
    struct hls_path p;
    assert_int_equal(hls_path_parse("/hls/demo/master.m3u8", &p), 0);
    assert_int_equal(p.kind, HLS_MASTER);
    assert_string_equal(p.meeting, "demo");
    assert_int_equal(hls_path_parse("/hls/demo/720p/index.m3u8", &p), 0);
    assert_int_equal(p.kind, HLS_PLAYLIST);
    assert_string_equal(p.track, "720p");
    assert_int_equal(hls_path_parse("/hls/demo/720p/init-12.mp4", &p), 0);
    assert_int_equal(p.kind, HLS_INIT);
    assert_int_equal(p.number, 12);
    assert_int_equal(hls_path_parse("/hls/demo/audio/0.m4s", &p), 0);
    assert_int_equal(p.kind, HLS_SEGMENT);
    assert_int_equal(p.number, 0);
    assert_int_equal(hls_path_parse("/hls/demo/audio/850000123.17.m4s", &p), 0);
    assert_int_equal(p.kind, HLS_PART);
    assert_int_equal(p.number, 850000123);
    assert_int_equal(p.part, 17);
}

static void knows_nothing_else(void **state)
{
    static const char *const bad[] = {"",
                                      "/",
                                      "/hls",
                                      "/hls/",
                                      "/hls//master.m3u8",
                                      "/hls/demo",
                                      "/hls/demo/",
                                      "/hls/demo/x",
                                      "/hls/De/master.m3u8",
                                      "/hls/../master.m3u8",
                                      "/hls/demo/../index.m3u8",
                                      "/hls/demo/720p/",
                                      "/hls/demo/720p/1",
                                      "/hls/demo/720p/.m4s",
                                      "/hls/demo/720p/-1.m4s",
                                      "/hls/demo/720p/+1.m4s",
                                      "/hls/demo/720p/01.m4s",
                                      "/hls/demo/720p/1.01.m4s",
                                      "/hls/demo/720p/1..m4s",
                                      "/hls/demo/720p/1.2.3.m4s",
                                      "/hls/demo/720p/1.m4s/",
                                      "/hls/demo/720p/1.m4sx",
                                      "/hls/demo/720p/init-0.mp4",
                                      "/hls/demo/720p/init-.mp4",
                                      "/hls/demo/720p/init-4294967296.mp4",
                                      "/hls/demo/720p/init-1.m4s",
                                      "/hls/demo/720p/9999999999999999.m4s",
                                      "/hls/demo/720p/1.100001.m4s",
                                      "/hls/demo/a-name-too-long-for-it/1.m4s",
                                      "/hls/demo/720p/x/1.m4s",
                                      "/hls/demo/720p/ 1.m4s"};
    struct hls_path p;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(hls_path_parse(bad[i], &p), -ENOENT);
}

static int query(const char *text, struct hls_query *ret)
{
    return hls_query_parse(text, strlen(text), ret);
}

static void reads_directives(void **state)
{
    struct hls_query q;
    assert_int_equal(query("", &q), 0);
    assert_false(q.blocks || q.dvr);
    assert_int_equal(query("_HLS_msn=7&_HLS_part=0&token=x", &q), 0);
    assert_true(q.blocks);
    assert_int_equal(q.msn, 7);
    assert_int_equal(q.part, 0);
    assert_int_equal(query("_HLS_msn=7", &q), 0);
    assert_int_equal(q.part, -1);
    assert_int_equal(query("dvr", &q), 0);
    assert_true(q.dvr);
    assert_int_equal(query("a=b&dvr=1&_HLS_skip=YES", &q), 0);
    assert_true(q.dvr);
    assert_int_equal(query("dvr=0", &q), 0);
    assert_false(q.dvr);
}

static void refuses_directives_without_sense(void **state)
{
    static const char *const bad[] = {"_HLS_part=1",
                                      "_HLS_msn=",
                                      "_HLS_msn=x",
                                      "_HLS_msn=-1",
                                      "_HLS_msn=1.5",
                                      "_HLS_msn=1&_HLS_part=-1",
                                      "_HLS_msn=1&_HLS_part=",
                                      "_HLS_msn=1&_HLS_part=100001",
                                      "_HLS_msn=99999999999999999999999999",
                                      "_HLS_msn=%zz",
                                      "_HLS_msn=007"};
    struct hls_query q;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(query(bad[i], &q), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_each_kind),
        cmocka_unit_test(knows_nothing_else),
        cmocka_unit_test(reads_directives),
        cmocka_unit_test(refuses_directives_without_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
