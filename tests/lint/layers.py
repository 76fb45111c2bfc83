"""The house rules of lib/: no include climbs out of its room's sight, no file outgrows one sitting, every file is built.

usage: layers.py SOURCE-ROOT
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
CAP = 800
# room: the rooms whose headers it may include
LAW = {
    "base": {"base"},
    "text": {"base", "text"},
    "match": {"base", "match"},
    "table": {"base", "text", "match", "table"},
    "verdict": {"base", "text", "match", "table", "verdict"},
    "render": {"base", "text", "table", "match", "render"},
    "api": {"base", "text", "match", "table", "verdict", "render", "api"},
    "cli": {"cli"},
}
problems = []
owner = {}
for header in ROOT.glob("lib/*/*.h"):
    if header.name in owner:
        problems.append(f"{header.relative_to(ROOT)}: a second header of this name")
    owner[header.name] = header.parent.name
build = (ROOT / "lib/meson.build").read_text(encoding="utf-8")
for path in sorted(ROOT.glob("lib/*/*.[ch]")):
    name, room = path.relative_to(ROOT), path.parent.name
    text = path.read_text(encoding="utf-8")
    if text.count("\n") > CAP:
        problems.append(f"{name}: more than {CAP} lines")
    if not text.startswith("/*"):
        problems.append(f"{name}: does not begin with a comment that says what it owns")
    if path.suffix == ".c" and f"'{room}/{path.name}'" not in build:
        problems.append(f"{name}: not in lib/meson.build")
    for include in re.findall(r'#include "([^"]+)"', text):
        if "/" in include:
            problems.append(f"{name}: includes {include} by a path")
        elif owner.get(include) not in LAW[room]:
            problems.append(f"{name}: may not see {include} of {owner.get(include)}")
    if "pcre2.h" in text and "#include <pcre2.h>" in text and name.name != "regex.c":
        problems.append(f"{name}: only match/regex.c includes pcre2.h")
print("\n".join(problems) or "the rooms are in order")
sys.exit(bool(problems))
