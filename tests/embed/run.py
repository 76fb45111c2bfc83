"""An embedding as its users have it: its folder copied, built, its example run, and then run ten thousand times.

usage: run.py LANGUAGE BUILD SOURCE CC

The example must print expected.txt to the letter. Where a language declares structs by itself, layout.py compares them with the headers. What is
loaded and freed 10,000 times must leave the process as large as it was after the first quarter; C, Lua's module and Rust run under valgrind. Exit 77
(skipped) where the language's tools are missing, with a line that says which.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

LANGUAGE, BUILD, SOURCE, CC = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4]
HERE = SOURCE / "tests" / "embed"
LIBRARY = BUILD / "lib"
GROWTH_KIB = 4096  # a leak of half a KiB a round

# tools that must be there, commands that build, the example, the check (layout and soak) or None, whether valgrind tells the truth
LANGUAGES = {
    "luajit": (["luajit"], [], ["luajit", "example.lua"], ["luajit", "check.lua"], False),
    "lua": (["lua5.3", "/usr/include/lua5.3/lua.h", "pkg-config"],
            [["sh", "-c", f"{CC} -std=c11 -Wall -Wextra -Werror -O2 -shared -fPIC errnorm.c -o errnorm.so -I/usr/include/lua5.3 "
              "$(pkg-config --cflags --libs errnorm)"]],
            ["lua5.3", "example.lua"], ["lua5.3", "check.lua"], True),
    "python": ([], [], [sys.executable, "example.py"], [sys.executable, "check.py"], False),
    "node": (["node", "npm"], [["npm", "install", "--silent", "--no-audit", "--no-fund", "koffi@3"]], ["node", "example.js"],
             ["node", "--expose-gc", "check.js"], False),
    "go": (["go", "pkg-config"], [["go", "build", "-o", "run-example", "./example"], ["go", "build", "-o", "run-check", "./check"]],
           ["./run-example"], ["./run-check"], False),
    "rust": (["rustc"], [["rustc", "--edition", "2021", "-O", "-o", f"run-{name}", "-L", str(LIBRARY), f"{name}.rs"] for name in ("example", "check")],
             ["./run-example"], ["./run-check"], True),
    "c-pkgconfig": (["pkg-config"], [["sh", "-c", f"{CC} -std=c11 -Wall -Wextra -Werror example.c $(pkg-config --cflags --libs errnorm) -o run-example"]],
                    ["./run-example"], None, True),
    "c-subproject": (["meson", "ninja"], [["meson", "setup", "build"], ["ninja", "-C", "build", "example"]], ["build/example"], None, True),
}
# node's own heap goes up and down by more than a leak of a few bytes a round would; 16 MiB are 1.6 KiB a round.
GROWTH = {"node": 16384}


class Skip(Exception):
    pass


def run(command, folder, env):
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, errors="replace")
    if done.returncode != 0:
        print(done.stdout[-3000:], done.stderr[-6000:], sep="\n")
        sys.exit(f"{command}: exit {done.returncode}")
    return done.stdout


def prepare(folder, env):
    """The folder as a user would have it, and errnorm installed where it is looked for through pkg-config."""
    shutil.copytree(HERE / LANGUAGE, folder)
    if LANGUAGE in ("go", "lua", "c-pkgconfig"):
        root = folder.parent / "root"
        run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--quiet"], folder, {**env, "DESTDIR": str(root)})
        file = next(root.rglob("errnorm.pc"))
        env.update(PKG_CONFIG_SYSROOT_DIR=str(root), PKG_CONFIG_PATH=str(file.parent), LD_LIBRARY_PATH=str(file.parent.parent),
                   GOCACHE=str(folder.parent / "go-cache"), GOFLAGS="-mod=mod")
    if LANGUAGE == "c-subproject":
        shutil.copytree(HERE / "c-pkgconfig", folder.parent / "c-pkgconfig")
        tree = folder / "subprojects" / "errnorm"
        tree.mkdir(parents=True)
        for part in ("meson.build", "lib", "include", "mappings", "tests", "fuzz", "README.md"):
            (tree / part).symlink_to(SOURCE / part)
        del env["LD_LIBRARY_PATH"]


def main():
    tools, builds, example, check, under_valgrind = LANGUAGES[LANGUAGE]
    missing = [tool for tool in tools if not shutil.which(tool) and not os.path.exists(tool)]
    if missing:
        print(f"skipped: {LANGUAGE} needs {', '.join(missing)}")
        return 77
    env = {**os.environ, "LD_LIBRARY_PATH": str(LIBRARY), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as root:
        folder = pathlib.Path(root, LANGUAGE)
        prepare(folder, env)
        for command in builds:
            if command[0] == "npm" and subprocess.run(command, cwd=folder, env=env, check=False, timeout=120).returncode != 0:
                print("skipped: npm could not install koffi")
                return 77
            if command[0] != "npm":
                run(command, folder, env)
        wanted = (HERE / "expected.txt").read_text(encoding="utf-8")
        got = run(example, folder, env)
        if got != wanted:
            sys.exit(f"the example should print\n{wanted}and prints\n{got}")
        print("the example prints what it should")
        if check and LANGUAGE not in ("go", "lua"):  # which read the headers themselves
            print(run([sys.executable, HERE / "layout.py", SOURCE / "include", CC, *check, "layout"], folder, env), end="")
        if check:
            grown = int(run([*check, "soak", "10000"], folder, env).split()[-1])
            print(f"10,000 times loaded, translated and freed: grown by {grown} KiB")
            if grown > GROWTH.get(LANGUAGE, GROWTH_KIB):
                return 1
        if under_valgrind and shutil.which("valgrind"):
            # What Rust's own run-time keeps to the end is still reachable, and no leak.
            run(["valgrind", "-q", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible", "--error-exitcode=9", *example],
                folder, env)
            print("valgrind has nothing to say")
    return 0


sys.exit(main())
