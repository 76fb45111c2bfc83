"""For the tests: `check.py layout` prints what the binding declares, `check.py soak N` loads, translates and frees N times."""
import ctypes
import gc
import sys

import errnorm

STRUCTS = {"str": errnorm.Str, "header": errnorm.Header, "detail": errnorm.Detail, "response": errnorm.Response,
           "verdict": errnorm.RawVerdict, "raise": errnorm.Raise, "render": errnorm.Render, "rendered": errnorm.Rendered,
           "diag": errnorm.Diag, "code_info": errnorm.CodeInfo}
TEXTS = {"acme.json": '{"errnorm":1,"provider":"acme","facts":{"message":["error.message"]},"rules":['
                      '{"id":"full","when":{"message":"no room"},"then":"queue_full"}]}',
         "any.json": '{"errnorm":1,"shared":"any","rank":90,"rules":[{"id":"any","when":{},"then":"provider_error"}]}'}


def layout():
    for name, struct in STRUCTS.items():
        print("size", f"errnorm_{name}", ctypes.sizeof(struct))
        for field, _ in struct._fields_:
            print("field", f"errnorm_{name}.{field}", getattr(struct, field).offset)
    for name, value in vars(errnorm).items():
        if name.isupper() and isinstance(value, int):
            print("const", f"ERRNORM_{name}", value)


def resident():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def soak(rounds):
    for i in range(rounds):
        with errnorm.Tables(builtin=False, texts=TEXTS) as tables, tables.translator() as translator:
            verdict = translator.translate(provider="acme", status=503, body='{"error":{"message":"no room"}}')
            assert verdict.code == "queue_full"
        try:
            errnorm.Tables(builtin=False, texts={"bad.json": "{"})
            sys.exit("a broken table was taken")
        except errnorm.TableError:
            pass
        if i == rounds // 4:
            gc.collect()
            settled = resident()
    gc.collect()
    print("grown_kib", resident() - settled)


layout() if sys.argv[1] == "layout" else soak(int(sys.argv[2]))
