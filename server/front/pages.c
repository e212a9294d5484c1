#include "front/pages.h"

#include "base/id.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

struct pages {
    size_t count;
    struct page files[PAGES_MAX_FILES]; /* by path once loaded */
};

static const struct {
    const char *suffix, *type;
    bool text;
} types[] = {
    {".css", "text/css; charset=utf-8", true},
    {".html", "text/html; charset=utf-8", true},
    {".ico", "image/x-icon", false},
    {".jpg", "image/jpeg", false},
    {".js", "text/javascript; charset=utf-8", true},
    {".json", "application/json", true},
    {".map", "application/json", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".png", "image/png", false},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".webmanifest", "application/manifest+json", true},
    {".webp", "image/webp", false},
    {".woff2", "font/woff2", false},
    {".xml", "application/xml", true},
};

static bool ends_with(const char *text, const char *suffix)
{
    size_t a = strlen(text), b = strlen(suffix);
    return a >= b && strcmp(text + a - b, suffix) == 0;
}

/* Returns owned bytes, or NULL where compressing gains nothing. */
static struct bytes *compress_gzip(const struct bytes *plain)
{
    z_stream z = {0};
    if (plain->size < 256 ||
        deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    cleanup_free uint8_t *out = malloc(plain->size);
    int r = Z_MEM_ERROR;
    if (out) {
        z.next_in = (Bytef *)plain->data;
        z.avail_in = (uInt)plain->size;
        z.next_out = out;
        z.avail_out = (uInt)plain->size;
        r = deflate(&z, Z_FINISH);
    }
    struct bytes *b = r == Z_STREAM_END ? bytes_copy(out, z.total_out) : NULL;
    deflateEnd(&z);
    return b;
}

static void name_contents(struct page *f)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < f->plain->size; i++)
        hash = (hash ^ f->plain->data[i]) * 0x100000001b3u;
    snprintf(f->etag, sizeof f->etag, "\"%016" PRIx64 "\"", hash);
    snprintf(f->gzip_etag, sizeof f->gzip_etag, "\"%016" PRIx64 "z\"", hash);
}

/* Cuts one slot out of the text from `at` on, and moves `at` behind it. Returns 1, 0 where there is
 * none, or a negative errno: -EBADMSG where the page is not as it was written. */
static int cut_slot(struct page *f, const char **at, const char *end)
{
    const char *mark = memmem(*at, (size_t)(end - *at), PAGES_SLOT, strlen(PAGES_SLOT));
    if (!mark)
        return 0;
    const char *name = mark + strlen(PAGES_SLOT);
    const char *named =
        memmem(name, (size_t)(end - name), PAGES_SLOT_NAMED, strlen(PAGES_SLOT_NAMED));
    const char *closing =
        memmem(name, (size_t)(end - name), PAGES_SLOT_END, strlen(PAGES_SLOT_END));
    struct page_slot *slot = &f->slots[f->slot_count];
    if (f->slot_count == PAGES_MAX_SLOTS || !named || !closing || closing < named ||
        (size_t)(named - name) >= sizeof slot->name)
        return -EBADMSG;
    f->slot_count++;
    memcpy(slot->name, name, (size_t)(named - name));
    const char *built = named + strlen(PAGES_SLOT_NAMED);
    slot->before = bytes_copy(*at, (size_t)(mark - *at));
    slot->built = bytes_copy(built, (size_t)(closing - built));
    *at = closing + strlen(PAGES_SLOT_END);
    return slot->before && slot->built ? 1 : -ENOMEM;
}

static int cut_at_slots(struct page *f)
{
    const char *at = (const char *)f->plain->data, *end = at + f->plain->size;
    int r;
    while ((r = cut_slot(f, &at, end)) > 0)
        ;
    if (r < 0 || f->slot_count == 0)
        return r;
    f->after = bytes_copy(at, (size_t)(end - at));
    return f->after ? 0 : -ENOMEM;
}

