/* Runs a fuzzer without libFuzzer: over the files named, or over its examples, altered in ways that
 * follow from a seed. With --examples FOLDER it writes them there, to begin libFuzzer with.
 * MECLIS_FUZZ_SECONDS and MECLIS_FUZZ_SEED say how long (1) and where from. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define ROOM 65536

static uint64_t state;

static uint32_t number(uint32_t below)
{
    state ^= state << 13; /* xorshift64 */
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16) % below;
}

static void alter_byte(uint8_t *data, size_t size)
{
    static const uint8_t telling[] = {0, 1, 0x7f, 0x80, 0xff, '"', '{', 8};
    uint8_t *at = data + number((uint32_t)size);
    switch (number(3)) {
    case 0:
        *at ^= (uint8_t)(1 << number(8));
        break;
    case 1:
        *at = telling[number(sizeof telling)];
        break;
    default:
        *at = (uint8_t)number(256);
    }
}

/* Cuts something out, doubles something, or puts one span in another's place. */
static size_t alter_span(uint8_t *data, size_t size)
{
    size_t from = number((uint32_t)size), length = 1 + number(32), to = number((uint32_t)size);
    if (from + length > size)
        length = size - from;
    if (number(3) == 0) {
        memmove(data + from, data + from + length, size - from - length);
        return size - length;
    }
    if (to + length > ROOM)
        return size;
    memmove(data + to, data + from, length);
    return to + length > size ? to + length : size;
}

static size_t make_input(uint8_t *data, int examples)
{
    size_t size = fuzz_example((int)number((uint32_t)examples), data, ROOM);
    for (uint32_t i = number(12); i > 0 && size > 0; i--) {
        if (number(5) == 0)
            size = alter_span(data, size);
        else
            alter_byte(data, size);
    }
    if (number(8) == 0 && size > 0)
        size = number((uint32_t)size);
    return size;
}

static void run(const uint8_t *data, size_t size)
{
    /* In memory of its own, so that a read behind its end is seen. */
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        abort();
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int run_file(const char *path)
{
    static uint8_t data[1 << 24];
    FILE *f = fopen(path, "rbe");
    if (!f) {
        perror(path);
        return 1;
    }
    size_t size = fread(data, 1, sizeof data, f);
    fclose(f);
    run(data, size);
    return 0;
}

static int write_examples(const char *folder)
{
    static uint8_t data[ROOM];
    size_t size;
    mkdir(folder, 0755);
    for (int i = 0; (size = fuzz_example(i, data, ROOM)) > 0; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%d", folder, i);
        FILE *f = fopen(path, "wbe");
        if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--examples") == 0)
        return write_examples(argv[2]);
    int r = 0;
    for (int i = 1; i < argc; i++)
        r |= run_file(argv[i]);
    if (argc > 1)
        return r;
    static uint8_t data[ROOM];
    int examples = 0;
    for (size_t size; (size = fuzz_example(examples, data, ROOM)) > 0; examples++)
        run(data, size);
    if (examples == 0)
        return 1;
    state = setting("MECLIS_FUZZ_SEED", 20240601) * 2 + 1;
    uint64_t count = 0;
    time_t end = time(NULL) + (time_t)setting("MECLIS_FUZZ_SECONDS", 1);
    /* So many always, on a slow machine too; more while there is time. */
    while (count < 20000 || time(NULL) < end) {
        run(data, make_input(data, examples));
        count++;
    }
    printf("%llu inputs\n", (unsigned long long)count);
    return 0;
}
