"""mappings/schema.json says of the table language what the program says of it.

usage: schema.py ERRNORM SOURCE-ROOT

1. Every table that is built in, and every good one of tests/tables, validates; so do the tables in README.md and mappings/README.md. Each key
   of the schema stands in one of the good ones, whose examples test what it means.
2. The keys: each object of the schema is filled, one at a time, with every word that stands in the sources of the reader, and given to
   `errnorm check`. What that does not call unknown must be a property of the schema, and nothing else may be one.
3. The words: codes, types, transports are those that `errnorm codes` lists.
4. A bad table of tests/tables/bad whose mistake is one of form is refused by the schema too; one that is bad only beside other tables, or in
   what a pattern or template says, is not.

Exit 77 (skipped) without python3-jsonschema.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed, so nothing was compared with mappings/schema.json")
    sys.exit(77)

ERRNORM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests/tables"))
import cases  # noqa: E402

SCHEMA = json.loads((ROOT / "mappings/schema.json").read_text(encoding="utf-8"))
DEFS = SCHEMA["$defs"]
# Mistakes that a schema sees; those it cannot, because they are about other tables, templates, responses; and those of which it sees some
# (too many conditions, a missing group, an example's keys). What is not JSON (EN002) or has a key twice (EN011) does not come before it.
FORM = {"EN003", "EN004", "EN005", "EN006", "EN010", "EN012", "EN013", "EN014", "EN015", "EN022", "EN025", "EN026"}
BEYOND = {f"EN{n:03}" for n in (16, 17, 18, 19, 20, 21, 24, 27, 28, 29, 40, 41, 42, 43, 60, 62, 63, 64, 65, 66, 67, 68, 69)}
PARTLY = {"EN007", "EN023", "EN061"}
UNREADABLE = {"EN002", "EN011"}
problems = []


def relaxed(text):
    """The text without comments and trailing commas, which json.loads does not forgive."""
    token = r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/'
    text = re.sub(token, lambda m: m[0] if m[0][0] == '"' else "", text, flags=re.S)
    return re.sub(r'("(?:[^"\\]|\\.)*")|,(?=\s*[]}])', lambda m: m[1] or "", text)


def validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


def mistakes(schema, table):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in schema.iter_errors(table)]


def check(text):
    """What `errnorm check` says of a table beside one that answers everything: (line, message)."""
    total = '{"errnorm":1,"shared":"last","rank":90,"rules":[{"id":"last","when":{},"then":"provider_error"}]}'
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("t.json", "total.json")]
        for path, content in zip(paths, (text, total)):
            path.write_text(content, encoding="utf-8")
        run = subprocess.run([ERRNORM, "check", "--no-builtin", *map(str, paths)], capture_output=True, text=True, timeout=120)
    return [(int(m[1]), m[2]) for m in re.finditer(r"/t\.json:(\d+):\d+: (.*)", run.stderr)]


# ---- 1: good tables ----

def good_tables():
    for path in sorted(ROOT.glob("mappings/*/*.json")):
        yield path, path.read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("tests/tables/good/*.json")):
        yield path, relaxed(path.read_text(encoding="utf-8"))
    for name in ("README.md", "mappings/README.md"):
        for block in re.findall(r"(?:```json|cat >\w+\.json <<'END')\n(.*?)(?:```|END\n)", (ROOT / name).read_text(encoding="utf-8"), re.S):
            if '"errnorm": 1' in block:
                yield name, block


def walk(schema, name, value, used):
    """Adds (object, key) of what a table holds, along the schema; name: the definition that one is in."""
    for branch in schema.get("anyOf", []):
        walk(branch, name, value, used)
    if "$ref" in schema:
        target = schema["$ref"].split("/")[-1]
        walk(DEFS[target], target, value, used)
    if isinstance(value, list) and "items" in schema:
        for item in value:
            walk(schema["items"], name, item, used)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key in schema.get("properties", {}):
            used.add((name, key))
            walk(schema["properties"][key], name, inner, used)
        elif isinstance(schema.get("additionalProperties"), dict):
            walk(schema["additionalProperties"], name, inner, used)


def check_used():
    used = set()
    for path in ROOT.glob("tests/tables/good/*.json"):
        table = json.loads(relaxed(path.read_text(encoding="utf-8")))
        walk({"$ref": "#/$defs/dialect" if "dialect" in table else "#/$defs/table"}, None, table, used)
    for name, body in DEFS.items():
        for key in body.get("properties", {}):
            if (name, key) not in used:
                problems.append(f"tests/tables/good: no table uses \"{key}\" of \"{name}\"")


# ---- 2: keys ----

# Where an object of each kind stands; @ is its members. Objects of any name (facts, codes, details, headers) have no keys of ours.
PLACES = {
    "table": '@',
    "code": '"errnorm":1,"provider":"acme","codes":{"my_code":{@}}',
    "bucket": '"errnorm":1,"provider":"acme","buckets":[{@}]',
    "rule": '"errnorm":1,"provider":"acme","rules":[{@}]',
    "unwrap": '"errnorm":1,"provider":"acme","rules":[{"id":"acme-a","when":{},"unwrap":{@}}]',
    "when": '"errnorm":1,"provider":"acme","rules":[{"id":"acme-a","when":{@},"then":"conflict"}]',
    "tests": '"errnorm":1,"provider":"acme","rules":[{"id":"acme-a","when":{"code":{@}},"then":"conflict"}]',
    "dialect": '"dialect":"acme",@',
    "answerObject": '"errnorm":1,"dialect":"acme","published":[{@}]',
    "row": '"errnorm":1,"dialect":"acme","rows":{"conflict":{"gateway":"x",@}}',
    "stream": '"errnorm":1,"dialect":"acme","stream":{@}',
    "policy": '"errnorm":1,"dialect":"acme","retry":{"default":{@}}',
}
OTHER_KIND = {"table": {"dialect"}, "dialect": {"family", "shared"}}  # keys that make another kind of table of it
WHOLE = {"statusAnswer"}  # both of its keys must be there, and no other is looked at
VALUES = ['"text"', "400", "true", "{}", "[]"]


def words():
    """Every word that the sources of the reader hold as a string, and a few that nobody knows."""
    found = {"nobody", "xyzzy"}
    for path in [*ROOT.glob("lib/table/*.[ch]"), *ROOT.glob("lib/api/examples.c"), ROOT / "include/errnorm/codes.h"]:
        found.update(re.findall(r'"(\$?[a-z][a-z_]*)"', path.read_text(encoding="utf-8")))
    found.update(key for body in DEFS.values() for key in body.get("properties", {}))
    return sorted(found)


def accepted(kind, candidates):
    """Those of the words that an object of this kind may have as a key, each on a line of its own."""
    if len(candidates) > 30:  # more are too many conditions for one object
        return accepted(kind, candidates[:30]) | accepted(kind, candidates[30:])
    candidates = [word for word in candidates if word not in OTHER_KIND.get(kind, ())]
    before, after = PLACES[kind].split("@")
    text = "{" + before + "\n" + ",\n".join(f"{json.dumps(word)}: 1" for word in candidates) + "\n" + after + "}"
    refused = {line for line, message in check(text) if re.search(r"\[(EN010|EN021)\]", message)}
    return {word for line, word in enumerate(candidates, 2) if line not in refused}


def accepted_by_examples(field, candidates):
    """The same for an example and for what it expects, which are read when they are run. A key may want a value of a certain kind."""
    pairs = [(word, value) for word in candidates for value in VALUES]
    rows = []
    for word, value in pairs:
        member = f"{json.dumps(word)}: {value}"
        rows.append(f"{{{member}}}" if field == "example" else f'{{"status": 400, "expect": {{{member}}}}}')
    text = ('{"errnorm":1,"provider":"acme","rules":[{"id":"acme-a","when":{},"then":"conflict","source":"x","examples":[\n'
            + ",\n".join(rows) + "\n]}]}")
    refused = {line for line, message in check(text)
               if "an example has no key" in message or "a verdict has no field" in message}
    return {word for line, (word, _) in enumerate(pairs, 2) if line not in refused}


def check_keys():
    candidates = words()
    known = {kind: accepted(kind, candidates) for kind in PLACES}
    known |= {kind: accepted_by_examples(kind, candidates) for kind in ("example", "expect")}
    for kind, body in DEFS.items():
        if "properties" not in body or kind in WHOLE:
            continue
        if kind not in known:
            problems.append(f"schema.json: no test knows where an object \"{kind}\" stands (PLACES)")
            continue
        inner = DEFS.get(kind, {}).get("properties", {})
        for key in sorted(known[kind] - set(inner)):
            problems.append(f"schema.json: \"{kind}\" lacks the key \"{key}\", which errnorm reads")
        for key in sorted(set(inner) - known[kind]):
            problems.append(f"schema.json: \"{kind}\" has a key \"{key}\", which errnorm refuses")
        for key, value in inner.items():
            if kind != "expect" and "description" not in value:
                problems.append(f"schema.json: \"{kind}\" does not describe \"{key}\"")
    return sum(len(keys) for keys in known.values())


# ---- 3: words ----

def check_words():
    codes = json.loads(subprocess.run([ERRNORM, "codes", "--json"], capture_output=True, text=True, check=True).stdout)
    transports = subprocess.run([ERRNORM, "codes", "--transport"], capture_output=True, text=True, check=True).stdout
    lists = {
        "canonical": (DEFS["canonical"]["anyOf"][0]["enum"], [code["canonical"] for code in codes]),
        "type": (DEFS["type"]["enum"], [code["type"] for code in codes]),
        "failover": (DEFS["failover"]["enum"], [code["failover"] for code in codes]),
        "fault": (DEFS["fault"]["enum"], [code["fault"] for code in codes]),
        "transport": (DEFS["transport"]["enum"], [line.split()[0] for line in transports.splitlines()]),
    }
    for name, (ours, theirs) in lists.items():
        if set(ours) != set(theirs):
            problems.append(f"schema.json: the words of \"{name}\" are not those of errnorm: {sorted(set(ours) ^ set(theirs))}")


# ---- 4: bad tables ----

def bad_tables():
    for file, name, table, texts in cases.cases(ROOT / "tests/tables/bad"):
        yield f"{file}: {name}", cases.strip(table)[0], set(re.findall(r"\[(EN\d+)\]", "\n".join(texts)))


def check_bad(schema):
    count = 0
    for name, table, ids in bad_tables():
        if ids - FORM - BEYOND - PARTLY - UNREADABLE:
            problems.append(f"{name}: is {sorted(ids - FORM - BEYOND - PARTLY - UNREADABLE)} a mistake of form? (FORM, BEYOND, PARTLY)")
        if ids & UNREADABLE:
            continue
        count += 1
        found = mistakes(schema, json.loads(table))
        if ids & FORM and not found:
            problems.append(f"{name}: the schema has nothing against it")
        if ids <= BEYOND and found:
            problems.append(f"{name}: the schema minds what is none of its business: {found}")
    return count


def main():
    schema = validator()
    tables = 0
    for path, text in good_tables():
        tables += 1
        problems.extend(f"{path}: {mistake}" for mistake in mistakes(schema, json.loads(text)))
    check_used()
    keys = check_keys()
    check_words()
    bad = check_bad(schema)
    print("\n".join(problems) or f"{tables} good tables, {keys} keys, {bad} bad tables: the schema and errnorm agree")
    return bool(problems)


sys.exit(main())
