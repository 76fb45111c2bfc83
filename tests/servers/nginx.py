"""A real nginx's own error pages, translated.

usage: nginx.py ERRNORM

Starts Debian's nginx on loopback with an upstream that is dead, one that never answers, and a small limit for bodies; asks it with curl and
gives what it answers to `errnorm translate`. Exit 77 (skipped) without nginx or curl.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ERRNORM = sys.argv[1]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location /dead {{ proxy_pass http://127.0.0.1:{dead}; }}
    location /hangs {{ proxy_pass http://127.0.0.1:{hangs}; proxy_read_timeout 1s; }}
    location /small {{ client_max_body_size 1k; proxy_pass http://127.0.0.1:{dead}; }}
    location /denied {{ deny all; }}
    location /get {{ limit_except GET {{ deny all; }} return 200; }}
    location /busy {{ return 503; }}
    location /limit {{ return 429; }}
    location /nothing {{ return 404; }}
  }}
}}
"""

# path, curl's further options, status, and what the verdict must say
CASES = [
    ("/dead", [], 502, "provider_unavailable", True),
    ("/hangs", [], 504, "provider_timeout", True),
    ("/small", ["-d", "x" * 5000], 413, "request_too_large", False),
    ("/denied", [], 403, "provider_permission_denied", False),
    ("/busy", [], 503, "provider_unavailable", True),
    ("/limit", [], 429, "rate_limit_exceeded", True),
    ("/nothing", [], 404, "endpoint_not_found", False),
]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def hanging_server():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(8)
    kept = []

    def accept():
        while True:
            try:
                kept.append(server.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    return server


def main():
    if not NGINX or not shutil.which("curl"):
        print("skipped: no nginx or no curl")
        return 77
    hangs = hanging_server()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        port, dead = free_port(), free_port()
        config = os.path.join(folder, "nginx.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(CONFIG.format(folder=folder, port=port, dead=dead, hangs=hangs.getsockname()[1]))
        nginx = subprocess.Popen([NGINX, "-p", folder, "-c", config, "-e", folder + "/error.log"])
        try:
            for _ in range(100):
                with socket.socket() as s:
                    if s.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            for path, options, status, code, retryable in CASES:
                raw = subprocess.run(["curl", "-s", "-i", *options, f"http://127.0.0.1:{port}{path}"],
                                     capture_output=True, check=True, timeout=20).stdout
                run = subprocess.run([ERRNORM, "translate", "--provider", "openai"], input=raw, capture_output=True,
                                     check=True, timeout=20)
                verdict = json.loads(run.stdout)
                got = (verdict["provider_status"], verdict["code"], verdict["retryable"])
                ok = got == (status, code, retryable) and "<" not in verdict["message"]
                failed += not ok
                print(f"{'ok  ' if ok else 'FAIL'} {path}: {got}, rule {verdict['rule']}")
        finally:
            nginx.terminate()
            nginx.wait(timeout=10)
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
