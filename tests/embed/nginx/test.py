"""The gateway in a real nginx, with upstreams that fail in every way.

usage: test.py LIBRARY_FOLDER [--reloads N]

Starts upstreams.py and nginx on loopback, asks with curl and checks every answer; then replaces the table N times while wrk keeps both
workers busy. Where npm can install `openai`, OpenAI's own client asks too. Exit 77 (skipped) where nginx, its Lua
module, curl or wrk are missing.
"""
import argparse
import glob
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import upstreams

HERE = pathlib.Path(__file__).resolve().parent
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
MODULE = "/usr/lib/nginx/modules/ngx_http_lua_module.so"
CHAT, RESPONSES, ANTHROPIC = "/v1/chat/completions", "/v1/responses", "/anthropic/v1/messages"

# model: (provider, path at the upstreams) of each upstream of its route
ROUTES = {
    "ok": [("openai", "/ok")],
    "rate": [("openai", "/rate")],
    "rate-then-ok": [("openai", "/rate"), ("azure_openai", "/ok")],
    "quota": [("openai", "/quota")],
    "key": [("openai", "/key")],
    "long-then-ok": [("openai", "/long"), ("azure_openai", "/ok")],
    "overloaded": [("anthropic", "/overloaded")],
    "overloaded-then-ok": [("anthropic", "/overloaded"), ("openai", "/ok")],
    "everything": [("anthropic", "/overloaded"), ("openai", "REFUSED"), ("openai", "/resets"), ("openai", "/closed"), ("openai", "/hangs"),
                   ("openai", "/garbage"), ("openai", "/cdn"), ("openai", "/inside"), ("openai", "/cut"),
                   ("openai", "/stream-fails-at-once"), ("openai", "/ok")],
    "cdn": [("openai", "/cdn")],
    "inside": [("openai", "/inside")],
    "refused": [("openai", "REFUSED")],
    "resets": [("openai", "/resets")],
    "closed": [("openai", "/closed")],
    "hangs": [("openai", "/hangs")],
    "garbage": [("openai", "/garbage")],
    "cut": [("openai", "/cut")],
    "stream": [("openai", "/stream")],
    "stream-breaks": [("openai", "/stream-breaks"), ("openai", "/ok")],
    "stream-fails": [("openai", "/stream-fails"), ("openai", "/ok")],
    "stream-at-once": [("openai", "/stream-fails-at-once")],
    "no-room": [("acme", "/no-room")],
}

# path, model, status, what the body's error (or its type, for Anthropic) must have, how many upstreams were asked
CASES = [
    (CHAT, "ok", 200, None, 1),
    (CHAT, "rate", 429, {"code": "rate_limit_exceeded"}, 1),
    (CHAT, "rate-then-ok", 200, None, 2),
    (CHAT, "quota", 503, {}, 1),  # the gateway's account, not the caller's
    (CHAT, "long-then-ok", 400, {"code": "context_length_exceeded"}, 1),
    (CHAT, "overloaded", 503, {}, 1),
    (CHAT, "overloaded-then-ok", 200, None, 2),
    (CHAT, "everything", 200, None, 11),
    (CHAT, "cdn", 503, {}, 1),
    (CHAT, "inside", 502, {}, 1),
    (CHAT, "refused", 503, {}, 1),
    (CHAT, "resets", 503, {}, 1),
    (CHAT, "closed", 503, {}, 1),
    (CHAT, "hangs", 504, {}, 1),
    (CHAT, "garbage", 502, {}, 1),
    (CHAT, "cut", 502, {}, 1),
    (CHAT, "stream-at-once", 503, {}, 1),
    (CHAT, "nobody-has-it", 404, {"code": "model_not_found"}, 0),
    (RESPONSES, "rate", 429, {"code": "rate_limit_exceeded"}, 1),
    (ANTHROPIC, "rate", 429, {"type": "rate_limit_error"}, 1),
    (ANTHROPIC, "overloaded", 529, {"type": "overloaded_error"}, 1),
    (ANTHROPIC, "nobody-has-it", 404, {"type": "not_found_error"}, 0),
    ("/v2/nothing", "ok", 404, {}, 0),
]

TABLE = """{"errnorm":1,"provider":"acme","inherit":["openai_compatible"],"rules":[
  {"id":"acme-no-room","when":{"message":"no room in the inn"},"then":"%s"}]}"""
