"""Fails where an embedding declares a struct or a constant otherwise than the headers.

usage: layout.py INCLUDE CC PROGRAM [ARGUMENT]...

What the headers say comes from a C program that is generated from them, built and run. PROGRAM prints what it declares itself, one a
line: "size STRUCT BYTES", "field STRUCT.FIELD OFFSET", "const NAME VALUE". Everything it prints must be so, every field of a struct must be
there, and so must every struct of STRUCTS. Then the check is tried: each of the lines made wrong, or left out, must be noticed.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# Those that a caller fills in or reads; without them it cannot translate, render, raise, or show a diagnostic.
STRUCTS = ["str", "header", "detail", "response", "verdict", "raise", "render", "rendered", "diag", "code_info"]


def declared(text):
    """Structs with their fields, and constants, by their names in a header's text."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = "\n".join(line for line in text.replace("\\\n", " ").splitlines() if not line.startswith("#"))
    structs = {}
    for name, body in re.findall(r"struct (errnorm_\w+) \{(.*?)\};", text, re.S):
        body = re.sub(r"\(\*(\w+)\)\([^)]*\)", r"\1", body)
        structs[name] = [field for line in body.split(";") for field in re.findall(r"(\w+)(?:\[\w+\])?\s*(?=,|$)", line.strip())]
    constants = [name for body in re.findall(r"enum(?: \w+)? \{(.*?)\}", text, re.S) for name in re.findall(r"\bERRNORM_\w+(?=\s*=)", body)]
    return structs, constants


def from_headers(include, compiler):
    headers = sorted(pathlib.Path(include, "errnorm").glob("*.h"))
    structs, constants = declared("\n".join(header.read_text(encoding="utf-8") for header in headers))
    lines = [f"#include <errnorm/{header.name}>" for header in headers]
    lines += ["#include <stdio.h>", "#include <stddef.h>", "int main(void)", "{"]
    for struct, fields in structs.items():
        lines.append(f'printf("size {struct} %zu\\n", sizeof(struct {struct}));')
        lines += [f'printf("field {struct}.{field} %zu\\n", offsetof(struct {struct}, {field}));' for field in fields]
    lines += [f'printf("const {name} %lld\\n", (long long){name});' for name in constants]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "layout.c"), pathlib.Path(folder, "layout")
        source.write_text("\n".join([*lines, "}", ""]), encoding="ascii")
        subprocess.run([compiler, "-I", include, "-o", program, source], check=True)
        return read(subprocess.run([program], capture_output=True, text=True, check=True).stdout)


def read(output):
    return {tuple(line.split()[:2]): line.split()[2] for line in output.splitlines()}


def differences(wanted, got):
    problems = []
    for (kind, name), value in got.items():
        if wanted.get((kind, name)) != value:
            problems.append(f"{kind} {name}: {value} here, {wanted.get((kind, name), 'none')} in the headers")
    owners = {f"errnorm_{name}" for name in STRUCTS} | {name.split(".")[0] for kind, name in got if kind != "const"}
    for kind, name in wanted:
        if kind != "const" and name.split(".")[0] in owners and (kind, name) not in got:
            problems.append(f"{kind} {name}: missing here")
    return problems


def main():
    wanted = from_headers(sys.argv[1], sys.argv[2])
    got = read(subprocess.run(sys.argv[3:], capture_output=True, text=True, check=True).stdout)
    problems = differences(wanted, got)
    print("\n".join(problems) or f"{len(got)} sizes, offsets and constants are those of the headers")
    for line, value in got.items():
        if not differences(wanted, {**got, line: str(int(value) + 4)}):
            problems.append(f"a wrong {line} would not be noticed")
        if line[0] != "const" and not differences(wanted, {key: got[key] for key in got if key != line}):
            problems.append(f"a missing {line} would not be noticed")
    return bool(problems)


sys.exit(main())
