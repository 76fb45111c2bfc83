#!/usr/bin/env python3
"""What `errnorm suggest` drafts is a table: refused where a code is missing, sound once it is filled in, and then it decides.

usage: suggest.py BINARY
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

BINARY = sys.argv[1]
SECRETS = ["sk-proj-Zk3lQ9v0xYt7aBcDeFgHiJkLmNoPqRsT", "hunter2-swordfish", "AKIAIOSFODNN7EXAMPLE", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"]


def fail(text):
    sys.exit("FAIL " + text)


def run(*arguments, source="", status=0):
    done = subprocess.run([BINARY, *arguments], input=source, capture_output=True, text=True, timeout=120)
    if done.returncode != status:
        fail(f"{arguments}: exit status {done.returncode}, not {status}: {done.stderr}{done.stdout[:500]}")
    return done


def responses():
    """Failures that no rule knows, each kind several times with other numbers, ids and quoted parts."""
    for n in range(40):
        key = SECRETS[n % len(SECRETS)]
        kinds = [
            ("acme", 418, {"error": {"message": f"Kettle {n} of tenant 'u{n}' is out of water, see ticket {n}", "code": "no_water", "type": "kettle_error"}}),
            ("acme", 418, {"error": {"message": f"A lid is missing on kettle {n}; sent with {key}", "type": "kettle_error"}}),
            ("acme", 418, {"error": {"message": f"A lid is missing on kettle {n} and nobody knows why"}}),
            # The number that repeats the status tells nothing.
            ("Acme-AI", 419, {"detail": f"Pool node-{n} has been drained by \u201coperator {n}\u201d", "code": "419"}),
            ("acme_ai", 419, [{"error": {"message": f"Flux capacitor {n} wants repair", "code": f"[{key}]"}}]),
            ("acme_ai", 420, f"The plain text of node {n} went \"off {n}\" the rails"),
            ("openai", 418, {"error": {"message": f"\u8bf7\u6c42\u7684\u6c34\u58f6\u5df2\u7ecf\u6ca1\u6709\u6c34\u4e86 {n}", "code": "shuihu \"kong\" \\ 1"}}),
            ("openai", 418, {"error": {"message": f"Don't boil {n} an empty kettle", "type": key}}),
            (None, 420, {"errors": [{"message": f"Nobody knows whose kettle {n} this is", "code": "whose"}]}),
            # The words of one are in the other: the longer must be asked first.
            ("brew", 418, {"message": f"{n}: the water is cold"}),
            ("brew", 418, {"message": f"{n}: the water is cold and the fire is out"}),
            # Nothing to know them by.
            ("brew", 418, {"error": {"message": f"{n}"}}),
            ("brew", 421, None),
        ]
        for provider, status, body in kinds:
            line = {"provider": provider, "status": status, "body": body, "secrets": ["hunter2-swordfish"]}
            yield json.dumps(line, ensure_ascii=n % 2 == 0)
    # A code that a rule knows on the same status does not decide alone, whatever else has it.
    for code in ("rate_limit_exceeded", "odd_thing"):
        yield json.dumps({"provider": "mixed", "status": 418, "body": {"error": {"message": f"{code} of a kettle", "code": code}}})
    yield json.dumps({"provider": "mixed", "status": 418, "body": {"error": {"message": "The context length of this kettle exceeds the limit: maximum context length is 10 tokens", "code": "odd_thing"}}})


def verdicts(log, *options):
    return [json.loads(line) for line in run("translate", "--jsonl", *options, str(log)).stdout.splitlines()]


def unknown(answers):
    return [v for v in answers if "fallback" in v["flags"]]


def fill_in(folder):
    """As a person would: a code into every place that check complains of."""
    complaints = re.findall(r"^(.*?):(\d+):(\d+): error: (.*) \[EN(\d+)\]$", run("check", str(folder), status=1).stderr, re.M)
    places = 0
    for path in folder.glob("*.json"):
        text = path.read_text()
        lines = text.splitlines()
        empty = [n for n, line in enumerate(lines, 1) if '"then": ""' in line]
        told = [int(line) for name, line, *_ in complaints if name == str(path)]
        if told != empty or not empty:
            fail(f"{path}: an empty code on lines {empty}, and check complains of {told}")
        for line, column in ((int(l), int(c)) for name, l, c, *_ in complaints if name == str(path)):
            if lines[line - 1][column - 1 :] != '"",':
                fail(f"{path}:{line}:{column} is not where the code is missing")
        places += len(empty)
        path.write_text(text.replace('"then": ""', '"then": "conflict"'))
    if len(complaints) != places:
        fail(f"check complains of more than the empty codes: {complaints}")
    return places


def main():
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        log, drafts = root / "log.jsonl", root / "drafts"
        log.write_text("".join(line + "\n" for line in responses()), encoding="utf-8")
        before = verdicts(log)
        done = run("suggest", "--output", str(drafts), str(log))

        for path in drafts.glob("*.json"):
            for secret in SECRETS:
                if secret in path.read_text():
                    fail(f"{path} holds {secret}")
            for rule in json.loads(path.read_text())["rules"]:
                guess = re.fullmatch(r"The status alone gives (\w+)\.", rule["note"]).group(1)
                if not any(v["code"] == guess and v["provider_status"] == rule["when"]["status"] for v in unknown(before)):
                    fail(f"{rule['id']}: the status does not give {guess}")
                if not (set(rule["when"]) & {"code", "message"}):
                    fail(f"{rule['id']} asks for nothing but {rule['when']}")
                if re.search(r"\d", rule["when"].get("message", "")):
                    fail(f"{rule['id']} has a number in its phrase")

        tables = {path.stem: json.loads(path.read_text())["rules"] for path in drafts.glob("*.json")}
        if sorted(tables) != ["acme", "acme_ai", "brew", "mixed", "openai", "unnamed"]:
            fail(f"tables for {sorted(tables)}")
        # What tells them apart, decided here and not read off the output.
        wanted = {
            ("acme", 418, "no_water", None, 40),
            ("acme", 418, None, "A lid is missing on kettle", None),
            ("acme_ai", 419, None, "has been drained by", 40),
            ("acme_ai", 420, None, "The plain text of node", 40),
            ("openai", 418, "shuihu \"kong\" \\ 1", None, 40),
            ("unnamed", 420, "whose", None, 40),
            ("brew", 418, None, "the water is cold and the fire is out", 40),
            ("brew", 418, None, "the water is cold", 40),
            ("mixed", 418, "odd_thing", "of a kettle", 1),
        }
        for table, status, code, phrase, count in wanted:
            for rule in tables[table]:
                when = rule["when"]
                if (when["status"], when.get("code"), when.get("message")) == (status, code, phrase):
                    if count is None or rule["source"] == f"observed: {count} response" + "s" * (count != 1):
                        break
            else:
                fail(f"{table} has no rule for {status} {code} {phrase}: {tables[table]}")

        rules = fill_in(drafts)
        checked = run("check", str(drafts)).stdout
        if checked != f"checked {len(tables)} files: 0 errors, 0 warnings\n":
            fail(f"filled in, the drafts give: {checked}")
        after = verdicts(log, "--tables", str(drafts))
        left = int((re.search(r"; (\d+) have nothing to know them by", done.stderr) or [0, 0])[1])
        if len(unknown(after)) != left or left != 80:
            fail(f"{len(unknown(after))} are still unknown, {left} were said to be left out")
        for old, new in zip(before, after):
            if "fallback" not in old["flags"] and old["rule"] != new["rule"]:
                fail(f"{new['rule']} takes what {old['rule']} decided")
            if "fallback" in old["flags"] and "fallback" not in new["flags"] and new["code"] != "conflict":
                fail(f"{new['rule']} gives {new['code']}")
        again = run("suggest", "--output", str(root / "again"), "--tables", str(drafts), str(log))
        if "; " not in again.stderr or not again.stderr.startswith(f"errnorm: suggest: {left} of "):
            fail(f"with its own tables it says {again.stderr}")
        print(f"{rules} rules in {len(tables)} tables, {len(unknown(before))} responses unknown before, {left} after")


main()
