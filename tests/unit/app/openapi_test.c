#include "../cmocka_all.h"

#include "app/operations.h"

#include <jansson.h>
#include <string.h>

static json_t *document(void)
{
    struct bytes *text = openapi_text();
    assert_non_null(text);
    json_error_t error;
    json_t *j = json_loadb((const char *)text->data, text->size, JSON_REJECT_DUPLICATES, &error);
    if (!j)
        fail_msg("no JSON at %d: %s", error.position, error.text);
    bytes_unref(text);
    return j;
}

static const char *method_of(const struct route *r)
{
    return r->method == FRONT_GET ? "get" : r->method == FRONT_POST ? "post" : "delete";
}

static bool has_parameter(const json_t *operation, const char *name, size_t size, const char *in)
{
    size_t i;
    const json_t *p;
    json_array_foreach(json_object_get(operation, "parameters"), i, p)
    {
        const char *its = json_string_value(json_object_get(p, "name"));
        if (strlen(its) == size && memcmp(its, name, size) == 0 &&
            strcmp(json_string_value(json_object_get(p, "in")), in) == 0)
            return json_object_get(p, "description") != NULL;
    }
    return false;
}

static size_t check_parts(const struct route *route, const json_t *operation)
{
    size_t count = 0;
    for (const char *at = strchr(route->path, '{'); at; at = strchr(at, '{'), count++) {
        size_t size = strcspn(++at, "}");
        if (!has_parameter(operation, at, size, "path"))
            fail_msg("%s: nothing is said of {%.*s}", route->path, (int)size, at);
    }
    return count;
}

static void check_security(const struct route *route, const json_t *operation)
{
    const json_t *security = json_object_get(operation, "security");
    size_t ways = route->role == ROLE_ANYONE ? 0 : route->role == ROLE_ADMIN ? 1 : 3;
    assert_int_equal(json_array_size(security), ways);
}

static void every_route_is_in_it(void **state)
{
    json_t *j = document(), *ids = json_object();
    const json_t *paths = json_object_get(j, "paths");
    const struct route *route;
    size_t count = 0, i;
    for (i = 0; (route = routes_at(i)); i++) {
        const json_t *o = json_object_get(json_object_get(paths, route->path), method_of(route));
        if (!json_string_value(json_object_get(o, "summary")))
            fail_msg("%s %s is not described in operations.c", method_of(route), route->path);
        const char *id = json_string_value(json_object_get(o, "operationId"));
        assert_null(json_object_get(ids, id)); /* clients are named by it */
        json_object_set_new(ids, id, json_true());
        size_t parts = check_parts(route, o);
        assert_true(json_array_size(json_object_get(o, "parameters")) >= parts);
        check_security(route, o);
        assert_true(json_object_size(json_object_get(o, "responses")) >= 2);
    }
    const char *path;
    json_t *item;
    json_object_foreach((json_t *)paths, path, item) count += json_object_size(item);
    assert_int_equal(count, i); /* and nothing else */
    json_decref(ids);
    json_decref(j);
}

static void every_operation_has_its_route(void **state)
{
    const struct operation *o;
    for (size_t i = 0; (o = operations_at(i)); i++) {
        int count = 0;
        const struct route *route;
        for (size_t k = 0; (route = routes_at(k)); k++)
            count += route->handler == o->handler;
        assert_int_equal(count, 1);
        assert_ptr_equal(operations_find(o->handler), &o->is);
    }
}

/* "#/components/schemas/meeting" */
static void check_reference(const json_t *root, const char *where)
{
    char name[128];
    const json_t *at = root;
    assert_int_equal(strncmp(where, "#/", 2), 0);
    for (const char *part = where + 2;; part++) {
        size_t size = strcspn(part, "/");
        assert_true(size < sizeof name);
        memcpy(name, part, size);
        name[size] = 0;
        at = json_object_get(at, name);
        if (!at)
            fail_msg("%s leads nowhere", where);
        part += size;
        if (!*part)
            return;
    }
}

static size_t check_references(const json_t *root, json_t *j)
{
    size_t count = 0, i;
    const char *name;
    json_t *value;
    json_object_foreach(j, name, value)
    {
        if (strcmp(name, "$ref") == 0 && json_is_string(value)) {
            check_reference(root, json_string_value(value));
            count++;
        }
        count += check_references(root, value);
    }
    if (json_is_array(j))
        json_array_foreach(j, i, value) count += check_references(root, value);
    return count;
}

static void no_reference_leads_nowhere(void **state)
{
    json_t *j = document();
    assert_true(check_references(j, j) > 100);
    json_decref(j);
}

/* Only what the table has; a route of which nothing is known is there all the same. */
static void what_is_not_described_has_its_address(void **state)
{
    struct openapi o;
    openapi_begin(&o, "1");
    openapi_add(&o, "/x/{what}", "get", OPENAPI_ANYONE, NULL);
    openapi_add(&o, "/x/{what}", "put", OPENAPI_ADMINISTRATOR, NULL);
    struct bytes *text = openapi_end(&o, NULL, 0);
    openapi_finish(&o);
    json_t *j = json_loadb((const char *)text->data, text->size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *x = json_object_get(json_object_get(j, "paths"), "/x/{what}");
    assert_int_equal(json_object_size(x), 2);
    const json_t *get = json_object_get(x, "get");
    assert_int_equal(json_array_size(json_object_get(get, "parameters")), 1);
    assert_null(json_object_get(get, "summary"));
    json_decref(j);
    bytes_unref(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_in_it),
        cmocka_unit_test(every_operation_has_its_route),
        cmocka_unit_test(no_reference_leads_nowhere),
        cmocka_unit_test(what_is_not_described_has_its_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
