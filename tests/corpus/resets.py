"""Every rate-limit header that the tables know, in every format that a reset comes in.

usage: resets.py ERRNORM MAPPINGS

The buckets are read from the tables, so that a new one is tested without a word here: alone with each format; at 0 beside another one that is not,
which resets later and earlier; and, where it counts a day or more, as the quota it is when it takes hours.
"""
import json
import pathlib
import subprocess
import sys

ERRNORM, MAPPINGS = sys.argv[1], pathlib.Path(sys.argv[2])
NOW = 1769860800000  # 2026-01-31T12:00:00Z
LIMIT, QUOTA = "rate_limit_exceeded", "provider_quota_exhausted"
FORMATS = [
    ("6m0s", 360000), ("1.5s", 1500), ("250ms", 250), ("1m12.5s", 72500), ("45", 45000), ("0.5", 500),
    ("1769860830", 30000), ("1769860830500", 30500),
    ("2026-01-31T12:00:40Z", 40000), ("2026-01-31T12:00:40.250Z", 40250), ("2026-01-31T13:02:00+01:00", 120000),
    ("Sat, 31 Jan 2026 12:05:00 GMT", 300000),
]
REFUSED = ["-5", "soon", "99999999d", "2026-01-31T11:00:00Z"]


def tables():
    for path in sorted(MAPPINGS.glob("*/*.json")):
        if path.name != "schema.json":
            yield json.loads(path.read_text(encoding="utf-8"))


def askers():
    """(bucket, a provider whose tables have it, the other buckets of the same table)"""
    all_tables = list(tables())
    for table in all_tables:
        buckets = [b for b in table.get("buckets", []) if b["reset"].startswith("header:")]
        provider = table.get("provider")
        if "family" in table:
            provider = next(t["provider"] for t in all_tables if "provider" in t and table["family"] in t.get("inherit", []))
        for bucket in buckets:
            yield bucket, provider, [b for b in buckets if b["reset"] != bucket["reset"]]


def header(source):
    return source.removeprefix("header:")


def case(name, provider, headers, code, wait, message=None):
    body = json.dumps({"error": {"message": message}}) if message else ""
    line = {"status": 429, "headers": headers, "body": body, "now_ms": NOW, "provider": provider}
    return name, {key: value for key, value in line.items() if value is not None}, code, wait


def cases():
    for bucket, provider, others in askers():
        reset, left = header(bucket["reset"]), header(bucket.get("remaining", ""))
        name = f"{provider or 'anyone'}: {reset}"
        for text, wait in FORMATS:
            yield case(f"{name}: {text}", provider, {reset: text}, LIMIT, wait)
        for text in REFUSED:
            yield case(f"{name}: {text}", provider, {reset: text}, LIMIT, None)
        if left and bucket.get("period") in ("day", "week", "month", "plan"):
            yield case(f"{name} at 0 for hours", provider, {left: "0", reset: "3h0m0s"}, QUOTA, 10800000)
            yield case(f"{name} at 0 for minutes", provider, {left: "0", reset: "3m0s"}, LIMIT, 180000)
        for other in others[:3]:
            if not left or "remaining" not in other or header(other["remaining"]) == left:
                continue
            pair = f"{name} and {header(other['reset'])}"
            for mine, theirs in (("20s", "1m30s"), ("1m30s", "20s")):
                wait = 20000 if mine == "20s" else 90000
                yield case(f"{pair}: at 0, {mine}", provider,
                           {left: "0", reset: mine, header(other["remaining"]): "7", header(other["reset"]): theirs}, LIMIT, wait)
            yield case(f"{pair}: none at 0", provider,
                       {left: "3", reset: "20s", header(other["remaining"]): "7", header(other["reset"]): "1m30s"}, LIMIT, 20000)


def main():
    all_cases = list(cases())
    text = "".join(json.dumps(line) + "\n" for _, line, _, _ in all_cases)
    run = subprocess.run([ERRNORM, "translate", "--jsonl"], input=text, capture_output=True, text=True, check=True, timeout=300)
    verdicts = [json.loads(line) for line in run.stdout.splitlines()]
    failed = 0
    for (name, line, code, wait), verdict in zip(all_cases, verdicts, strict=True):
        if (verdict["code"], verdict["retry_after_ms"]) != (code, wait):
            failed += 1
            print(f"{name}\n    given {line['headers']}\n    want {code} {wait}\n    got  {verdict['code']} {verdict['retry_after_ms']}")
    buckets = len(list(askers()))
    print(f"{buckets} buckets, {len(all_cases) - failed} passed, {failed} failed")
    return failed != 0 or buckets < 20


sys.exit(main())
