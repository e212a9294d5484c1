/* What a failed send means: one answer for send(), io_uring's and TLS's. Pure. */
#ifndef MECLIS_FRONT_SENDING_H
#define MECLIS_FRONT_SENDING_H

#include <errno.h>
#include <stdbool.h>

/* The socket, or the kernel, has no room now: nothing went, and it is tried again when the socket
 * can be written. Who gets nowhere that way for 10 s is let go, as anybody who stalls. */
static inline bool sending_waits(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS ||
           error == ENOMEM;
}

/* An answer of io_uring's that no send() on a stream gives: it is the ring that was refused (a
 * filter that came later, a kernel without the operation, no memory for a request), and the same
 * bytes may go by send(). */
static inline bool sending_ring_refused(int error)
{
    return error == EINVAL || error == EOPNOTSUPP || error == ENOSYS || error == EPERM ||
           error == EACCES || error == ECANCELED || error == ENOMEM || error == EBUSY;
}

#endif