static int load_file(struct pages *p, const char *file, const char *path)
{
    if (p->count == PAGES_MAX_FILES)
        return -EFBIG;
    struct page *f = &p->files[p->count];
    *f = (struct page){.content_type = "application/octet-stream"};
    int r = io_read_file(file, PAGES_MAX_FILE_BYTES, &f->plain);
    if (r < 0)
        return r;
    p->count++;
    f->path = strdup(path);
    if (!f->path)
        return -ENOMEM;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!ends_with(path, types[i].suffix))
            continue;
        f->content_type = types[i].type;
        if (types[i].text)
            f->gzip = compress_gzip(f->plain);
    }
    f->html = ends_with(path, ".html");
    f->immutable = strncmp(path, "/assets/", 8) == 0;
    name_contents(f);
    return f->html ? cut_at_slots(f) : 0;
}

static int load_folder(struct pages *p, const char *folder, const char *path, int depth);

static int load_entry(struct pages *p, const char *folder, const char *path, const char *name,
                      int depth)
{
    char file[4096], below[1024];
    struct stat st;
    if (snprintf(file, sizeof file, "%s/%s", folder, name) >= (int)sizeof file ||
        snprintf(below, sizeof below, "%s/%s", path, name) >= (int)sizeof below)
        return -ENAMETOOLONG;
    if (stat(file, &st) < 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return depth < 8 ? load_folder(p, file, below, depth + 1) : -ELOOP;
    return S_ISREG(st.st_mode) ? load_file(p, file, below) : 0;
}

static int load_folder(struct pages *p, const char *folder, const char *path, int depth)
{
    DIR *d = opendir(folder);
    if (!d)
        return depth == 0 && errno == ENOENT ? 0 : -errno;
    int r = 0;
    for (struct dirent *e; r == 0 && (e = readdir(d));)
        if (e->d_name[0] != '.')
            r = load_entry(p, folder, path, e->d_name, depth);
    closedir(d);
    return r;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct page *)a)->path, ((const struct page *)b)->path);
}

int pages_load(const char *folder, struct pages **ret)
{
    struct pages *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    int r = folder ? load_folder(p, folder, "", 0) : 0;
    if (r < 0) {
        pages_destroy(p);
        return r;
    }
    qsort(p->files, p->count, sizeof p->files[0], by_path);
    *ret = p;
    return 0;
}

void pages_destroy(struct pages *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++) {
        free(p->files[i].path);
        bytes_unref(p->files[i].plain);
        bytes_unref(p->files[i].gzip);
        for (int j = 0; j < p->files[i].slot_count; j++) {
            bytes_unref(p->files[i].slots[j].before);
            bytes_unref(p->files[i].slots[j].built);
        }
        bytes_unref(p->files[i].after);
    }
    free(p);
}

static const struct page *find_file(const struct pages *p, const char *path)
{
    struct page key = {.path = (char *)path};
    return bsearch(&key, p->files, p->count, sizeof key, by_path);
}

const struct page *pages_find(const struct pages *p, const char *path)
{
    /* addresses that are a page by themselves, and those that are one with an ID behind */
    static const char *const plain[] = {"archive", "admin"};
    static const char *const with_id[] = {"m", "embed", "speak", "desk", "hall", "press", "admin"};
    if (strcmp(path, "/") == 0)
        return find_file(p, "/index.html");
    const char *slash = strchr(path + 1, '/');
    size_t size = slash ? (size_t)(slash - path - 1) : strlen(path + 1);
    char file[32];
    for (size_t i = 0; i < sizeof plain / sizeof plain[0] && !slash; i++)
        if (strcmp(path + 1, plain[i]) == 0) {
            snprintf(file, sizeof file, "/%s.html", plain[i]);
            return find_file(p, file);
        }
    for (size_t i = 0; i < sizeof with_id / sizeof with_id[0] && slash; i++)
        if (strlen(with_id[i]) == size && memcmp(path + 1, with_id[i], size) == 0) {
            snprintf(file, sizeof file, "/%s.html", with_id[i]);
            return id_valid(slash + 1) ? find_file(p, file) : NULL;
        }
    return ends_with(path, ".html") ? NULL : find_file(p, path);
}
