/* How a worker ends: its exit status, for the server that watches it. */
#ifndef MECLIS_LINK_EXIT_H
#define MECLIS_LINK_EXIT_H

enum worker_exit {
    WORKER_ENDED = 0,    /* as asked: LINK_STOP, SIGTERM, SIGINT, or nobody claimed it */
    WORKER_BAD_SPEC = 2, /* arguments or spec can't be used: starting it anew won't help */
    WORKER_TWICE = 3,    /* another worker of this meeting runs: find it */
    WORKER_FAILED = 4,   /* could not start: try again, with back-off */
    WORKER_ENCODER = 5,  /* the programme's pipeline failed: start anew at once */
    WORKER_CLOCK = 6,    /* the machine slept, media time moved on: start anew at once */
};

#endif
