/* Peers' addresses: IPv4 as IPv6-mapped, so that there is one kind. Pure. */
#ifndef MECLIS_FRONT_ADDRESS_H
#define MECLIS_FRONT_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_MAX 46
#define ADDRESS_MAX_TRUSTED 32

struct address {
    uint8_t ip[16];
};

/* Addresses whose word about a client's address counts. */
struct address_list {
    int count;
    struct address addresses[ADDRESS_MAX_TRUSTED];
};

/* Each returns 0 or -EINVAL. */
int address_parse(const char *text, size_t size, struct address *ret);
int address_from_socket(const struct sockaddr *sa, struct address *ret);

/* Comma-separated; NULL and "" are an empty list. -E2BIG beyond ADDRESS_MAX_TRUSTED. */
int address_list_parse(const char *text, struct address_list *ret);

void address_format(const struct address *a, char ret_text[ADDRESS_TEXT_MAX]);
bool address_is_loopback(const struct address *a);
bool address_in(const struct address *a, const struct address_list *list);

/* The client behind trusted proxies: the last address of X-Forwarded-For, its port left aside, that
 * is not trusted itself. Forwarded (RFC 7239) is not looked at: a proxy that writes one of the two
 * lets the client's own other one through. Anything else in there ends the search: the peer it came
 * from is the client then. */
struct address address_forwarded(const struct address *peer, const char *forwarded, size_t size,
                                 const struct address_list *trusted);

/* What limits count by: the address, or the /64 of an IPv6 one. */
uint64_t address_limit_hash(const struct address *a, uint64_t key);

#endif
