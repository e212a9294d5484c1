/* The two clocks, each read in one place.
 *
 * Durations and media time come from the boot clock, which nothing steps. UTC is only for people
 * and for the log; it may jump, and nothing is ever measured with it. For tests, the environment's
 * MECLIS_TEST_CLOCK names a file whose first 8 bytes (int64, host order) are added to UTC,
 * microseconds; it is mapped once, so a test steps the clock of running programs by writing there.
 */
#ifndef MECLIS_BASE_CLOCK_H
#define MECLIS_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* CLOCK_BOOTTIME in microseconds (or nanoseconds). Any thread. */
int64_t clock_boot_us(void);
int64_t clock_boot_ns(void);

/* UTC since 1970 in microseconds. Any thread. */
int64_t clock_utc_us(void);

/* Whether the kernel holds the clock for synchronised (adjtimex). */
bool clock_utc_synchronised(void);

/* The kernel's id of this boot as text, 36 characters and NUL. Returns 0 or a negative errno. */
int clock_boot_id(char ret_id[37]);

#endif
