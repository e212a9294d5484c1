/* Lines to standard error, one a fact: time, level, module, text; under systemd with its level
 * prefix.
 *
 * Only app/ and the mains log above debug; rooms below return errors instead. Any thread. */
#ifndef MECLIS_BASE_LOG_H
#define MECLIS_BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR = 1, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Lines above this level are dropped; the default is info. Call before threads start. */
void log_set_level(enum log_level level);

void log_write(enum log_level level, const char *module, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(module, ...) log_write(LOG_LEVEL_ERROR, module, __VA_ARGS__)
#define log_warning(module, ...) log_write(LOG_LEVEL_WARNING, module, __VA_ARGS__)
#define log_info(module, ...) log_write(LOG_LEVEL_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) log_write(LOG_LEVEL_DEBUG, module, __VA_ARGS__)

#endif
