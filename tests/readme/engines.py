"""README's commands under GNU parallel, SQLite and PostgreSQL, run where these are installed.

usage: engines.py README.md BINARY
"""
import collections
import glob
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import lines  # noqa: E402

text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
binary = os.path.abspath(sys.argv[2])
section = re.search(r"^## Over logs\n(.*?)(?=^## )", text, re.M | re.S).group(1)
blocks = {block.split()[0]: block for block in re.findall(r"```sh\n(.*?)```", section, re.S)}
ran = []


def sh(commands, folder, environment):
    run = subprocess.run(["sh", "-ec", commands], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    if run.returncode:
        sys.exit(f"{commands}exit status {run.returncode}: {run.stderr}")
    return run.stdout


def same(what, got, want):
    if got != want:
        sys.exit(f"FAIL {what} gives {got}, wanted {want}")
    ran.append(what)


def count(output):
    """Rows of provider|code|count, as both databases print them."""
    return {(provider, code): int(number) for provider, code, number in re.findall(r"^ *([\w-]*) *\| *(\w*) *\| *(\d+) *$", output, re.M)}


def as_server(command):
    """PostgreSQL does not run as root."""
    return ["runuser", "-u", "postgres", "--"] + command if os.geteuid() == 0 else command


def postgresql(root, environment):
    tools = sorted(glob.glob("/usr/lib/postgresql/*/bin")) + [os.path.dirname(shutil.which("initdb") or "")]
    if not shutil.which("psql") or not os.path.exists(os.path.join(tools[0], "initdb")):
        return None
    data = os.path.join(root, "data")
    control = os.path.join(tools[0], "pg_ctl")
    if os.geteuid() == 0:
        if subprocess.run(["id", "postgres"], capture_output=True).returncode or not shutil.which("runuser"):
            return None
        shutil.chown(root, "postgres")
    options = f"-c listen_addresses= -c unix_socket_directories={root} -c fsync=off"
    subprocess.run(as_server([os.path.join(tools[0], "initdb"), "-D", data, "-A", "trust", "-U", "errnorm"]), check=True, capture_output=True, cwd="/")
    subprocess.run(as_server([control, "-D", data, "-w", "-l", os.path.join(root, "log"), "-o", options, "start"]), check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        return sh(blocks["psql"], environment["WORK"], dict(environment, PGHOST=root, PGUSER="errnorm", PGDATABASE="postgres"))
    finally:
        subprocess.run(as_server([control, "-D", data, "-m", "immediate", "stop"]), check=True, stdout=subprocess.DEVNULL, cwd="/")


with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as tools, tempfile.TemporaryDirectory() as server:
    os.symlink(binary, os.path.join(tools, "errnorm"))
    environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", LC_ALL="C.UTF-8", HOME=folder, WORK=folder)
    log = pathlib.Path(folder, "log.jsonl")
    log.write_text("".join(line + "\n" for line in lines.lines(20_000, plain=True)))
    verdicts = subprocess.run([binary, "translate", "--jsonl", str(log)], capture_output=True, text=True, check=True).stdout
    rows = [json.loads(line) for line in verdicts.splitlines()]
    wanted = collections.Counter((row["provider"] or "", row["code"] or "") for row in rows)

    if shutil.which("parallel"):
        # Smaller blocks than README's, so that there are some.
        sh("mkdir -p .parallel && touch .parallel/will-cite\n" + blocks["parallel"].replace("20M", "100k"), folder, environment)
        same("parallel", pathlib.Path(folder, "verdicts.jsonl").read_text() == verdicts, True)
    pathlib.Path(folder, "verdicts.jsonl").write_text(verdicts)
    if shutil.which("sqlite3"):
        same("sqlite3", count(sh(blocks["sqlite3"], folder, environment)), dict(wanted))
    output = postgresql(server, environment)
    if output is not None:
        same("psql", count(output), dict(wanted))

for tool in blocks:
    if tool not in ran:
        print(f"SKIPPED: {tool} is not installed here, or cannot run")
print("ran:", " ".join(ran) or "none")
sys.exit(0 if ran else 77)
