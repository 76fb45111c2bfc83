#!/usr/bin/env python3
"""Gives every case of a folder to `errnorm translate --jsonl` and compares the verdicts.

usage: run.py BINARY FOLDER|FILE... [-k WORD]

README.md beside this script says what a case looks like. BINARY is called as
`BINARY translate --jsonl`, once for all cases; a case whose body is not UTF-8 cannot stand in JSON
and is given to `BINARY translate` by itself.
"""
import argparse
import base64
import json
import pathlib
import re
import struct
import subprocess
import sys
import zlib

GIVEN = ("provider", "stream", "transport", "byok", "now-ms", "secret", "body", "cut", "status")
FIELDS = ("code", "type", "http_status", "retryable", "failover", "fault", "retry_after_ms", "param", "provider",
          "provider_status", "provider_code", "provider_type", "provider_request_id", "rule", "message", "flags")


class Case:
    def __init__(self, path, line, name, given):
        self.where = f"{path}:{line}"
        self.name = name
        self.given = dict(given)
        self.head = []  # the status line and the headers
        self.body = b""
        self.wants = []  # (key, text)
        self.not_as = {}  # variant: reason (variants.py)
        self.skipped = set()

    @property
    def response(self):
        return self.head[0] != "(no response)"

    @property
    def status(self):
        if "status" in self.given:
            return int(self.given["status"])
        return int(self.head[0].split()[1]) if self.response else None

    @property
    def headers(self):
        return [[part.strip() for part in line.split(":", 1)] if not line.startswith(":") else
                [":" + line[1:].split(":", 1)[0], line[1:].split(":", 1)[1].strip()] for line in self.head[1:]]


def event_stream(text):
    """Frames of the AWS event stream: `:name: value` lines, a blank line, the payload; `~~~` between two."""
    out = b""
    for frame in text.split("\n~~~\n"):
        head, _, payload = frame.partition("\n\n")
        headers = b""
        for line in head.split("\n"):
            name, value = re.fullmatch(r"(:?[^:]+): ?(.*)", line).groups()
            headers += bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        data = payload.encode()
        prelude = struct.pack(">II", 16 + len(headers) + len(data), len(headers))
        prelude += struct.pack(">I", zlib.crc32(prelude))
        message = prelude + headers + data
        out += message + struct.pack(">I", zlib.crc32(message))
    return out


