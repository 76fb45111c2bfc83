"""Tables with mistakes: each must be told with its exact place and text.

usage: run.py ERRNORM FOLDER

FOLDER/*.txt hold cases:

    === name
    { "errnorm": 1, "provider": "acme", <EN010>"rulez": [] }
    ---
    unknown key "rulez"; did you mean "rules"? [EN010]

A mark <ENnnn> stands before the character at which the diagnostic must point; marks are taken out before the table is loaded. Behind the dashes
stands the text of each, in the order of the marks. A case whose name begins with "lint:" expects warnings, all others errors only. Every
case is loaded beside a small table that answers every status, unless its name ends in "(alone)".
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ERRNORM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
TOTAL = """{ "errnorm": 1, "shared": "last", "rank": 90, "facts": { "message": ["error.message"], "code": ["error.code"] },
  "rules": [ { "id": "last", "when": {}, "then": "provider_error", "source": "test",
               "examples": [ { "status": 500 } ] } ] }
"""


def cases():
    for path in sorted(FOLDER.glob("*.txt")):
        for block in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            name, rest = block.split("\n", 1)
            table, _, texts = rest.partition("\n---\n")
            yield path.name, name.strip(), table, [line for line in texts.split("\n") if line.strip()]


def strip(table):
    """The table without its marks, and where they stood: (line, column), from 1."""
    places = []
    out = ""
    for piece in re.split(r"(<EN\d+>)", table):
        if re.fullmatch(r"<EN\d+>", piece):
            line = out.count("\n") + 1
            column = len(out) - (out.rfind("\n") + 1) + 1
            places.append((line, column))
        else:
            out += piece
    return out, places


def main():
    passed = failed = 0
    seen = set()
    for file, name, table, texts in cases():
        text, places = strip(table)
        with tempfile.TemporaryDirectory() as folder:
            bad = pathlib.Path(folder, "t.json")
            bad.write_text(text, encoding="utf-8")
            paths = [str(bad)]
            if "(alone)" not in name:
                pathlib.Path(folder, "total.json").write_text(TOTAL, encoding="utf-8")
                paths.append(str(pathlib.Path(folder, "total.json")))
            run = subprocess.run([ERRNORM, "check", "--no-builtin", *paths], capture_output=True, text=True,
                                 timeout=60)
        output = (run.stderr + run.stdout).replace(folder + "/", "")
        kind = "warning" if name.startswith("lint:") else "error"
        got = [line for line in output.split("\n") if f": {kind}: " in line]
        want = [f"t.json:{line}:{column}: {kind}: {text}" for (line, column), text in zip(places, texts)]
        if len(places) != len(texts):
            want.append(f"({len(places)} marks, {len(texts)} texts)")
        seen.update(re.findall(r"\[(EN\d+)\]", "\n".join(want)))
        if got == want and run.returncode == 1:
            passed += 1
            continue
        failed += 1
        print(f"--- {file}: {name} (exit {run.returncode})")
        print("\n".join("    want " + line for line in want if line not in got))
        print("\n".join("    got  " + line for line in got if line not in want))
    ids = set()
    header = pathlib.Path(__file__).resolve().parents[2] / "lib/table/diag.h"
    for number in re.findall(r"XX\((\d+), [A-Z_]+, (?:ERROR|WARNING)\)", header.read_text(encoding="utf-8")):
        ids.add(f"EN{int(number):03}")
    untested = ids - seen - {"EN001", "EN007"}  # a missing file: tests/cli; limits: tests/unit
    if untested:
        failed += 1
        print("diagnostics without a case:", " ".join(sorted(untested)))
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
