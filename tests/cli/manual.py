#!/usr/bin/env python3
"""The man page and the help say the same: every command and option of one is in the other, with the same value.

usage: manual.py BINARY MAN-PAGE
"""
import re
import shutil
import subprocess
import sys

BINARY, PAGE = sys.argv[1:]
text = open(PAGE, encoding="utf-8").read()
problems = []


def help_of(*command):
    return subprocess.run([BINARY, *command, "--help"], capture_output=True, text=True, check=True).stdout


def section(name):
    return re.search(rf"^\.Sh {name}\n(.*?)^\.Sh ", text, re.M | re.S).group(1)


def differ(what, manual, told):
    for entry in sorted(manual - told, key=str):
        problems.append(f"{what}: {entry} is in the man page and not in the help")
    for entry in sorted(told - manual, key=str):
        problems.append(f"{what}: {entry} is in the help and not in the man page")


commands = set(re.findall(r"^  ([a-z]+)  ", help_of().split("options:")[0], re.M))
differ("commands", set(re.findall(r"^\.It Cm (\w+)$", section("DESCRIPTION"), re.M)), commands)

synopses = dict(re.findall(r"^\.Nm\n\.Cm (\w+)\n((?:\.(?:Op|Ar).*\n)*)", section("SYNOPSIS"), re.M))
differ("synopsis", set(synopses), commands)
every = {("--help", ""), ("--version", "")}
for command in sorted(commands - {"help"}):
    told = set(re.findall(r"^  (--[a-z-]+)(?: ([A-Z][A-Z=]*))?  ", help_of(command), re.M))
    manual = {("-" + name, value or "") for name, value in re.findall(r"^\.Op Fl (-[a-z-]+)(?: Ar (\S+))?$", synopses.get(command, ""), re.M)}
    differ(command, manual, told - {("--help", "")})
    if ("--help", "") not in told:
        problems.append(f"{command}: --help is not in its help")
    every |= told
    operands = re.match(r"usage: errnorm \w+ \[OPTION\]\.\.\. ?(.*)", help_of(command)).group(1)
    written = " ".join(f"[{ar}]" if op else ar for op, ar in re.findall(r"^\.(Op )?(?:\.)?Ar (.*)$", synopses.get(command, ""), re.M))
    if written.replace(" ...]", "]...").replace(" ...", "...") != operands:
        problems.append(f"{command}: takes {operands!r} by the help, {written!r} by the man page")

# One entry may stand for an option that takes a value with one command and none with another.
described = {"-" + name: value for name, value in re.findall(r"^\.It Fl (-[a-z-]+)(?: Ar (\S+))?$", text, re.M)}
differ("descriptions", set(described), {name for name, _ in every})
for name, value in described.items():
    if (name, value) not in every:
        problems.append(f"{name}: its value is called {value!r} in the description alone")

if shutil.which("mandoc"):
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", PAGE], capture_output=True, text=True)
    problems += lint.stdout.splitlines() if lint.returncode else []
else:
    print("SKIPPED: there is no mandoc here")
if shutil.which("man"):
    shown = subprocess.run(["man", "--warnings", "-l", PAGE], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C"})
    problems += [f"man: {line}" for line in shown.stderr.splitlines()]
    if "errnorm suggest" not in re.sub(r".\x08", "", shown.stdout):
        problems.append("man does not show the page")
else:
    print("SKIPPED: there is no man here")

print("\n".join(problems) or f"{len(commands)} commands, {len(described)} options")
sys.exit(bool(problems))
