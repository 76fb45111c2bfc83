"""The table of providers in mappings/README.md, generated from the tables.

usage: coverage.py MAPPINGS            fails if the table in README.md is stale
       coverage.py MAPPINGS --update   writes it
"""
import json
import pathlib
import sys

MAPPINGS = pathlib.Path(sys.argv[1])
BEGIN, END = "<!-- coverage: written by tests/lint/coverage.py -->\n", "<!-- end of coverage -->\n"


def read(kind):
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((MAPPINGS / kind).glob("*.json"))}


def chain(table, families, seen):
    for name in table.get("inherit", []):
        if name not in seen:
            seen.append(name)
            chain(families[name], families, seen)
    return seen


def row(name, table, families):
    tables = [table] + [families[f] for f in chain(table, families, [])]
    rules = [rule for t in tables for rule in t.get("rules", [])]
    codes = {rule["then"] for rule in rules if "then" in rule}
    waits = sum(len(t.get("wait", [])) for t in tables)
    sources = {s for rule in rules for s in (rule["source"] if isinstance(rule["source"], list) else [rule["source"]])}
    streams = any(e.get("stream") or "data:" in str(e.get("body", ""))[:200] or e.get("status", 500) < 400
                  for rule in rules for e in rule.get("examples", []))
    return (f"| {name} | {table.get('title', '')} | {len(table.get('rules', []))} | {len(rules)} | {len(codes)} | {waits} | "
            f"{'yes' if streams else ''} | {len(sources)} | {table.get('reviewed', '')} |")


def main():
    families, providers, shared = read("families"), read("providers"), read("shared")
    count = sum(len(t.get("rules", [])) for group in (families, providers, shared) for t in group.values())
    lines = [BEGIN,
             f"{len(providers)} providers, {len(families)} families, {count} rules. Waits: sources beyond the shared ones. "
             "Streams: errors under a good status have examples.\n",
             "\n",
             "| provider | | own rules | with families | codes | waits | streams | sources | reviewed |\n",
             "|---|---|---|---|---|---|---|---|---|\n"]
    lines += [row(name, table, families) + "\n" for name, table in providers.items()]
    text = "".join(lines) + END
    readme = MAPPINGS / "README.md"
    old = readme.read_text(encoding="utf-8")
    if BEGIN in old:
        new = old[:old.index(BEGIN)] + text + old[old.index(END) + len(END):]
    else:
        new = old.rstrip("\n") + "\n\n## Coverage\n\n" + text
    if "--update" in sys.argv:
        readme.write_text(new, encoding="utf-8")
    elif new != old:
        print("the table of providers in mappings/README.md is stale: run tests/lint/coverage.py mappings --update")
        return 1
    return 0


sys.exit(main())
