/* What cmocka.h needs before it, in its order. */
#ifndef MECLIS_UNIT_CMOCKA_ALL_H
#define MECLIS_UNIT_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
