"""Runs README's shell examples of one section and compares what they print with the block that follows.

usage: walk.py README.md SECTION BINARY [--update]
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

readme, title, binary = sys.argv[1:4]
text = pathlib.Path(readme).read_text(encoding="utf-8")
section = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## )", text, re.M | re.S)
steps = re.findall(r"```sh\n(.*?)```\n\n```\n(.*?)```", section.group(1), re.S) if section else []
if not steps:
    sys.exit(f"README has no example under {title!r}")
update = "--update" in sys.argv
with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as tools:
    os.symlink(os.path.abspath(binary), os.path.join(tools, "errnorm"))
    environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", LC_ALL="C.UTF-8")
    for commands, promised in steps:
        run = subprocess.run(["sh", "-c", commands], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        if update:
            text = text.replace(f"```sh\n{commands}```\n\n```\n{promised}```", f"```sh\n{commands}```\n\n```\n{run.stdout}```")
        elif run.stdout != promised:
            sys.exit(f"{commands}README promises:\n{promised}it prints:\n{run.stdout}")
if update:
    pathlib.Path(readme).write_text(text, encoding="utf-8")
print(f"{len(steps)} steps")
