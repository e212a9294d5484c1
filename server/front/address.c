#include "front/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

int address_parse(const char *text, size_t size, struct address *ret)
{
    char copy[ADDRESS_TEXT_MAX + 2];
    while (size && (*text == ' ' || *text == '\t'))
        text++, size--;
    while (size && (text[size - 1] == ' ' || text[size - 1] == '\t'))
        size--;
    if (size >= 2 && text[0] == '[' && text[size - 1] == ']')
        text++, size -= 2;
    if (size == 0 || size >= sizeof copy)
        return -EINVAL;
    memcpy(copy, text, size);
    copy[size] = 0;
    struct address a;
    memcpy(a.ip, mapped, sizeof mapped);
    if (inet_pton(AF_INET, copy, a.ip + 12) != 1 && inet_pton(AF_INET6, copy, a.ip) != 1)
        return -EINVAL;
    *ret = a;
    return 0;
}

int address_from_socket(const struct sockaddr *sa, struct address *ret)
{
    if (sa->sa_family == AF_INET) {
        memcpy(ret->ip, mapped, sizeof mapped);
        memcpy(ret->ip + 12, &((const struct sockaddr_in *)sa)->sin_addr, 4);
        return 0;
    }
    if (sa->sa_family == AF_INET6) {
        memcpy(ret->ip, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
        return 0;
    }
    return -EINVAL;
}

int address_list_parse(const char *text, struct address_list *ret)
{
    struct address_list list = {0};
    while (text && *text) {
        size_t size = strcspn(text, ",");
        if (list.count == ADDRESS_MAX_TRUSTED)
            return -E2BIG;
        if (address_parse(text, size, &list.addresses[list.count]) < 0)
            return -EINVAL;
        list.count++;
        text += size;
        if (*text == ',')
            text++;
    }
    *ret = list;
    return 0;
}

static bool is_v4(const struct address *a)
{
    return memcmp(a->ip, mapped, sizeof mapped) == 0;
}

void address_format(const struct address *a, char ret_text[ADDRESS_TEXT_MAX])
{
    const char *done = is_v4(a) ? inet_ntop(AF_INET, a->ip + 12, ret_text, ADDRESS_TEXT_MAX)
                                : inet_ntop(AF_INET6, a->ip, ret_text, ADDRESS_TEXT_MAX);
    if (!done)
        ret_text[0] = 0;
}

bool address_is_loopback(const struct address *a)
{
    static const uint8_t one[16] = {[15] = 1};
    return is_v4(a) ? a->ip[12] == 127 : memcmp(a->ip, one, sizeof one) == 0;
}

bool address_in(const struct address *a, const struct address_list *list)
{
    for (int i = 0; i < list->count; i++)
        if (memcmp(a, &list->addresses[i], sizeof *a) == 0)
            return true;
    return false;
}

/* An address with a port behind it, "1.2.3.4:5" or "[::1]:5", as some proxies write: without it. */
static size_t without_port(const char *text, size_t size)
{
    const char *colon = memrchr(text, ':', size);
    if (!colon || colon == text)
        return size;
    size_t before = (size_t)(colon - text), digits = 0;
    while (before + 1 + digits < size && colon[1 + digits] >= '0' && colon[1 + digits] <= '9')
        digits++;
    bool is_port = digits >= 1 && digits <= 5 && before + 1 + digits == size;
    bool bracketed = colon[-1] == ']', only_one = !memchr(text, ':', before);
    return is_port && (bracketed || only_one) ? before : size;
}

struct address address_forwarded(const struct address *peer, const char *forwarded, size_t size,
                                 const struct address_list *trusted)
{
    struct address client = *peer;
    while (size && address_in(&client, trusted)) {
        const char *comma = memrchr(forwarded, ',', size);
        const char *last = comma ? comma + 1 : forwarded;
        size_t length = size - (size_t)(last - forwarded);
        struct address a;
        while (length && (last[length - 1] == ' ' || last[length - 1] == '\t'))
            length--;
        if (address_parse(last, without_port(last, length), &a) < 0)
            break;
        client = a;
        size = comma ? (size_t)(comma - forwarded) : 0;
    }
    return client;
}

uint64_t address_limit_hash(const struct address *a, uint64_t key)
{
    uint64_t hash = key ^ 0xcbf29ce484222325u;
    size_t size = is_v4(a) ? 16 : 8;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ a->ip[i]) * 0x100000001b3u;
    hash ^= hash >> 32;
    return hash * 0x9e3779b97f4a7c15u;
}
