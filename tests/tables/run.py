"""Tables with mistakes: each must be told with its exact place and text.

usage: run.py ERRNORM FOLDER

cases.py says what a case looks like. Every case is loaded beside a small table that answers every status, unless its name ends in "(alone)".
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from cases import cases, strip

ERRNORM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
ROOT = pathlib.Path(__file__).resolve().parents[2]
TOTAL = """{ "errnorm": 1, "shared": "last", "rank": 90, "facts": { "message": ["error.message"], "code": ["error.code"] },
  "rules": [ { "id": "last", "when": {}, "then": "provider_error", "source": "test",
               "examples": [ { "status": 500 } ] } ] }
"""


def too_many_tables():
    """One more than there may be; the number is the format's own, not the machine's memory."""
    most = int(re.search(r"EN_TABLE_MAX = (\d+)", (ROOT / "lib/table/model.h").read_text(encoding="utf-8"))[1])
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "0.json").write_text(TOTAL, encoding="utf-8")
        for i in range(most):
            pathlib.Path(folder, f"t{i:05}.json").write_text(f'{{ "errnorm": 1, "provider": "p{i}" }}', encoding="utf-8")
        run = subprocess.run([ERRNORM, "check", "--no-builtin", folder], capture_output=True, text=True, timeout=60)
    want = f"{folder}/t{most - 1:05}.json:1:1: error: more than {most} tables [EN007]\n"
    if run.stderr == want and run.returncode == 1:
        return True
    print(f"--- too many tables (exit {run.returncode})\n    want {want}    got  {run.stderr[:500]}")
    return False


def main():
    passed = failed = 0
    seen = set()
    for file, name, table, texts in cases(FOLDER):
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
    passed, failed = (passed + 1, failed) if too_many_tables() else (passed, failed + 1)
    ids = set()
    header = ROOT / "lib/table/diag.h"
    for number in re.findall(r"XX\((\d+), [A-Z_]+, (?:ERROR|WARNING)\)", header.read_text(encoding="utf-8")):
        ids.add(f"EN{int(number):03}")
    untested = ids - seen - {"EN001"}  # a missing file: tests/cli
    if untested:
        failed += 1
        print("diagnostics without a case:", " ".join(sorted(untested)))
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
