"""Exactly the functions that the public headers declare are exported: no more, no fewer.

usage: symbols.py LIBRARY.so INCLUDE-FOLDER
"""
import pathlib
import re
import subprocess
import sys

library, include = sys.argv[1], pathlib.Path(sys.argv[2])
declared = set()
for header in include.glob("errnorm/*.h"):
    text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
    for match in re.finditer(r"ERRNORM_API\s+[^;(]*?(errnorm_\w+)\s*\(", text):
        declared.add(match.group(1))
nm = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True)
exported = {line.split()[2].split("@")[0] for line in nm.stdout.splitlines() if line.split()[1] in "TBDR"}
wrong = False
for name in sorted(declared - exported):
    print(f"declared, but not exported: {name}")
    wrong = True
for name in sorted(exported - declared):
    print(f"exported, but not declared: {name}")
    wrong = True
print(f"{len(declared)} functions declared, {len(exported)} symbols exported")
sys.exit(wrong)
