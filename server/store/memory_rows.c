#include "store/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct memory_key memory_key_of(enum memory_table table)
{
    return (struct memory_key){.size = 1, .bytes = {(uint8_t)table}};
}

void memory_add_bytes(struct memory_key *k, const void *data, size_t size)
{
    memcpy(k->bytes + k->size, data, size);
    k->size += size;
}

void memory_add_name(struct memory_key *k, const char *name)
{
    memory_add_bytes(k, name, strlen(name) + 1);
}

void memory_add_number(struct memory_key *k, uint64_t n)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        k->bytes[k->size++] = (uint8_t)(n >> shift);
}

static int compare(const struct memory_key *a, const struct memory_key *b)
{
    int c = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
    return c ? c : a->size < b->size ? -1 : a->size > b->size;
}

size_t memory_find(const struct memory *m, const struct memory_key *k)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(&m->rows[middle].key, k) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool memory_begins(const struct memory *m, size_t at, const struct memory_key *k)
{
    return at < m->count && m->rows[at].key.size >= k->size &&
           memcmp(m->rows[at].key.bytes, k->bytes, k->size) == 0;
}

struct bytes *memory_get(const struct memory *m, const struct memory_key *k)
{
    size_t at = memory_find(m, k);
    return memory_begins(m, at, k) && m->rows[at].key.size == k->size ? m->rows[at].value : NULL;
}

/* ---- rows ---- */

static int make_room(struct memory_row **rows, size_t count, size_t *room)
{
    if (count < *room)
        return 0;
    size_t more = *room ? 2 * *room : 64;
    struct memory_row *moved = reallocarray(*rows, more, sizeof *moved);
    if (!moved)
        return -ENOMEM;
    *rows = moved;
    *room = more;
    return 0;
}

/* Takes the value; NULL removes the row. There must be room for one more. */
static struct bytes *exchange(struct memory *m, const struct memory_key *k, struct bytes *value)
{
    size_t at = memory_find(m, k);
    bool there = memory_begins(m, at, k) && m->rows[at].key.size == k->size;
    struct bytes *old = there ? m->rows[at].value : NULL;
    if (there && value) {
        m->rows[at].value = value;
    } else if (there) {
        m->count--;
        memmove(&m->rows[at], &m->rows[at + 1], (m->count - at) * sizeof *m->rows);
    } else if (value) {
        memmove(&m->rows[at + 1], &m->rows[at], (m->count - at) * sizeof *m->rows);
        m->rows[at] = (struct memory_row){.key = *k, .value = value};
        m->count++;
    }
    return old;
}

int memory_put(struct memory *m, const struct memory_key *k, const void *value, size_t size)
{
    struct bytes *copy = value ? bytes_copy(value, size) : NULL;
    int r = value && !copy ? -ENOMEM : make_room(&m->rows, m->count, &m->room);
    if (r == 0)
        r = make_room(&m->undo, m->undo_count, &m->undo_room);
    if (r < 0) {
        bytes_unref(copy);
        return r;
    }
    struct bytes *old = exchange(m, k, copy);
    if (m->in_transaction)
        m->undo[m->undo_count++] = (struct memory_row){.key = *k, .value = old};
    else
        bytes_unref(old);
    return 0;
}

void memory_go_back(struct memory *m, size_t until)
{
    while (m->undo_count > until) {
        struct memory_row *u = &m->undo[--m->undo_count];
        bytes_unref(exchange(m, &u->key, u->value));
    }
}

int memory_copy_out(const struct memory *m, const struct memory_key *k, void *ret, size_t size)
{
    const struct bytes *value = memory_get(m, k);
    if (!value || value->size != size)
        return -ENOENT;
    memcpy(ret, value->data, size);
    return 0;
}
