#!/usr/bin/env python3
"""Completions for bash, zsh and fish: run in their shells, where those are there.

usage: completions.py BINARY COMPLETIONS-FOLDER
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BINARY = os.path.abspath(sys.argv[1])
FOLDER = pathlib.Path(sys.argv[2])
COMMANDS = {"translate", "explain", "raise", "check", "codes", "providers", "dialects", "suggest", "help"}


def fail(text):
    sys.exit("FAIL " + text)


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options).stdout


def options_of(command):
    return set(re.findall(r"^  (--[a-z-]+)", run(BINARY, command, "--help"), re.M))


BASH = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_errnorm "${COMP_WORDS[0]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def bash(*words):
    return set(run("bash", "-c", BASH, "bash", str(FOLDER / "errnorm.bash"), BINARY, *words).split())


def fish(line, folder):
    script = f"source {FOLDER}/errnorm.fish; complete -C 'errnorm {line}'"
    environment = dict(os.environ, HOME=folder, PATH=f"{os.path.dirname(BINARY)}:{os.environ['PATH']}")
    return {word.split("\t")[0] for word in run("fish", "--no-config", "-c", script, env=environment).splitlines()}


# Stands for zsh's own machinery: prints the candidates, which it would filter by what is typed.
ZSH = """
_describe() { local word; for word in ${(P)2}; do print -r -- ${word%%:*}; done }
compadd() { print -rl -- ${(P)2} }
_files() { }
file=$1
shift
words=("$@")
CURRENT=$#
PREFIX=$words[CURRENT]
source $file
"""


def zsh(*words):
    got = run("zsh", "-f", "-c", ZSH, "zsh", str(FOLDER / "_errnorm"), BINARY, *words).split()
    return {word for word in got if word.startswith(words[-1])}


def expect(what, got, want, exactly=True):
    if (got != want) if exactly else not want <= got:
        fail(f"{what}: got {sorted(got)}, wanted {sorted(want)}")


def check_shell(complete):
    """complete: the words that a command line, its last word unfinished, is completed with."""
    expect("commands", complete(""), COMMANDS, exactly=False)
    expect("tr", complete("tr"), {"translate"})
    expect("--v", complete("--v"), {"--version"})
    expect("help su", complete("help", "su"), {"suggest"})
    if "curl" in complete(""):
        fail("a word of the help's example is taken for a command")
    for command in COMMANDS - {"help"}:
        expect(f"{command} --", complete(command, "--"), options_of(command))
    expect("translate --jo", complete("translate", "--jo"), {"--jobs"})
    expect("translate --jobs a", complete("translate", "--jobs", "a"), {"auto"})
    expect("translate --provider openr", complete("translate", "--provider", "openr"), {"openrouter"})
    expect("explain --transport read", complete("explain", "--transport", "read"), {"read_timeout"})
    # Here it takes no value.
    expect("codes --transport --j", complete("codes", "--transport", "--j"), {"--json"})
    expect("translate --secret op", complete("translate", "--secret", "op"), set())


def main():
    check_shell(bash)
    expect("--provider=openr", bash("translate", "--provider", "=", "openr"), {"openrouter"})
    if len(bash("translate", "--provider", "=")) < 60:
        fail("--provider= is not completed with all providers")
    done = ["bash"]
    if shutil.which("fish"):
        with tempfile.TemporaryDirectory() as folder:
            check_shell(lambda *words: fish(" ".join(words), folder))
        done.append("fish")
    if shutil.which("zsh"):
        check_shell(zsh)
        done.append("zsh")
    for shell in sorted({"fish", "zsh"} - set(done)):
        print(f"SKIPPED: there is no {shell} here")
    print("checked:", ", ".join(done))


main()
