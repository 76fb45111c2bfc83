"""The table of providers in mappings/README.md, generated from the tables.

usage: coverage.py ERRNORM MAPPINGS            fails if the table in README.md is stale
       coverage.py ERRNORM MAPPINGS --update   writes it

The figures are those of `errnorm providers --json`. What can be counted from the files alone is counted here once more.
"""
import json
import pathlib
import subprocess
import sys

ERRNORM, MAPPINGS = sys.argv[1], pathlib.Path(sys.argv[2])
BEGIN, END = "<!-- coverage: written by tests/lint/coverage.py -->\n", "<!-- end of coverage -->\n"


def read(kind):
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((MAPPINGS / kind).glob("*.json"))}


def chain(table, families, seen):
    for name in table.get("inherit", []):
        if name not in seen:
            seen.append(name)
            chain(families[name], families, seen)
    return seen


def disagreements(info, table, families):
    """Figures of the program's that the files do not bear out."""
    tables = [table] + [families[name] for name in chain(table, families, [])]
    rules = [rule for each in tables for rule in each.get("rules", [])]
    own = {"rules": len(table.get("rules", [])), "all_rules": len(rules), "codes": len({rule["then"] for rule in rules if "then" in rule}),
           "waits": sum(len(each.get("wait", [])) for each in tables)}
    return [f"{info['name']}: {key} is {info[key]}, not {value}" for key, value in own.items() if info[key] != value]


def row(info):
    return (f"| {info['name']} | {info['title'] or ''} | {info['rules']} | {info['all_rules']} | {info['codes']} | {info['waits']} | "
            f"{', '.join(info['streams'])} | {info['sources']} | {info['reviewed'] or ''} |\n")


def main():
    families, providers, shared = read("families"), read("providers"), read("shared")
    count = sum(len(t.get("rules", [])) for group in (families, providers, shared) for t in group.values())
    infos = json.loads(subprocess.run([ERRNORM, "providers", "--json", "--no-builtin", "--tables", str(MAPPINGS)], check=True,
                                      capture_output=True, text=True).stdout)
    wrong = [text for info in infos for text in disagreements(info, providers[info["name"]], families)]
    if wrong:
        print("\n".join(wrong))
        return 1
    lines = [BEGIN,
             f"{len(providers)} providers, {len(families)} families, {count} rules. Codes, waits (places where one is read) and sources: with the "
             "families inherited, without the shared tables. Streams: where examples show errors without an error status, in an event of a "
             "stream or in the body of a good response.\n",
             "\n",
             "| provider | | own rules | with families | codes | waits | streams | sources | reviewed |\n",
             "|---|---|---|---|---|---|---|---|---|\n"]
    lines += [row(info) for info in infos]
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
        print("the table of providers in mappings/README.md is stale: run tests/lint/coverage.py ERRNORM mappings --update")
        return 1
    return 0


sys.exit(main())
