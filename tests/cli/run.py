#!/usr/bin/env python3
"""Runs the program `errnorm` as a shell would and compares what comes out, byte for byte.

usage: run.py BINARY [--update] [-k WORD] [CASES.txt...]

A case, in one of the *.txt files beside this script:

    === translate: an unknown option
    $ errnorm codes --jsn
    --- stderr
    errnorm: codes: unknown option '--jsn'; did you mean '--json'? see 'errnorm codes --help'
    --- exit 2

`$` lines go to sh together, in an empty folder of the case's own. Sections, all of which may be
left out:

    --- stdin            given to the command (else it gets nothing)
    --- stdin crlf       the same with line ends as HTTP has them
    --- stdin escaped    the same with \\r, \\n, \\t, \\0, \\xHH and \\\\ resolved, and no line end
    --- file NAME        a file in the case's folder; above the first case: in every case's folder
    --- stdout           what must be printed; left out: nothing
    --- stderr
    --- exit N           left out: 0

`pick KEY...` is there for pipes: of each JSON line it prints these keys alone. --update writes what
came out into the files; look at the difference before you commit it.
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

PICK = """#!%s
import json, sys
for line in sys.stdin:
    verdict = json.loads(line)
    print(json.dumps({key: verdict[key] for key in sys.argv[1:]}, ensure_ascii=False))
"""


class Section:
    def __init__(self, head):
        self.head = head
        self.lines = []

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


class Case:
    def __init__(self, name, line):
        self.name = name
        self.line = line
        self.command = []
        self.sections = []

    def section(self, name):
        for section in self.sections:
            if section.head.split()[0] == name:
                return section
        return None

    def expect(self, name):
        section = self.section(name)
        return section.text if section else ""

    @property
    def exit(self):
        section = self.section("exit")
        return int(section.head.split()[1]) if section else 0


class Suite:
    """One file: a preface with files for all cases, then the cases."""

    def __init__(self, path):
        self.path = path
        self.preface = []
        self.files = []
        self.cases = []
        case = None
        section = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("=== "):
                case, section = Case(line[4:], number), None
                self.cases.append(case)
            elif line.startswith("--- "):
                section = Section(line[4:])
                (case.sections if case else self.files).append(section)
            elif section:
                section.lines.append(line)
            elif case and line.startswith("$ "):
                case.command.append(line[2:])
            elif not case:
                self.preface.append(line)
            elif line:
                sys.exit(f"{path}:{number}: neither a command nor in a section")
        # The blank line before the next case is for the reader.
        for section in self.files + [s for c in self.cases for s in c.sections]:
            while section.lines and not section.lines[-1]:
                section.lines.pop()

    def write(self):
        out = list(self.preface)
        while out and not out[-1]:
            out.pop()

        def put(section):
            out.append("--- " + section.head)
            out.extend(section.lines)

        if self.files:
            out.append("")
        for section in self.files:
            put(section)
        for case in self.cases:
            if out:
                out.append("")
            out.append("=== " + case.name)
            out.extend("$ " + line for line in case.command)
            for section in case.sections:
                put(section)
        self.path.write_text("\n".join(out) + "\n", encoding="utf-8")


def unescape(text):
    def one(match):
        word = match.group(1)
        if word.startswith("x"):
            return bytes([int(word[1:], 16)])
        return {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}[word]

    out = b""
    at = 0
    for match in re.finditer(r"\\(x[0-9a-fA-F]{2}|[rnt0\\])", text):
        out += text[at : match.start()].encode() + one(match)
        at = match.end()
    return out + text[at:].encode()


def stdin_of(case):
    section = case.section("stdin")
    if not section:
        return b""
    form = section.head.split()[1:]
    if form == ["crlf"]:
        return section.text.replace("\n", "\r\n").encode()
    if form == ["escaped"]:
        return unescape("".join(section.lines))
    return section.text.encode()


def run(case, suite, tools):
    with tempfile.TemporaryDirectory(prefix="errnorm-cli-") as folder:
        for section in suite.files + case.sections:
            if section.head.startswith("file "):
                path = pathlib.Path(folder, section.head[5:])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(section.text, encoding="utf-8")
        path = f"{tools}:{os.environ['PATH']}"
        environment = dict(os.environ, LC_ALL="C", TZ="UTC", PATH=path)
        return subprocess.run(
            ["sh", "-c", "\n".join(case.command)],
            input=stdin_of(case),
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=60,
        )


def show(name, want, got):
    """The difference, with a mark where the last line has no end."""

    def lines(text):
        ends = text.splitlines(True)
        return [line if line.endswith("\n") else line + "<no line end>\n" for line in ends]

    print(f"  {name}:")
    for line in difflib.unified_diff(lines(want), lines(got), "expected", "printed", n=2):
        print("    " + line, end="")


def check(case, suite, result):
    ok = True
    for name, raw in (("stdout", result.stdout), ("stderr", result.stderr)):
        want, got = case.expect(name), raw.decode("utf-8", "backslashreplace")
        if want != got:
            if ok:
                print(f"FAIL {suite.path.name}:{case.line}: {case.name}")
            show(name, want, got)
            ok = False
    if case.exit != result.returncode:
        if ok:
            print(f"FAIL {suite.path.name}:{case.line}: {case.name}")
        print(f"  exit status {result.returncode}, expected {case.exit}")
        ok = False
    return ok


def update(case, result):
    expected = ("stdout", "stderr", "exit")
    case.sections = [s for s in case.sections if s.head.split()[0] not in expected]
    for name, raw in (("stdout", result.stdout), ("stderr", result.stderr)):
        if raw:
            section = Section(name)
            section.lines = raw.decode("utf-8", "backslashreplace").splitlines()
            case.sections.append(section)
    if result.returncode:
        case.sections.append(Section(f"exit {result.returncode}"))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("binary")
    parser.add_argument("suites", nargs="*", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("-k", dest="word", default="")
    options = parser.parse_intermixed_args()

    ran = failed = 0
    with tempfile.TemporaryDirectory(prefix="errnorm-tools-") as tools:
        os.symlink(os.path.abspath(options.binary), os.path.join(tools, "errnorm"))
        pick = pathlib.Path(tools, "pick")
        pick.write_text(PICK % sys.executable)
        pick.chmod(0o755)
        for path in options.suites or sorted(HERE.glob("*.txt")):
            suite = Suite(path)
            for case in suite.cases:
                if options.word not in case.name:
                    continue
                ran += 1
                result = run(case, suite, tools)
                if options.update:
                    update(case, result)
                else:
                    failed += not check(case, suite, result)
            if options.update:
                suite.write()
    print(f"{ran} cases, {failed} failed" if not options.update else f"{ran} cases updated")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
