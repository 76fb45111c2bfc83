"""Every case of the corpus and every rule's first example, said in other ways: the code must stay.

usage: variants.py BINARY MAPPINGS FOLDER|FILE... [-v VARIANT] [-k WORD]

    keys      a JSON body with the members of every object in the reverse order
    spread    the same JSON on many lines
    upper     prose in capitals; a text with a blank in it is prose, and one without is a machine's word and stays
    quotes    curly quotes in prose for straight ones
    blanks    no-break spaces in prose for blanks
    front     a sentence in front of what is said
    behind    a sentence behind it
    cut       the first 200 bytes of the body
    headers   the names of the headers in capitals

Of a body that is cut, what counts may be gone. So the case is asked twice: cut, and with the same 200 bytes made whole (strings and brackets
closed). Where the whole one gets the code, the cut one must.

A case that cannot be told apart in some form says so, with the reason: `not-as-front: the proxy's own text is known by its beginning`.
A variant that is named so although it gets the code is a mistake too. A rule says by its conditions that its text is known by its beginning or
end ("is", "starts", "ends", ^ and $): then no sentence is added to its example. Further exceptions stand in EXCEPT.
"""
import argparse
import copy
import json
import pathlib
import re
import sys

import run

FRONT, BEHIND = "Your request was not processed. ", " Please write to us if this goes on."
CUT = 200
# Where providers put what they say to people.
SAID = {"message", "msg", "detail", "error", "error_msg", "error_message", "errormessage", "errmsg", "err_msg", "description", "title", "error_description"}


EXCEPT = {
    "sambanova-model": {"behind": "told from a retired model by the sentence that does not go on to the list of those"},
}


def is_prose(text):
    return " " in text.strip() and not re.search(r"[{}<>]", text)


