"""Dialects against what their APIs publish, through the program as its users have it.

usage: run.py ERRNORM

pages.txt     what four gateways' pages publish: every line is said by some code, with its status, type and advice, and nothing else is said
collapse.txt  rendering and reading back gives the same code, but for what is declared there
Every dialect is rendered for every code and origin: valid JSON, the status that `codes` lists, one header of each name.
"""
import json
import pathlib
import re
import subprocess
import sys

ERRNORM, HERE = sys.argv[1], pathlib.Path(__file__).resolve().parent
AURIKO = [(504, 504, "provider_error"), (500, 502, "provider_error"), (502, 502, "provider_error"), (503, 502, "provider_error"),
          (529, 502, "provider_error"), (401, 401, "provider_auth_error"), (429, 429, "rate_limit_exceeded"),
          (400, 400, "invalid_request"), (403, 502, "provider_error"), (404, 502, "provider_error"), (422, 502, "provider_error")]
problems = []


def expect(what, got, want):
    if got != want:
        problems.append(f"{what}: got {got!r}, want {want!r}")


def errnorm(*arguments, text=""):
    return subprocess.run([ERRNORM, *arguments], input=text, capture_output=True, text=True, check=True, timeout=60).stdout


def lines(name):
    for line in (HERE / name).read_text(encoding="utf-8").split("\n"):
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def pages():
    found = {}
    for line in lines("pages.txt"):
        if line.startswith("["):
            rows = found.setdefault(line.strip("[]"), [])
        else:
            code, status, kind, retryable = line.split()
            rows.append((code, int(status), kind, retryable == "yes"))
    return found


def check_page(dialect, published):
    rows = json.loads(errnorm("codes", "--dialect", dialect, "--json"))
    expect(f"{dialect}: canonical codes", len({row["canonical"] for row in rows}), 58)
    reached = set()
    for row in rows:
        fits = [p for p in published if p[0] in ("-", row["code"]) and p[1] == row["http_status"] and p[2] in ("-", row["type"])]
        expect(f"{dialect}: {row['canonical']} is published once as {row['code']} {row['http_status']} {row['type']}", len(fits), 1)
        for fit in fits:
            reached.add(fit)
            expect(f"{dialect}: advice for {row['canonical']}", row["retryable"], fit[3])
            if fit[0] == "-":
                expect(f"{dialect}: the code of a type without one", row["code"], fit[2])
    for entry in published:
        expect(f"{dialect}: {entry[0]} {entry[1]} is said by some code", entry in reached, True)


def collapses():
    """(dialect, code, origin) -> what comes back"""
    found = {}
    for line in lines("collapse.txt"):
        dialect, codes, back = re.fullmatch(r"(\w+): ([\w ]+) -> (\w+)", line).groups()
        words = codes.split()
        origins = [words.pop(0)] if words[0] in ("gateway", "upstream") else ["gateway", "upstream"]
        for code in words:
            for origin in origins:
                expect(f"collapse.txt: {dialect} {code} {origin} twice", (dialect, code, origin) in found, False)
                found[dialect, code, origin] = back
    return found


def take_apart(answer):
    head, body = answer.split("\n\n", 1)
    status, *headers = head.split("\n")
    names = [header.split(": ")[0] for header in headers]
    expect(f"one header of each name in {names}", len(set(names)), len(names))
    return int(status.split()[1]), dict(header.split(": ", 1) for header in headers), body


def read_back(provider, answers):
    """The verdicts on answers of (status, headers, body text), in one run."""
    text = "".join(json.dumps({"provider": provider, "status": status, "headers": headers, "body": body}) + "\n"
                   for status, headers, body in answers)
    return [json.loads(line) for line in errnorm("translate", "--jsonl", text=text).splitlines()]


def check_round_trip(dialect, provider, codes, declared):
    """Raised errors: they arise in the gateway, unless the code says otherwise. declared None: what comes back is the provider's own matter."""
    answers = [take_apart(errnorm("raise", code, "--dialect", dialect, "--request-id", "req-7", "--param", "model"))
               for code in codes]
    for code, (status, headers, body) in zip(codes, answers):
        expect(f"{dialect}: {code}: x-should-retry", headers["x-should-retry"] in ("true", "false"), True)
        json.loads(body)
    if not provider:
        return
    for code, answer, back in zip(codes, answers, read_back(provider, answers)):
        expect(f"{dialect}: {code} read back is no error", back["code"] is None, False)
        if declared is not None:
            expect(f"{dialect}: {code} read back", back["code"], declared.get((dialect, code, "gateway"), code))
            expect(f"{dialect}: {code}: status read back", back["provider_status"], answer[0])
            expect(f"{dialect}: {code}: request id read back", back["provider_request_id"], "req-7")


def check_upstream(dialect, codes, declared):
    """The same for an upstream's errors: a table of the test's own makes every code, of a status that no dialect looks at."""
    text = "".join(json.dumps({"provider": "any_code", "status": 418, "body": {"error": {"message": "no", "code": code}}}) + "\n"
                   for code in codes)
    out = errnorm("translate", "--jsonl", "--dialect", dialect, "--tables", str(HERE / "upstream.json"), text=text)
    answers = [(line["status"], line["headers"], line["body"]) for line in map(json.loads, out.splitlines())]
    for code, back in zip(codes, read_back(dialect, answers)):
        expect(f"{dialect}: upstream's {code} read back", back["code"], declared.get((dialect, code, "upstream"), code))


def check_auriko_mapping():
    for upstream, status, code in AURIKO:
        line = json.dumps({"provider": "openai", "status": upstream, "body": '{"error":{"message":"no"}}'})
        answer = json.loads(errnorm("translate", "--jsonl", "--dialect", "auriko", text=line))
        error = json.loads(answer["body"])["error"]
        expect(f"auriko: an upstream's {upstream}", (answer["status"], error["code"]), (status, code))


def main():
    published = pages()
    declared = collapses()
    for dialect, rows in published.items():
        check_page(dialect, rows)
    canonical = [row["canonical"] for row in json.loads(errnorm("codes", "--json"))]
    for dialect in json.loads(errnorm("dialects", "--json")):
        check_round_trip(dialect["name"], dialect["provider"], canonical, declared if dialect["name"] in published else None)
    for name in ("orux", "orq", "ofox"):
        check_upstream(name, canonical, declared)
    check_auriko_mapping()
    print("\n".join(problems) or "dialects say what is published")
    return bool(problems)


sys.exit(main())
