"""Takes the C examples, or the output that the first one promises, out of README.md.

usage: extract.py README.md c OUTPUT     writes the first ```c block
       extract.py README.md piece OUTPUT writes the last one, which is no whole program
       extract.py README.md run PROGRAM  runs the program; its output must be the block that follows the example
"""
import pathlib
import re
import subprocess
import sys

text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
match = re.search(r"```c\n(.*?)```\s*```\n(.*?)```", text, re.S)
if sys.argv[2] == "c":
    pathlib.Path(sys.argv[3]).write_text(match.group(1), encoding="utf-8")
elif sys.argv[2] == "piece":
    pathlib.Path(sys.argv[3]).write_text(re.findall(r"```c\n(.*?)```", text, re.S)[-1], encoding="utf-8")
else:
    got = subprocess.run([sys.argv[3]], capture_output=True, text=True, check=True).stdout
    if got != match.group(2):
        sys.exit(f"README promises:\n{match.group(2)}the example prints:\n{got}")