def every_prose(value, change):
    """The value with change applied to every string that is prose, also in JSON inside a string."""
    if isinstance(value, dict):
        return {key: every_prose(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [every_prose(item, change) for item in value]
    return change(value) if isinstance(value, str) and is_prose(value) else value


def what_is_said(value, change):
    """The value with change applied to prose under a key that holds a message."""
    if isinstance(value, list):
        return [what_is_said(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: change(item) if isinstance(item, str) and key.lower() in SAID and is_prose(item) else what_is_said(item, change)
            for key, item in value.items()}


def curly(text):
    text = re.sub(r"(?<=\w)'(?=\w)", "\u2019", text)
    text = re.sub(r"'([^']*)'", "\u2018\\1\u2019", text)
    return re.sub(r'"([^"]*)"', "\u201c\\1\u201d", text)


def reverse(value):
    if isinstance(value, dict):
        return {key: reverse(item) for key, item in reversed(value.items())}
    return [reverse(item) for item in value] if isinstance(value, list) else value


def upper(text):
    """In capitals, but for what is a name and not a word: a path, an id, a unit behind a number."""
    return re.sub(r"(?<![\w./-])[A-Za-z]+(?![\w/-]|\.\w)", lambda m: m[0].upper(), text)


def blanks(text):
    return text.replace(" ", "\u00a0")


PROSE = {"upper": upper, "quotes": curly, "blanks": blanks}
ADDED = {"front": lambda text: FRONT + text, "behind": lambda text: text + BEHIND}


def parse(body):
    """The JSON of a body, or None; also where a key stands twice, since a second one would be lost."""
    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)
    try:
        value = json.loads(body, object_pairs_hook=unique, parse_float=lambda text: text and float(text))
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def dump(value, **how):
    return json.dumps(value, ensure_ascii=False, **how).encode()


def close(text):
    """The beginning of a JSON text, made whole: what is open is closed, a member without a value is dropped."""
    try:
        text = text.decode("utf-8", "ignore")
    except ValueError:
        return None
    stack, string, escape = [], False, False
    for c in text:
        if string:
            string, escape = (string and (c != '"' or escape)), (c == "\\" and not escape)
        elif c == '"':
            string = True
        elif c in "{[":
            stack.append("}" if c == "{" else "]")
        elif c in "}]" and stack:
            stack.pop()
    if escape:
        text = text[:-1]
    text = re.sub(r"\\u[0-9a-fA-F]{0,3}$", "", text) + ('"' if string else "")
    ends = "".join(reversed(stack))
    for tail in ("", "null", ":null", "e", "ue", "rue", "lse", "se", "alse", "l", "ll", "ull"):
        for shorter in (text, text.rstrip().rstrip(",")):
            if parse((shorter + tail + ends).encode()) is not None:
                return (shorter + tail + ends).encode()
    return None


def with_body(case, body):
    variant = copy.copy(case)
    variant.body = body
    return variant


def variants(case):
    """(name, the case in that form, and a case that must get the code for it to count, or None)"""
    if case.head[1:]:
        variant = copy.copy(case)
        variant.head = case.head[:1] + [re.sub(r"^[^:]+", lambda m: m[0].upper(), line) if line[0] != ":" else line
                                        for line in case.head[1:]]
        yield "headers", variant, None
    try:
        text = case.body.decode()
    except UnicodeDecodeError:
        return
    value = parse(text)
    if value is not None:
        yield "keys", with_body(case, dump(reverse(value))), None
        yield "spread", with_body(case, dump(value, indent=3)), None
        for name, change in PROSE.items():
            yield name, with_body(case, dump(every_prose(value, change))), None
        for name, change in ADDED.items():
            yield name, with_body(case, dump(what_is_said(value, change))), None
        compact = dump(value, separators=(",", ":"))
        whole = close(compact[:CUT]) if len(compact) > CUT else None
        if whole:
            cut = with_body(case, compact[:CUT])
            yield "cut", cut, with_body(case, whole)
    elif text and is_prose(text) and "\n" not in text.strip():
        for name, change in PROSE.items():
            yield name, with_body(case, change(text).encode()), None


def is_anchored(when):
    """Do the conditions, or a veto among them, speak of a text's beginning or end? Facts but the message and the title are compared whole."""
    if isinstance(when, list):
        return any(map(is_anchored, when))
    if not isinstance(when, dict):
        return False
    if any(key in when for key in ("is", "starts", "ends")):
        return True
    whole = any(is_prose(text) for key, value in when.items() if key not in ("message", "title", "has", "all", "regex", "source")
                for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))
    return whole or re.search(r"[\^$]", when.get("regex", "")) is not None or any(map(is_anchored, when.values()))


def examples(mappings):
    """The first example of each rule as a case; what it wants is filled in when it has been asked as it stands."""
    tables = {path: json.loads(path.read_text(encoding="utf-8")) for path in sorted(mappings.glob("*/*.json"))}
    asker = {family: table["provider"] for table in tables.values() if "provider" in table and "dialect" not in table
             for family in table.get("inherit", [])}
    for path, table in tables.items():
        for rule in table.get("rules", []):
            example = next((e for e in rule.get("examples", []) if "transport" not in e and "status" in e), None)
            if not example:
                continue
            provider = example.get("provider", table.get("provider") or asker.get(table.get("family")))
            case = run.Case(path, 0, rule["id"], {"provider": provider} if provider else {})
            case.where = f"{path.parent.name}/{path.name}"
            case.given |= {"stream": "true"} if example.get("stream") else {}
            case.head = [f"HTTP/1.1 {example['status']:03} X"] + [f"{key}: {value}" for key, value in example.get("headers", {}).items()]
            body = example.get("body", "")
            case.body = body.encode() if isinstance(body, str) else dump(body)
            if is_anchored(rule["when"]):
                case.skipped = {"front", "behind"}
            yield case


def with_wants(binary, cases):
    """Those that their own rule decides where they are asked alone, with its code."""
    for case, line in zip(cases, run.translate(binary, cases)):
        verdict = json.loads(line)
        if verdict["rule"] == case.name:
            case.wants = [("code", verdict["code"])]
            case.not_as = EXCEPT.get(case.name, {})
            yield case


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("mappings", type=pathlib.Path)
    ap.add_argument("paths", nargs="+", type=pathlib.Path)
    ap.add_argument("-v", metavar="VARIANT", default="")
    ap.add_argument("-k", metavar="WORD", default="")
    args = ap.parse_args()
    files = [file for path in args.paths for file in (sorted(path.rglob("*.txt")) if path.is_dir() else [path])]
    cases = [case for file in files for case in run.read(file)]
    cases += with_wants(args.binary, list(examples(args.mappings)))
    cases = [case for case in cases if args.k in f"{case.where} {case.name}"]
    rows = [(case, name, variant, witness) for case in cases for name, variant, witness in variants(case)
            if args.v in name and name not in case.skipped and (variant.body, variant.head) != (case.body, case.head)]
    if not rows:
        sys.exit("no variants")
    asked = [row[2] for row in rows] + [row[3] for row in rows if row[3]]
    got = dict(zip(asked, (json.loads(line) for line in run.translate(args.binary, asked))))
    passed = failed = 0
    for case, name, variant, witness in rows:
        want = dict(case.wants)["code"].split(" | ")
        if witness and run.shown(got[witness]["code"]) not in want:
            continue
        same = run.shown(got[variant]["code"]) in want
        if same != (name in case.not_as):
            passed += 1
            continue
        failed += 1
        print(f"{case.where}: {case.name}, as \"{name}\"")
        print(f"    want {' | '.join(want)}\n    got  {got[variant]['code']} by {got[variant]['rule']}" if not same else
              f"    gets its code, so `not-as-{name}` is not true")
    for case in cases if not args.v else ():
        for name in set(case.not_as) - {row[1] for row in rows if row[0] is case}:
            failed += 1
            print(f"{case.where}: {case.name}: there is no variant \"{name}\" of it")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
