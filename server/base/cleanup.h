/* Cleanup by attribute, the project's one cleanup style: a variable names what ends it.
 *
 *     cleanup_free char *text = NULL;
 *     cleanup(bytes_unref_p) struct bytes *b = NULL;
 *     return take_ptr(text);          // ownership leaves with the caller
 */
#ifndef MECLIS_BASE_CLEANUP_H
#define MECLIS_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define cleanup(fn) __attribute__((cleanup(fn)))

/* Gives the pointer away: the variable is NULL afterwards and its cleanup does nothing. */
#define take_ptr(p)                                                                                \
    ({                                                                                             \
        __auto_type take_ptr_ = (p);                                                               \
        (p) = NULL;                                                                                \
        take_ptr_;                                                                                 \
    })

/* The same for a file descriptor. */
#define take_fd(fd)                                                                                \
    ({                                                                                             \
        int take_fd_ = (fd);                                                                       \
        (fd) = -1;                                                                                 \
        take_fd_;                                                                                  \
    })

/* Defines NAME_p(TYPE **), the form that cleanup() calls, from a destroy function. */
#define DEFINE_CLEANUP(type, fn)                                                                   \
    static inline void fn##_p(type *p)                                                             \
    {                                                                                              \
        if (*p)                                                                                    \
            fn(*p);                                                                                \
    }

static inline void cleanup_free_p(void *p)
{
    free(*(void **)p);
}

static inline void cleanup_close_p(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#define cleanup_free cleanup(cleanup_free_p)
#define cleanup_close cleanup(cleanup_close_p)

#endif
