/* GET /api/v1/openapi.json: the table of routes, with what operations.c says of each. Pool. */
#include "app/operations.h"

#define MAX_ACTIONS 16

static enum openapi_who who_of(enum role role)
{
    switch (role) {
    case ROLE_ADMIN:
        return OPENAPI_ADMINISTRATOR;
    case ROLE_SIGNED_IN:
        return OPENAPI_SIGNED_IN;
    case ROLE_ANYONE:
        break;
    }
    return OPENAPI_ANYONE;
}

static const char *method_of(enum front_method method)
{
    switch (method) {
    case FRONT_POST:
        return "post";
    case FRONT_PUT:
        return "put";
    case FRONT_DELETE:
        return "delete";
    case FRONT_HEAD:
        return "head";
    case FRONT_GET:
        break;
    }
    return "get";
}

struct bytes *openapi_text(void)
{
    struct openapi o;
    const struct route *route;
    const char *actions[MAX_ACTIONS];
    size_t count = 0;
    while (count < MAX_ACTIONS && command_at(count))
        actions[count] = command_at(count)->name, count++;
    openapi_begin(&o, MECLIS_VERSION);
    for (size_t i = 0; (route = routes_at(i)); i++)
        openapi_add(&o, route->path, method_of(route->method), who_of(route->role),
                    operations_find(route->handler));
    struct bytes *text = openapi_end(&o, actions, count);
    openapi_finish(&o);
    return text;
}

void openapi_document(struct request *r, void *place)
{
    request_reply(r, 200, openapi_text());
}
