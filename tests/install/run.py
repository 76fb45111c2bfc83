"""errnorm as others get it: installed, and as a meson subproject.

usage: run.py SOURCE-ROOT BUILD-ROOT CC SANITIZERS

1. The build is installed below a folder. A C program outside of the tree is compiled with what pkg-config says, against the shared library and
   against the static one, and run; the headers are all there, and the installed program works.
2. A project that has errnorm under subprojects/ builds with nothing but PCRE2 on the machine: no cmocka, no jansson. It is asked for by
   dependency('errnorm') and by errnorm_dep; none of our tests becomes one of its own. Nor does errnorm by itself need more than PCRE2.

Exit 77 (skipped) without pkg-config.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD, CC, SANITIZERS = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]

PROGRAM = r"""
#include <errnorm/errnorm.h>
#include <errnorm/load.h>
#include <errnorm/wire.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	static const char table[] = "{\"errnorm\":1,\"provider\":\"acme\",\"rules\":[{\"id\":\"acme-full\","
				    "\"when\":{\"message\":\"no room\"},\"then\":\"provider_overloaded\"}]}";
	static const char body[] = "{\"error\":{\"message\":\"No room.\"}}";
	struct errnorm_str name = {"acme.json", 9};
	struct errnorm_str text = {table, sizeof table - 1};
	struct errnorm_builder *builder;
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
	struct errnorm_response response = {sizeof response};
	struct errnorm_verdict verdict = {sizeof verdict};

	response.provider.ptr = "acme";
	response.provider.len = 4;
	response.http_status = 400;
	response.body.ptr = body;
	response.body.len = sizeof body - 1;
	if (errnorm_builder_new(NULL, &builder) || errnorm_builder_add_builtin(builder) ||
	    errnorm_builder_add_text(builder, name, text) || errnorm_builder_finish(builder, &tables) ||
	    errnorm_scratch_new(tables, NULL, &scratch) || errnorm_translate(tables, scratch, &response, &verdict))
		return 1;
	puts(errnorm_code_name(verdict.code));
	errnorm_builder_free(builder);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	return 0;
}
"""
WANT = "provider_overloaded\n"

PARENT = """
project('gateway', 'c', default_options: ['default_library=static'])
errnorm = subproject('errnorm')
by_name = dependency('errnorm')
foreach name, dep : {'by_name': by_name, 'by_variable': errnorm.get_variable('errnorm_dep')}
  test(name, executable(name, 'gateway.c', dependencies: dep))
endforeach
"""


def run(*command, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, **options)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}exit {result.returncode}")
    return result.stdout


def check(what, got, want):
    if got != want:
        sys.exit(f"{what}: got {got!r}, want {want!r}")
    print(f"ok  {what}")


def installed(folder):
    root = folder / "root"
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", root)
    found = next(root.rglob("errnorm.pc"))
    prefix = next(line.split("=", 1)[1] for line in found.read_text().splitlines() if line.startswith("prefix="))
    place = pathlib.Path(str(root) + prefix)
    libdir = found.parent.parent
    env = {**os.environ, "PKG_CONFIG_PATH": str(found.parent), "LD_LIBRARY_PATH": str(libdir)}
    flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Werror"]
    flags += [f"-fsanitize={SANITIZERS}"] if SANITIZERS != "none" else []

    def pkg_config(*options):  # the prefix in the file is where it will be, not the folder where it is now
        return run("pkg-config", f"--define-variable=prefix={place}", *options, "errnorm", env=env).split()

    source = folder / "gateway.c"
    source.write_text(PROGRAM)
    headers = {path.name for path in (place / "include/errnorm").iterdir()}
    check("every public header is installed", headers, {path.name for path in SOURCE.glob("include/errnorm/*.h")})
    run(CC, *flags, *pkg_config("--cflags"), source, *pkg_config("--libs"), "-o", folder / "shared")
    check("a program with the shared library", run(folder / "shared", env=env), WANT)
    libs = ["-l:liberrnorm.a" if word == "-lerrnorm" else word for word in pkg_config("--static", "--libs")]
    run(CC, *flags, *pkg_config("--cflags"), source, *libs, "-o", folder / "static")
    needed = run("ldd", folder / "static")
    check("the static library is in the program", "liberrnorm" in needed, False)
    check("a program with the static library", run(folder / "static"), WANT)
    check("the version", run("pkg-config", "--modversion", "errnorm", env=env), "0.1.0\n")
    verdict = json.loads(run(place / "bin/errnorm", "translate", input="HTTP/1.1 529 Overloaded\r\n\r\n", env=env))
    check("the installed program", verdict["code"], "provider_overloaded")


def only_pcre2(folder):
    """An environment in which pkg-config knows PCRE2 and nothing else, and no program finds the build under test by LD_LIBRARY_PATH."""
    where = folder / "pc"
    where.mkdir()
    original = pathlib.Path(run("pkg-config", "--variable=pcfiledir", "libpcre2-8").strip())
    shutil.copy(original / "libpcre2-8.pc", where)
    # meson asks cmake as well where there is one
    return {**{key: value for key, value in os.environ.items() if key not in ("PKG_CONFIG_PATH", "DESTDIR", "LD_LIBRARY_PATH")},
            "PKG_CONFIG_LIBDIR": str(where), "CMAKE": "/nonexistent", "CC": CC, "CFLAGS": "-O0"}


def as_subproject(folder):
    parent = folder / "parent"
    (parent / "subprojects").mkdir(parents=True)
    (parent / "subprojects/errnorm").symlink_to(SOURCE)
    (parent / "meson.build").write_text(PARENT)
    (parent / "gateway.c").write_text(PROGRAM)
    env = only_pcre2(folder)
    run("meson", "setup", folder / "build", parent, env=env)
    run("ninja", "-C", folder / "build", "by_name", "by_variable", env=env)
    tests = json.loads(run("meson", "introspect", folder / "build", "--tests"))
    check("the project has its own tests alone", sorted(test["name"] for test in tests), ["by_name", "by_variable"])
    for name in ("by_name", "by_variable"):
        check(f"a program of a project that builds errnorm, {name}", run(folder / "build" / name, env=env), WANT)


def without_cmocka(folder):
    """README's first command installs no more than this."""
    run("meson", "setup", folder / "build", SOURCE, env=only_pcre2(folder))
    tests = json.loads(run("meson", "introspect", folder / "build", "--tests"))
    check("a machine without cmocka can configure, and has no tests", tests, [])


def main():
    if not shutil.which("pkg-config"):
        print("SKIPPED: no pkg-config")
        return 77
    for part in (installed, as_subproject, without_cmocka):
        with tempfile.TemporaryDirectory() as folder:
            part(pathlib.Path(folder))
    return 0


sys.exit(main())
