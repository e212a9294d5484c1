/* Preloaded into a worker: x264 that breaks after BREAK_AFTER frames, as BREAK_HOW says: "fail" or
 * "hang". */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int x264_encoder_encode(void *encoder, void *nals, void *count, void *in, void *out);

int x264_encoder_encode(void *encoder, void *nals, void *count, void *in, void *out)
{
    static atomic_int frames;
    const char *after = getenv("BREAK_AFTER"), *how = getenv("BREAK_HOW");
    if (after && how && ++frames > strtol(after, NULL, 10)) {
        while (!strcmp(how, "hang"))
            pause();
        return -1;
    }
    int (*real)(void *, void *, void *, void *, void *) = NULL;
    /* Loaded with its plugin, so RTLD_NEXT does not know it. */
    void *library = dlopen("libx264.so.164", RTLD_LAZY);
    if (library)
        *(void **)&real = dlsym(library, "x264_encoder_encode");
    return real ? real(encoder, nals, count, in, out) : -1;
}
