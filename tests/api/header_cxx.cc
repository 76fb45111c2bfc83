/*
 * header_cxx.cc - the public headers under C++11; each includes what it needs.
 */
#include <errnorm/render.h>
#include <errnorm/wire.h>
#include <errnorm/load.h>
#include <errnorm/errnorm.h>
#include <errnorm/codes.h>
#include <errnorm/types.h>

int main(void)
{
	return errnorm_version() == ERRNORM_VERSION ? 0 : 1;
}
