#!/usr/bin/env python3
"""The SDKs that people use, against a loopback server that answers with what errnorm renders.

usage: run.py ERRNORM SOURCE_FOLDER WORK_FOLDER

Installs the packages of package.json into WORK_FOLDER, once, and runs clients.mjs there. Exits with 77, loudly, where node or npm is
missing or the packages cannot be had: the library's own tests need neither.
"""
import filecmp
import pathlib
import shutil
import subprocess
import sys

SKIP = 77


def skip(why):
    print(f"SKIPPED: the SDKs were not tried: {why}", file=sys.stderr)
    sys.exit(SKIP)


def install(source, work):
    work.mkdir(parents=True, exist_ok=True)
    wanted, there = source / "package.json", work / "package.json"
    done = work / "installed"
    if not (done.exists() and there.exists() and filecmp.cmp(wanted, there, shallow=False)):
        done.unlink(missing_ok=True)
        shutil.copy(wanted, there)
        got = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"],
                             cwd=work, capture_output=True, text=True, timeout=400)
        if got.returncode:
            skip("npm install failed: " + got.stderr.strip()[-300:])
        done.touch()
    for name in source.glob("*.mjs"):
        shutil.copy(name, work / name.name)


def main():
    errnorm, source, work = (pathlib.Path(arg).resolve() for arg in sys.argv[1:4])
    for tool in ("node", "npm"):
        if not shutil.which(tool):
            skip(f"there is no {tool}")
    if int(subprocess.run(["node", "-p", "process.versions.node.split('.')[0]"], capture_output=True, text=True).stdout or 0) < 20:
        skip("node is older than 20")
    try:
        install(source, work)
    except subprocess.TimeoutExpired:
        skip("npm install took too long")
    return subprocess.run(["node", "clients.mjs", str(errnorm)], cwd=work).returncode


if __name__ == "__main__":
    sys.exit(main())
