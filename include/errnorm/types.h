/*
 * errnorm/types.h - what every other header stands on: views, return codes, the allocator.
 *
 * Clean under C99 -pedantic and C++11.
 */
#ifndef ERRNORM_TYPES_H
#define ERRNORM_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ERRNORM_API __attribute__((visibility("default")))
#else
#define ERRNORM_API
#endif

/*
 * A view of bytes that somebody else owns. No terminating NUL is promised or needed.
 *
 * ptr NULL means "there is none" (JSON null); ptr not NULL with len 0 is the empty string.
 */
struct errnorm_str {
	const char *ptr;
	size_t len;
};

/*
 * What a call returns. 0 is success, everything else says that the *call* was wrong or that memory
 * or a file was not to be had: a failure that a provider reports is never a return code.
 */
enum errnorm_rc {
	ERRNORM_OK = 0,
	ERRNORM_EARG = -1, /* an argument is NULL or out of range */
	/* a struct's size is too small, or has bytes set that this library does not know */
	ERRNORM_EABI = -2,
	ERRNORM_ENOMEM = -3,   /* the allocator returned NULL */
	ERRNORM_ESPACE = -4,   /* the memory that was handed in is too small */
	ERRNORM_ETABLE = -5,   /* the tables have mistakes: see the builder's diagnostics */
	ERRNORM_EIO = -6,      /* a file or folder could not be read */
	ERRNORM_ESCRATCH = -7, /* the scratch belongs to other tables */
	ERRNORM_EFORMAT = -8   /* the text is not what the function reads (wire.h) */
};

/*
 * Where memory comes from. Both functions must be set; user is handed to them unchanged.
 * alloc returns memory aligned for any type, or NULL. free gets the size that was asked for, and never NULL.
 * They are called from whichever thread calls into errnorm; the library keeps no lock around them.
 */
struct errnorm_alloc {
	void *(*alloc)(void *user, size_t size);
	void (*free)(void *user, void *mem, size_t size);
	void *user;
};

#ifdef __cplusplus
}
#endif

#endif