def make_body(case, lines):
    while lines and not lines[-1]:
        lines.pop()
    text = "\n".join(lines)
    form = case.given.get("body", "text")
    if form == "text":
        body = text.encode()
    elif form == "base64":
        body = base64.b64decode(text)
    elif form == "escaped":  # line ends of the file do not count
        body = re.sub(rb"\\(x[0-9a-fA-F]{2}|.)",
                      lambda m: bytes([int(m[1][1:], 16)]) if len(m[1]) == 3
                      else {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0"}.get(m[1], m[1]),
                      "".join(lines).encode())
    elif form == "event-stream":
        body = event_stream(text)
    else:
        sys.exit(f"{case.where}: given-body: {form}?")
    if "cut" in case.given:
        if len(body) <= int(case.given["cut"]):
            sys.exit(f"{case.where}: given-cut: the body has only {len(body)} bytes")
        body = body[: int(case.given["cut"])]
    return body


def read(path):
    """The cases of one file. `given-` lines above the first one hold for all."""
    cases, defaults = [], {}
    case, part, body = None, "preface", []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        given = re.fullmatch(r"given-([a-z-]+): ?(.*)", line)
        not_as = re.fullmatch(r"not-as-([a-z]+): (.+)", line)
        if line.startswith("=== "):
            if case and part != "wants":
                sys.exit(f"{case.where}: no expectations")
            case, part, body = Case(path, number, line[4:], defaults), "top", []
            cases.append(case)
        elif part in ("preface", "top") and given:
            if given[1] not in GIVEN:
                sys.exit(f"{path}:{number}: given-{given[1]}?")
            (case.given if case else defaults)[given[1]] = given[2]
        elif part == "top" and not_as:
            case.not_as[not_as[1]] = not_as[2]
        elif part == "preface" or (part == "top" and (line.startswith("#") or not line)):
            pass
        elif line == "---" and part in ("head", "body"):
            case.body = make_body(case, body)
            part = "wants"
        elif part in ("top", "head"):
            part = "head" if line else "body"
            if line:
                case.head.append(line)
        elif part == "body":
            body.append(line)
        elif line and not line.startswith("#"):
            want = re.fullmatch(r"([a-z_]+(?:\.[a-z_]+|-has|-lacks)?): ?(.*)", line)
            if not want or not (want[1].split("-")[0] in FIELDS or want[1].startswith("details.")):
                sys.exit(f"{path}:{number}: {line!r} is no expectation")
            case.wants.append((want[1], want[2]))
    if case and part != "wants":
        sys.exit(f"{case.where}: no expectations")
    for case in cases:
        if not any(key == "code" for key, _ in case.wants):
            sys.exit(f"{case.where}: a case says at least its code")
        if not case.head or not re.match(r"HTTP/[0-9.]+ [0-9]{3}|\(no response\)$", case.head[0]):
            sys.exit(f"{case.where}: neither a status line nor '(no response)'")
    return cases


def as_json(case):
    given = case.given
    line = {"provider": given.get("provider"), "status": case.status, "headers": case.headers,
            "body": case.body.decode(), "transport": given.get("transport"),
            "now_ms": int(given["now-ms"]) if "now-ms" in given else None,
            "secrets": [given["secret"]] if "secret" in given else None,
            "stream": given.get("stream") == "true", "byok": given.get("byok") == "true"}
    return json.dumps({key: value for key, value in line.items() if value is not None}) + "\n"


def translate_one(binary, case):
    """For a body that is not UTF-8."""
    given = case.given
    command = [binary, "translate"]
    for key, option in (("provider", "--provider"), ("transport", "--transport"), ("now-ms", "--now"), ("secret", "--secret")):
        if key in given:
            command += [option, given[key]]
    command += [option for key, option in (("stream", "--stream"), ("byok", "--byok")) if given.get(key) == "true"]
    message = "\r\n".join(case.head).encode() + b"\r\n\r\n" + case.body
    return subprocess.run(command, input=message, capture_output=True, timeout=120).stdout.decode("utf-8", "replace")


def translate(binary, cases):
    lines, alone = [], []
    for case in cases:
        try:
            lines.append((case, as_json(case)))
        except UnicodeDecodeError:
            alone.append((case, translate_one(binary, case)))
    run = subprocess.run([binary, "translate", "--jsonl"], input="".join(line for _, line in lines).encode(),
                         capture_output=True, timeout=600)
    out = run.stdout.decode("utf-8", "replace").split("\n")[:-1]
    if len(out) != len(lines):
        sys.exit(f"{len(lines)} responses in, {len(out)} verdicts out, exit {run.returncode}: "
                 f"{run.stderr.decode('utf-8', 'replace')[:2000]}")
    verdicts = dict(zip((case for case, _ in lines), out)) | dict(alone)
    return [verdicts[case] for case in cases]


def shown(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def differences(case, verdict):
    for key, want in case.wants:
        name, _, how = key.partition("-")
        got = shown(verdict["details"].get(name[8:]) if name.startswith("details.") else verdict[name])
        fine = {"": got in want.split(" | "), "has": want in got, "lacks": want not in got}[how]
        if not fine:
            yield key, want, got


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("paths", nargs="+", type=pathlib.Path)
    ap.add_argument("-k", metavar="WORD", default="", help="only cases whose file or name has it")
    args = ap.parse_args()
    files = [file for path in args.paths for file in (sorted(path.rglob("*.txt")) if path.is_dir() else [path])]
    cases = [case for file in files for case in read(file) if args.k in f"{case.where} {case.name}"]
    if not cases:
        sys.exit("no cases")
    failed = 0
    for case, text in zip(cases, translate(args.binary, cases)):
        try:
            verdict = json.loads(text)
            wrong = [("line", "a verdict", text)] if "errnorm_error" in verdict else list(differences(case, verdict))
        except ValueError:
            verdict, wrong = {}, [("line", "a verdict", text)]
        if wrong:
            failed += 1
            print(f"{case.where}: {case.name}  [rule {verdict.get('rule')}]")
            for key, want, got in wrong:
                print(f"    {key}: want {want}\n    {' ' * len(key)}   got {got}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
