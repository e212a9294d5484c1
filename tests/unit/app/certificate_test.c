#include "../cmocka_all.h"
#include "app/certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct folder {
    char name[32], certificate[64], key[64], other[64];
};

static void write_file(const char *file, const char *text)
{
    FILE *f = fopen(file, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void make(struct folder *d)
{
    snprintf(d->name, sizeof d->name, "/tmp/meclis-test-XXXXXX");
    assert_non_null(mkdtemp(d->name));
    snprintf(d->certificate, sizeof d->certificate, "%s/c", d->name);
    snprintf(d->key, sizeof d->key, "%s/k", d->name);
    snprintf(d->other, sizeof d->other, "%s/o", d->name);
    write_file(d->certificate, "one");
    write_file(d->key, "one");
}

static void clean(const struct folder *d)
{
    unlink(d->certificate);
    unlink(d->key);
    unlink(d->other);
    assert_int_equal(rmdir(d->name), 0);
}

static void a_change_is_told_once_and_when_it_is_still(void **state)
{
    struct folder d;
    struct certificate c;
    make(&d);
    certificate_init(&c, d.certificate, d.key);
    for (int i = 0; i < 3; i++)
        assert_false(certificate_look(&c));
    write_file(d.certificate, "half");
    assert_false(certificate_look(&c)); /* it has just changed */
    write_file(d.certificate, "half and more");
    assert_false(certificate_look(&c)); /* and again */
    write_file(d.key, "another");
    assert_false(certificate_look(&c));
    assert_true(certificate_look(&c));
    for (int i = 0; i < 3; i++)
        assert_false(certificate_look(&c));
    clean(&d);
}

static void every_way_of_changing_is_seen(void **state)
{
    struct folder d;
    struct certificate c;
    make(&d);
    certificate_init(&c, d.certificate, d.key);
    unlink(d.key); /* gone */
    assert_false(certificate_look(&c));
    assert_true(certificate_look(&c));
    assert_false(certificate_look(&c));
    write_file(d.other, "one"); /* another in its place, by name or by a link */
    assert_int_equal(rename(d.other, d.key), 0);
    assert_false(certificate_look(&c));
    assert_true(certificate_look(&c));
    write_file(d.other, "one");
    unlink(d.certificate);
    assert_int_equal(symlink(d.other, d.certificate), 0);
    assert_false(certificate_look(&c));
    assert_true(certificate_look(&c));
    write_file(d.other, "what the link points at");
    assert_false(certificate_look(&c));
    assert_true(certificate_look(&c));
    assert_false(certificate_look(&c));
    clean(&d);
}

static void without_a_certificate_nothing_is_watched(void **state)
{
    struct certificate c;
    certificate_init(&c, NULL, "");
    assert_false(certificate_look(&c));
    assert_false(certificate_look(&c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_told_once_and_when_it_is_still),
        cmocka_unit_test(every_way_of_changing_is_seen),
        cmocka_unit_test(without_a_certificate_nothing_is_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
