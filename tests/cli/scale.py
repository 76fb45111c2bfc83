#!/usr/bin/env python3
"""`translate --jsonl` over many lines: --jobs N gives what one thread gives, byte for byte; memory does not grow with the input.

usage: scale.py BINARY same|memory
"""
import json
import os
import pathlib
import pty
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import lines  # noqa: E402

COUNT = 50_000
BINARY = os.path.abspath(sys.argv[1])


def fail(text):
    sys.exit("FAIL " + text)


def translate(path, *options):
    with open(path, "rb") as source:
        return subprocess.run(
            [BINARY, "translate", "--jsonl", *options], stdin=source, capture_output=True, timeout=600
        )


def check_places(source, answers):
    """The answers stand where their lines stood, whatever wrote them: told by what the lines themselves say."""
    if len(source) != len(answers):
        fail(f"{len(source)} lines, {len(answers)} answers")
    for number, (line, answer) in enumerate(zip(source, answers), 1):
        answer = json.loads(answer)
        try:
            response = json.loads(line)
            good = isinstance(response, dict) and isinstance(response["status"], int)
            good = good and "transport" not in response and len(line) < 16 << 20
        except ValueError:
            good = False
        if good != ("errnorm_error" not in answer):
            fail(f"line {number} is {'good' if good else 'bad'}, and the answer is {answer}")
        if not good and not (answer["line"] == number and answer["errnorm_error"].startswith(f"line {number}: ")):
            fail(f"line {number} is called {answer}")
        if good and answer["provider_status"] not in (None, response["status"]):
            fail(f"line {number} has the answer of another: {answer}")


def same():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "lines")
        source = list(lines.lines(COUNT))
        path.write_text("".join(line + "\n" for line in source))
        alone = translate(path, "--jobs", "1", "--summary")
        if alone.returncode != 1:
            fail(f"exit status {alone.returncode} with bad lines")
        check_places(source, alone.stdout.decode().splitlines())
        for jobs in ("2", "3", "8", "auto"):
            many = translate(path, "--jobs", jobs, "--summary")
            if (many.returncode, many.stdout, many.stderr) != (1, alone.stdout, alone.stderr):
                fail(f"--jobs {jobs} differs from one thread")
        for word in ("errors by code", "unclassified", "The kettle of tenant"):
            if word not in alone.stderr.decode():
                fail(f"no {word!r} in the summary")
    follow()
    watched()
    print(f"{len(source)} lines: the same with 1, 2, 3, 8 threads")


def follow():
    """Whoever waits for an answer before asking again gets it."""
    run = subprocess.Popen([BINARY, "translate", "--jsonl", "--jobs", "3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for status in (503, 401, 503, 429):
        run.stdin.write(b'{"status":%d}\n' % status)
        run.stdin.flush()
        if json.loads(run.stdout.readline())["provider_status"] != status:
            fail("another's answer while waiting for one")
    run.stdin.close()
    if run.wait() != 0:
        fail(f"exit status {run.returncode} of a conversation")


def told(command, **streams):
    """What a command tells a terminal on standard error."""
    leader, follower = pty.openpty()
    run = subprocess.Popen(command, stderr=follower, **streams)
    os.close(follower)
    text = b""
    while True:
        try:
            piece = os.read(leader, 4096)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.close(leader)
    if run.wait() != 0:
        fail(f"exit status {run.returncode} on a terminal: {text}")
    return text


def watched():
    """Progress is told by itself where a person watches a long run, and nowhere else."""
    source = b'{"status":503}\n' * 3
    for jobs in ("1", "2"):
        command = [BINARY, "translate", "--jsonl", "--jobs", jobs]
        with tempfile.TemporaryFile() as path:
            path.write(source)
            path.seek(0)
            text = told(command, stdin=path, stdout=subprocess.DEVNULL)
        if not (text.startswith(b"\r3 lines, ") and text.endswith(b"lines/s, 0.0 MB\x1b[K\r\n")):
            fail(f"a terminal was told {text}")
        if subprocess.run(command, input=source, capture_output=True).stderr:
            fail("progress without a terminal")
        forced = subprocess.run(command + ["--progress"], input=source, capture_output=True).stderr
        if not (forced.startswith(b"3 lines, ") and forced.endswith(b" MB\n") and forced.count(b"\n") == 1):
            fail(f"--progress told {forced}")
    # A run of 1.3 seconds: told after half a second and a whole one, and at the end.
    slow = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do echo '{\"status\":503}'; sleep 0.1; done | \"$0\" translate --jsonl --progress"
    forced = subprocess.run(["sh", "-c", slow, BINARY], capture_output=True).stderr
    if not 2 <= forced.count(b" lines/s") <= 4:
        fail(f"a run of 1.3 seconds told {forced}")


def peak(command, path):
    """The most memory that a run takes, in MiB: of a process that runs nothing else."""
    measure = "import resource, subprocess, sys; status = subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode; print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, status)"
    with open(path, "rb") as source:
        run = subprocess.run([sys.executable, "-c", measure, *command], stdin=source, capture_output=True, text=True, check=True)
    size, status = run.stdout.split()
    if int(status) > 1:
        fail(f"exit status {status} of {command}")
    return int(size) / 1024


def memory():
    with tempfile.TemporaryDirectory() as folder:
        small, large = pathlib.Path(folder, "small"), pathlib.Path(folder, "large")
        source = [line for line in lines.lines(1000) if len(line) < 1 << 16]
        # Providers and failures without end, which a summary or a draft must not keep.
        def other(n):
            word = "".join(chr(97 + int(c)) for c in str(n))
            return json.dumps({"provider": "p" + word if n % 4 else "acme", "status": 418, "body": {"error": {"message": "no " + word, "code": word}}})

        def write(path, rounds):
            with path.open("w") as out:
                for n in range(rounds):
                    for k, line in enumerate(source):
                        out.write((line if k % 2 else other(n * 1000 + k)) + "\n")

        write(small, 5)
        write(large, 100)
        for options in (
            ["translate", "--jsonl"],
            ["translate", "--jsonl", "--summary"],
            ["translate", "--jsonl", "--jobs", "4"],
            ["translate", "--jsonl", "--jobs", "4", "--summary"],
            ["suggest", "--provider", "acme"],
        ):
            grown = peak([BINARY, *options], large) - peak([BINARY, *options], small)
            print(f"{' '.join(options)}: grows by {grown:.1f} MiB")
            if grown > 6:
                fail("memory grows with the number of lines")

        def write_huge(path, count):
            with path.open("w") as out:
                for _ in range(count):
                    out.write('{"status":500,"body":"%s"}\n' % ("z" * (12 << 20)))

        write_huge(small, 12)
        write_huge(large, 36)
        command = [BINARY, "translate", "--jsonl", "--jobs", "8"]
        before, after = peak(command, small), peak(command, large)
        print(f"huge lines: {before:.0f} MiB, then {after:.0f} MiB")
        if after - before > 40 or after > 300:
            fail("memory grows with huge lines")


{"same": same, "memory": memory}[sys.argv[2]]()