COUNT = """function setup(t) threads = threads or {} table.insert(threads, t) end
function init() counts = {} end
function response(status) counts[status] = (counts[status] or 0) + 1 end
function done() for _, t in ipairs(threads) do for status, n in pairs(t:get("counts")) do print("status", status, n) end end end
wrk.method, wrk.body = "POST", '{"model":"no-room"}'
"""

failed = 0


def check(good, what):
    global failed
    failed += not good
    print(f"{'ok  ' if good else 'FAIL'} {what}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def routes(upstream):
    """ROUTES in Lua, as both gateways read it."""
    lines, refused = [], free_port()
    for model, route in ROUTES.items():
        listed = ", ".join(f'{{ provider = "{provider}", host = "127.0.0.1", port = {refused if path == "REFUSED" else upstream}, '
                           f'path = "{path}", key = "{upstreams.SECRET}", timeout = {400 if path == "/hangs" else 10000} }}' for provider, path in route)
        lines.append(f'["{model}"] = {{ {listed} }},')
    return "return {\n" + "\n".join(lines) + "\n}\n"


def wait_for(port):
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)


class Gateway:
    def __init__(self, folder, library, upstream, workers=2):
        self.folder, self.port = folder, free_port()
        pathlib.Path(folder, "routes.lua").write_text(routes(upstream), encoding="ascii")
        config = (HERE / "nginx.conf").read_text(encoding="ascii")
        for key, value in (("ROOT", folder), ("PORT", self.port), ("WORKERS", workers)):
            config = config.replace(key, str(value))
        config = config.replace("LUA;;", f"{HERE}/?.lua;{HERE.parent}/luajit/?.lua;;")
        pathlib.Path(folder, "nginx.conf").write_text(config, encoding="ascii")
        self.process = subprocess.Popen([NGINX, "-p", folder, "-c", folder + "/nginx.conf", "-e", folder + "/error.log"],
                                        env={**os.environ, "LD_LIBRARY_PATH": library})
        wait_for(self.port)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def ask(self, path, body):
        """Status, headers and body, as curl got them."""
        raw = subprocess.run(["curl", "-s", "-i", "-m", "20", "--data-binary", "@-", self.url(path)], input=body.encode(), capture_output=True,
                             check=False).stdout.decode()
        raw = re.sub(r"^HTTP/1.1 100 Continue\r\n\r\n", "", raw)
        head, _, body = raw.partition("\r\n\r\n")
        lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        return int(lines[0].split(" ")[1]), headers, body

    def log(self):
        return pathlib.Path(self.folder, "error.log").read_text(encoding="utf-8")

    def resident(self):
        """KiB of the workers together."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split()
        status = [pathlib.Path(f"/proc/{child}/status").read_text(encoding="ascii") for child in children]
        return sum(int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) for text in status)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def answers(gateway):
    for path, model, status, wanted, asked in CASES:
        got, headers, body = gateway.ask(path, json.dumps({"model": model, "messages": []}))
        tried = len(headers["x-tried"].split(", ")) if headers.get("x-tried") else 0
        good = got == status and tried == asked and upstreams.SECRET not in body and "<" not in body
        if good and wanted is not None:
            error = json.loads(body)["error"]
            good = error["message"] != "" and wanted.items() <= error.items()
        check(good, f"{path} {model}: {got}, {tried} asked, {body[:120]}")
    got, headers, body = gateway.ask(CHAT, json.dumps({"model": "rate"}))
    check(headers.get("retry-after") == "1" and headers.get("x-should-retry") == "true" and "org-AbC" not in body, "rate: waits are told, names are not")
    got, headers, body = gateway.ask(CHAT, json.dumps({"model": "key"}))
    check(got >= 500 and upstreams.SECRET not in body, f"key: the gateway's key is not the caller's fault: {got}, {body[:100]}")
    got, headers, body = gateway.ask(CHAT, "x" * 2_000_000)
    check(got == 413 and json.loads(body)["error"]["message"], f"a request over the gateway's own limit: {got}, {body[:100]}")


def streams(gateway):
    def frames(path, model):
        got, headers, body = gateway.ask(path, json.dumps({"model": model, "stream": True}))
        return got, headers.get("content-type"), [frame for frame in body.replace("\r", "").split("\n\n") if frame]

    got, kind, all_frames = frames(CHAT, "stream")
    check((got, kind, len(all_frames), all_frames[-1]) == (200, "text/event-stream", 3, "data: [DONE]"), "a stream passes unchanged")
    for model in "stream-breaks", "stream-fails":
        got, kind, all_frames = frames(CHAT, model)
        last = [line[6:] for line in all_frames[1].splitlines() if line.startswith("data: ")][0]
        check(got == 200 and "Hel" in all_frames[0] and json.loads(last)["error"]["message"], f"{model}: {all_frames[1][:140]}")
    got, kind, all_frames = frames(ANTHROPIC, "stream-fails")
    check(all_frames[1].startswith("event: error\n") and '"type":"error"' in all_frames[1], f"stream-fails at Anthropic's: {all_frames[1][:140]}")


def client(gateway, folder):
    """OpenAI's own client, if it can be had."""
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "openai@6"]
    if not shutil.which("npm") or subprocess.run(npm, check=False, timeout=120).returncode != 0:
        print("skipped: OpenAI's client, for which there is no npm, or nothing that it can reach")
        return
    run = subprocess.run(["node", HERE / "sdk.cjs", folder, gateway.url("")], capture_output=True, text=True, check=False)
    print(run.stdout, run.stderr, sep="")
    check(run.returncode == 0, "OpenAI's own client raises what it should")


