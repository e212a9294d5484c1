#include "meeting/shape.h"

#include "base/utf8.h"

#include <string.h>

const struct shape empty_shape = {"empty", NULL, 0, 0};

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\n';
}

bool shape_text_good(const char *text, size_t size)
{
    const unsigned char *s = (const unsigned char *)text;
    if (size && (is_blank(s[0]) || is_blank(s[size - 1])))
        return false;
    for (size_t i = 0; i < size; i++) {
        bool c1 = s[i] == 0xc2 && i + 1 < size && s[i + 1] < 0xa0;
        if (c1 || s[i] == 0x7f || (s[i] < 0x20 && s[i] != '\n'))
            return false;
    }
    return utf8_valid(text, size);
}

void shape_text_copy(char *ret, size_t size, const char *src)
{
    size_t n = strnlen(src, size - 1);
    while (n > 0 && ((unsigned char)src[n] & 0xc0) == 0x80)
        n--;
    memmove(ret, src, n);
    memset(ret + n, 0, size - n);
}

size_t shape_list_count(const struct shape_field *field, const void *data)
{
    uint16_t count;
    memcpy(&count, (const char *)data + field->offset, sizeof count);
    return count;
}

const void *shape_list_entry(const struct shape_field *field, const void *data, size_t index)
{
    size_t stride = field->kind == SHAPE_REFS ? sizeof(uint64_t) : field->of->size;
    return (const char *)data + field->offset + field->at + index * stride;
}

static bool list_good(const struct shape_field *f, const void *data)
{
    size_t count = shape_list_count(f, data);
    if (count > (uint64_t)f->max || (count == 0 && !f->optional))
        return false;
    for (size_t i = 0; i < count; i++) {
        const void *entry = shape_list_entry(f, data, i);
        if (f->kind == SHAPE_LIST ? shape_check(f->of, entry) != NULL
                                  : *(const uint64_t *)entry == 0)
            return false;
    }
    return true;
}

static bool number_good(const struct shape_field *f, const void *at)
{
    int64_t v = *(const int64_t *)at;
    return (f->optional && v == 0) || (v >= f->min && v <= f->max);
}

static bool field_good(const struct shape_field *f, const void *data)
{
    const char *at = (const char *)data + f->offset;
    switch (f->kind) {
    case SHAPE_TEXT:
    case SHAPE_SIDE_TEXT: {
        size_t n = strnlen(at, f->size);
        return n < f->size && (n > 0 || f->optional) && shape_text_good(at, n);
    }
    case SHAPE_NUMBER:
        return number_good(f, at);
    case SHAPE_FLAG:
        return *(const unsigned char *)at <= 1;
    case SHAPE_ENUM: {
        int32_t v;
        memcpy(&v, at, sizeof v);
        return (f->optional && v == 0) || (v >= 1 && v <= f->max);
    }
    case SHAPE_REF:
        return f->optional || *(const uint64_t *)at != 0;
    case SHAPE_STRUCT:
        return !shape_check(f->of, at);
    case SHAPE_REFS:
    case SHAPE_LIST:
        return list_good(f, data);
    }
    return false;
}

const struct shape_field *shape_check(const struct shape *shape, const void *data)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (!field_good(&shape->fields[i], data))
            return &shape->fields[i];
    }
    return NULL;
}

static uint64_t digest_bytes(uint64_t digest, const void *data, size_t size)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ p[i]) * 0x100000001b3u;
    return digest;
}

uint64_t shape_digest(const struct shape *shape, const void *data, uint64_t digest)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        const char *at = (const char *)data + f->offset;
        if (f->kind == SHAPE_TEXT || f->kind == SHAPE_SIDE_TEXT) {
            size_t n = strnlen(at, f->size - 1);
            digest = digest_bytes(digest, at, n);
            digest = digest_bytes(digest, "", 1);
        } else if (f->kind == SHAPE_STRUCT) {
            digest = shape_digest(f->of, at, digest);
        } else if (f->kind == SHAPE_REFS || f->kind == SHAPE_LIST) {
            size_t count = shape_list_count(f, data);
            digest = digest_bytes(digest, &count, sizeof count);
            for (size_t k = 0; k < count; k++) {
                const void *entry = shape_list_entry(f, data, k);
                digest = f->kind == SHAPE_REFS ? digest_bytes(digest, entry, sizeof(uint64_t))
                                               : shape_digest(f->of, entry, digest);
            }
        } else {
            digest = digest_bytes(digest, at, f->size);
        }
    }
    return digest;
}
