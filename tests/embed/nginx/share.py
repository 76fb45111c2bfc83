"""errnorm's share of a gateway's CPU time, where every answer is an error. Not a test: it measures.

usage: share.py LIBRARY_FOLDER [SECONDS]

A second nginx answers each request with a provider's 429, the gateway's one worker translates and renders each, wrk asks over 32 connections.
perf counts where the worker's time goes, by library, by symbol, and in errnorm and PCRE2 alone: needs nginx with its Lua module, wrk and perf.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import test
import upstreams

UPSTREAM = """daemon off; pid {folder}/up.pid; error_log {folder}/up.log; worker_processes 1; events {{ worker_connections 256; }}
http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}/ub; proxy_temp_path {folder}/up; fastcgi_temp_path {folder}/uf;
  uwsgi_temp_path {folder}/uu; scgi_temp_path {folder}/us;
  server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json; add_header retry-after 1 always; return 429 '{body}'; }} }} }}
"""


def main():
    library, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    body = upstreams.ANSWERS["/rate"].partition(b"\r\n\r\n")[2].decode()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        port = test.free_port()
        config = pathlib.Path(folder, "upstream.conf")
        config.write_text(UPSTREAM.format(folder=folder, port=port, body=body), encoding="ascii")
        upstream = subprocess.Popen([test.NGINX, "-p", folder, "-c", config, "-e", folder + "/up.log"])
        time.sleep(0.5)
        gateway = test.Gateway(folder, library, port, workers=1)
        try:
            script = pathlib.Path(folder, "wrk.lua")
            script.write_text("wrk.method, wrk.body = 'POST', '{\"model\":\"rate\"}'\n", encoding="ascii")
            status, _, said = gateway.ask(test.CHAT, '{"model":"rate"}')
            print(status, said)
            children = pathlib.Path(f"/proc/{gateway.process.pid}/task/{gateway.process.pid}/children").read_text(encoding="ascii")
            wrk = subprocess.Popen(["wrk", "-t1", "-c32", f"-d{seconds + 4}", "-s", script, gateway.url(test.CHAT)], stdout=subprocess.PIPE, text=True)
            time.sleep(2)
            record = folder + "/perf.data"
            subprocess.run(["perf", "record", "-q", "-o", record, "-F", "999", "-p", children.split()[0], "--", "sleep", str(seconds)], check=True)
            for which in ["--sort", "dso"], ["--sort", "dso,symbol"], ["--sort", "symbol", "--dsos", "liberrnorm.so.0.1.0,libpcre2-8.so.0.11.2"]:
                report = subprocess.run(["perf", "report", "-i", record, "--stdio", "-q", *which], capture_output=True, text=True, check=False)
                print("\n".join([line for line in report.stdout.splitlines() if re.search(r"\d%", line)][:20]), "\n")
            print(wrk.communicate()[0])
        finally:
            gateway.stop()
            upstream.terminate()


main()
