"""The gateway in a real HAProxy, with upstreams that fail in every way.

usage: test.py LIBRARY_FOLDER INCLUDE_FOLDER CC

Builds the Lua module for the Lua that HAProxy has, starts HAProxy and the upstreams of ../nginx on loopback, asks with curl what nginx's
gateway is asked, and wants the same answers. Exit 77 (skipped) where HAProxy, its Lua or Lua's headers, or curl are missing.
"""
import concurrent.futures
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "nginx"))
import test as nginx  # noqa: E402
import upstreams  # noqa: E402

HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin")
check = nginx.check


def lua_headers():
    """The folder with the headers of HAProxy's Lua; or None."""
    about = subprocess.run([HAPROXY, "-vv"], capture_output=True, text=True, check=False).stdout if HAPROXY else ""
    version = re.search(r"Built with Lua version : Lua (\d\.\d)", about)
    folder = pathlib.Path(f"/usr/include/lua{version.group(1)}") if version else None
    return folder if folder and (folder / "lua.h").exists() else None


class Gateway(nginx.Gateway):
    def __init__(self, folder, library, upstream):
        self.folder, self.port, self.library = folder, nginx.free_port(), library
        pathlib.Path(folder, "routes.lua").write_text(nginx.routes(upstream), encoding="ascii")
        pathlib.Path(folder, "acme.json").write_text(nginx.TABLE % "queue_full", encoding="ascii")
        with open(folder + "/error.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([HAPROXY, "-db", "-f", self.config("acme.json")], env=self.env(), stdout=log, stderr=log)
        nginx.wait_for(self.port)

    def env(self):
        return {**os.environ, "LD_LIBRARY_PATH": self.library}

    def config(self, tables):
        text = (HERE / "haproxy.cfg").read_text(encoding="ascii")
        for key, value in (("PORT", self.port), ("FOLDER", self.folder), ("GATEWAY", HERE / "gateway.lua"), ("TABLES", f"{self.folder}/{tables}")):
            text = re.sub(rf"\b{key}\b", str(value), text)
        path = pathlib.Path(self.folder, f"{tables}.cfg")
        path.write_text(text, encoding="ascii")
        return str(path)


def streams(gateway):
    """They are held until they are whole: one that fails moves on, and the client sees nothing of it."""
    for model, asked in (("stream", 1), ("stream-breaks", 2), ("stream-fails", 2)):
        got, headers, body = gateway.ask(nginx.CHAT, json.dumps({"model": model, "stream": True}))
        end = "data: [DONE]" if asked == 1 else "Hello"
        check(got == 200 and len(headers["x-tried"].split(", ")) == asked and end in body and "error" not in body, f"{model}: {got}, {body[-60:]!r}")


def together(gateway):
    """Many at the same time, each with its own answer: HAProxy stops one Lua function for another wherever it likes."""
    def ask(case):
        got, _, body = gateway.ask(case[0], json.dumps({"model": case[1], "messages": []}))
        return got, re.sub(r"[0-9a-f-]{36}", "ID", body)

    cases = [(path, model) for path, model, _, _, _ in nginx.CASES if model not in ("everything", "hangs")]
    wanted = [ask(case) for case in cases]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        got = list(pool.map(ask, cases * 20))
    check(got == wanted * 20, f"{len(got)} requests over 16 connections, each with its own answer")
    got, _, body = gateway.ask(nginx.CHAT, json.dumps({"model": "rate", "messages": [{"role": "user", "content": "x" * 300_000}]}))
    check(got == 429, f"a request of many of HAProxy's buffers: {got}, {body[:100]}")


def tables(gateway):
    got, _, body = gateway.ask(nginx.CHAT, json.dumps({"model": "no-room"}))
    check(got == 429, f"a table of one's own decides: {got}, {body[:100]}")
    pathlib.Path(gateway.folder, "bad.json").write_text(nginx.TABLE % "no_such_code", encoding="ascii")
    for name, good in (("acme.json", True), ("bad.json", False)):
        run = subprocess.run([HAPROXY, "-c", "-f", gateway.config(name)], env=gateway.env(), capture_output=True, text=True, check=False)
        said = re.search(r"bad.json:2:\d+: error: .*no_such_code.*\[EN\d+\]", run.stderr)
        check((run.returncode == 0) == good and bool(said) != good, f"haproxy -c with {name}: exit status {run.returncode}, {said and said.group(0)}")


def main():
    library, include, compiler = sys.argv[1:4]
    headers = lua_headers()
    if not headers or not shutil.which("curl"):
        print("skipped: needs HAProxy with Lua, the headers of that Lua (liblua5.3-dev on Debian 12), and curl")
        return 77
    ports = multiprocessing.Queue()
    upstream = multiprocessing.Process(target=upstreams.run, args=(ports,), daemon=True)
    upstream.start()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", HERE.parent / "lua" / "errnorm.c", "-o",
                        folder + "/errnorm.so", f"-I{headers}", f"-I{include}", f"-L{library}", "-lerrnorm"], check=True)
        gateway = Gateway(folder, library, ports.get(timeout=10))
        try:
            nginx.answers(gateway)
            streams(gateway)
            together(gateway)
            tables(gateway)
            log = gateway.log()
            check("[ALERT]" not in log and "runtime error" not in log, "nothing else in HAProxy's log")
            if nginx.failed:
                print(log[-4000:])
        finally:
            gateway.stop()
            upstream.terminate()
    print(f"{nginx.failed} failed")
    return nginx.failed != 0


if __name__ == "__main__":
    sys.exit(main())