def reload(gateway, reloads, folder):
    """Tables replaced one after the other, while wrk asks; every answer after the switch is by the new one."""
    script = pathlib.Path(folder, "count.lua")
    script.write_text(COUNT, encoding="ascii")
    codes = [("context_too_long", 400), ("model_retired", 404), ("request_too_large", 413)]
    body = json.dumps({"model": "no-room"})
    gateway.ask("/reload", TABLE % codes[0][0])
    wrk = subprocess.Popen(["wrk", "-t1", "-c8", "-d3600", "--timeout", "30s", "-s", script, gateway.url(CHAT)], stdout=subprocess.PIPE, text=True)
    stale, resident, seen = 0, [], set()
    for switches in range(reloads):
        code, status = codes[switches % len(codes)]
        got, _, said = gateway.ask("/reload", TABLE % code)
        stale += got != 200
        seen.update(re.findall(r"worker (\d+)", said))
        for _ in range(3):
            stale += gateway.ask(CHAT, body)[0] != status
        if switches % 5 == 0:
            got, _, said = gateway.ask("/reload", TABLE % "no_such_code")
            stale += got != 422 or "EN" not in said or gateway.ask(CHAT, body)[0] != status
        resident.append(gateway.resident())
    wrk.send_signal(signal.SIGINT)  # it tells then what it has counted
    out = wrk.communicate(timeout=30)[0]
    counts = {int(status): int(count) for status, count in re.findall(r"status\s+(\d+)\s+(\d+)", out)}
    strange = {status: count for status, count in counts.items() if status not in {status for _, status in codes}}
    print(re.sub(r"(?m)^", "     ", out))
    check(sum(counts.values()) > 100 and not strange and "Socket errors" not in out, f"under load no answer was lost or strange: {counts}, {strange}")
    check(stale == 0 and len(seen) > 0, f"{reloads} tables, handed to {len(seen)} workers: {stale} answers stale; broken ones refused")
    settled = resident[len(resident) // 4:]
    grown = min(settled[-5:]) - min(settled[:5])
    # One reload's tables are 3 MB; the allocator and Lua's collector hold a few of them back, however many reloads there were.
    check(grown < 16384, f"memory of the workers: {resident[0]} KiB at first, {settled[0]} settled, {resident[-1]} at last: grown by {grown}")
    check(re.search(r"table refused:\ncustom.json:2:\d+: error: .*no_such_code.*\[EN\d+\]", gateway.log()), "the diagnostics are in nginx's log")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--reloads", type=int, default=24)
    options = parser.parse_args()
    missing = [tool for tool in ("curl", "wrk") if not shutil.which(tool)]
    if not NGINX or not glob.glob(MODULE) or missing:
        print(f"skipped: needs nginx, its Lua module (libnginx-mod-http-lua), curl and wrk; missing: {missing or 'nginx or the module'}")
        return 77
    ports = multiprocessing.Queue()
    upstream = multiprocessing.Process(target=upstreams.run, args=(ports,), daemon=True)
    upstream.start()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        gateway = Gateway(folder, options.library, ports.get(timeout=10))
        try:
            answers(gateway)
            streams(gateway)
            client(gateway, folder)
            reload(gateway, options.reloads, folder)
            log = gateway.log()
            check("lua entry thread aborted" not in log and "[alert]" not in log, "nothing else in nginx's log")
            if failed:
                print(log[-4000:])
        finally:
            gateway.stop()
            upstream.terminate()
    print(f"{failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
