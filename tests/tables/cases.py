"""Tables with mistakes, and what is told of them.

bad/*.txt hold cases:

    === name
    { "errnorm": 1, "provider": "acme", <EN010>"rulez": [] }
    ---
    unknown key "rulez"; did you mean "rules"? [EN010]

<*12 "f%": true,> stands for that text twelve times, with 0 to 11 in place of %.

A mark <ENnnn> stands before the character at which the diagnostic must point; marks are taken out before the table is loaded. Behind the dashes
stands the text of each, in the order of the marks. A case whose name begins with "lint:" expects warnings, all others errors only.
"""
import re


def cases(folder):
    for path in sorted(folder.glob("*.txt")):
        for block in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            name, rest = block.split("\n", 1)
            table, _, texts = rest.partition("\n---\n")
            yield path.name, name.strip(), table, [line for line in texts.split("\n") if line.strip()]


def strip(table):
    """The table without its marks, and where they stood: (line, column), from 1."""
    table = re.sub(r"<\*(\d+) (.*?)>", lambda m: "".join(m[2].replace("%", str(i)) for i in range(int(m[1]))), table)
    places = []
    out = ""
    for piece in re.split(r"(<EN\d+>)", table):
        if re.fullmatch(r"<EN\d+>", piece):
            line = out.count("\n") + 1
            column = len(out) - (out.rfind("\n") + 1) + 1
            places.append((line, column))
        else:
            out += piece
    return out, places
