/* Texts as people compare them: without regard to case, Turkish's own included (İ, I, ı and i are
 * one: who types in a hurry means all four), and without the circumflex (kâtip, katip). Pure. */
#ifndef MECLIS_BASE_FOLD_H
#define MECLIS_BASE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

/* Writes the folded text of `size` bytes of UTF-8, which is never longer, and no NUL. Returns its
 * size. Letters beyond ASCII and Turkish's own stay as they are. */
size_t fold_text(const char *text, size_t size, char *ret);

/* Whether both are the same once folded. */
bool fold_equal(const char *a, const char *b);

#endif
