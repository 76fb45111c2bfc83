"""errnorm for Python, through ctypes: the whole binding. Copy this file.

    with errnorm.Tables() as tables, tables.translator() as translator:
        verdict = translator.translate(provider="openai", status=429, headers=headers, body=body)
        answer = translator.render("openai")          # of the last verdict

Tables are immutable and may be shared by all threads. A translator belongs to one thread at a time: ctypes lets go of the interpreter's
lock during a call. Verdicts and answers are copies and live as long as you like.
"""
from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from ctypes import POINTER, Structure, byref, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass, field

RESPONSE_BYOK, RESPONSE_STREAM_BEGUN, RESPONSE_BODY_CUT = 1, 2, 4
VERDICT_RETRYABLE, VERDICT_REDACTED, VERDICT_FALLBACK = 1, 2, 16
RENDER_ANSWER, RENDER_STREAM = 0, 1
RENDERED_HEADER_MAX = 16
SEVERITY_ERROR = 1


class Str(Structure):
    _fields_ = [("ptr", c_void_p), ("len", c_size_t)]

    def text(self) -> str | None:
        return None if self.ptr is None else ctypes.string_at(self.ptr, self.len).decode()


class Header(Structure):
    _fields_ = [("name", Str), ("value", Str)]


class Detail(Structure):
    _fields_ = [("name", Str), ("value", Str)]


class Response(Structure):
    _fields_ = [("size", c_size_t), ("provider", Str), ("http_status", c_int32), ("transport", c_uint32), ("flags", c_uint32),
                ("reserved", c_uint32), ("headers", POINTER(Header)), ("header_count", c_size_t), ("body", Str),
                ("now_ms", c_int64), ("secrets", POINTER(Str)), ("secret_count", c_size_t)]


class RawVerdict(Structure):
    _fields_ = [("size", c_size_t), ("code", c_uint32), ("type", c_uint32), ("http_status", c_int32), ("failover", c_uint32),
                ("fault", c_uint32), ("flags", c_uint32), ("retry_after_ms", c_int64), ("provider_status", c_int32),
                ("rule_line", c_uint32), ("rule", Str), ("rule_file", Str), ("param", Str), ("message", Str), ("provider", Str),
                ("provider_code", Str), ("provider_type", Str), ("provider_request_id", Str), ("details", POINTER(Detail)),
                ("detail_count", c_size_t), ("fingerprint", c_uint64)]


class Raise(Structure):
    _fields_ = [("size", c_size_t), ("provider", Str), ("param", Str), ("message", Str), ("details", POINTER(Detail)),
                ("detail_count", c_size_t), ("retry_after_ms", c_int64), ("flags", c_uint32), ("reserved", c_uint32),
                ("secrets", POINTER(Str)), ("secret_count", c_size_t)]


class Render(Structure):
    _fields_ = [("size", c_size_t), ("dialect", Str), ("form", c_uint32), ("message", c_uint32), ("request_id", Str),
                ("sequence_number", c_int64)]


class Rendered(Structure):
    _fields_ = [("size", c_size_t), ("http_status", c_int32), ("retryable", c_uint32), ("header_count", c_size_t),
                ("headers", Header * RENDERED_HEADER_MAX), ("body", Str)]


class Diag(Structure):
    _fields_ = [("size", c_size_t), ("id", c_uint32), ("severity", c_uint32), ("line", c_uint32), ("column", c_uint32),
                ("file", Str), ("rule", Str), ("message", Str), ("hint", Str)]


class CodeInfo(Structure):
    _fields_ = [("code", c_uint32), ("type", c_uint32), ("http_status", c_int32), ("http_status_byok", c_int32),
                ("retryable", c_uint32), ("failover", c_uint32), ("fault", c_uint32), ("fault_byok", c_uint32),
                ("name", c_char_p), ("message", c_char_p)]


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    handle = c_void_p
    for name, result, *arguments in (
        ("translate", c_int, handle, handle, POINTER(Response), POINTER(RawVerdict)),
        ("raise", c_int, handle, handle, c_uint32, POINTER(Raise), POINTER(RawVerdict)),
        ("render", c_size_t, handle, POINTER(RawVerdict), POINTER(Render), POINTER(Rendered), c_void_p, c_size_t),
        ("backoff_ms", c_int64, handle, POINTER(RawVerdict), Str, c_uint32, c_double),
        ("scratch_new", c_int, handle, c_void_p, POINTER(handle)),
        ("scratch_free", handle, handle),
        ("tables_builtin", c_int, c_void_p, POINTER(handle)),
        ("tables_ref", handle, handle),
        ("tables_unref", handle, handle),
        ("tables_code", POINTER(CodeInfo), handle, c_uint32),
        ("tables_code_from_name", c_uint32, handle, Str),
        ("type_name", c_char_p, c_uint32),
        ("failover_name", c_char_p, c_uint32),
        ("fault_name", c_char_p, c_uint32),
        ("transport_from_name", c_uint32, Str),
        ("builder_new", c_int, c_void_p, POINTER(handle)),
        ("builder_free", handle, handle),
        ("builder_add_builtin", c_int, handle),
        ("builder_add_text", c_int, handle, Str, Str),
        ("builder_add_path", c_int, handle, c_char_p),
        ("builder_finish", c_int, handle, POINTER(handle)),
        ("builder_diag_count", c_size_t, handle),
        ("builder_diag", POINTER(Diag), handle, c_size_t),
        ("diag_format", c_size_t, POINTER(Diag), c_char_p, c_size_t),
    ):
        function = getattr(library, "errnorm_" + name)
        function.restype, function.argtypes = result, arguments
    return library


_lib = _declare(ctypes.CDLL("liberrnorm.so.0"))


class Error(Exception):
    """A call that was wrong; args[0] is the library's return code."""


class TableError(Error):
    """Tables that were refused; `diagnostics` has a line for each mistake."""

    def __init__(self, diagnostics: list[str]):
        super().__init__("\n".join(diagnostics))
        self.diagnostics = diagnostics


@dataclass(frozen=True)
class Verdict:
    """What happened. `code` None: not an error, and nothing else is set."""

    code: str | None = None
    type: str | None = None
    http_status: int = 0
    retryable: bool = False
    failover: str = "none"
    fault: str | None = None
    retry_after_ms: int | None = None
    param: str | None = None
    message: str | None = None
    provider: str | None = None
    provider_status: int | None = None
    provider_code: str | None = None
    provider_type: str | None = None
    provider_request_id: str | None = None
    details: dict[str, str] = field(default_factory=dict)
    rule: str | None = None
    redacted: bool = False
    fallback: bool = False
    fingerprint: int = 0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    retryable: bool


def _check(rc: int) -> None:
    if rc:
        raise Error(rc)


class _Views:
    """Views of Python's strings, and the strings, which must live as long."""

    def __init__(self) -> None:
        self.kept: list[object] = []

    def str(self, value: str | bytes | None) -> Str:
        if value is None:
            return Str()
        data = value.encode() if isinstance(value, str) else value
        self.kept.append(data)
        return Str(ctypes.cast(c_char_p(data), c_void_p).value, len(data))

    def array(self, kind: type, items: list) -> ctypes.Array | None:
        if not items:
            return None
        array = (kind * len(items))(*items)
        self.kept.append(array)
        return array


class _Handle:
    """A pointer that is given back once: by close(), at the end of a `with`, or with the object."""

    _handle: int | None = None

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class Tables(_Handle):
    """The built-in tables, and over them those of `paths` and of `texts` (name to JSON), the last asked first."""

    def __init__(self, *, paths: Iterable[str] = (), texts: Mapping[str, str] | None = None, builtin: bool = True):
        made, builder, texts = c_void_p(), c_void_p(), texts or {}
        paths = list(paths)
        if builtin and not paths and not texts:  # these need no parsing
            _check(_lib.errnorm_tables_builtin(None, byref(made)))
            self._handle = made.value
            return
        views = _Views()
        _check(_lib.errnorm_builder_new(None, byref(builder)))
        try:
            steps = [(_lib.errnorm_builder_add_builtin,)] if builtin else []
            steps += [(_lib.errnorm_builder_add_path, path.encode()) for path in paths]
            steps += [(_lib.errnorm_builder_add_text, views.str(name), views.str(text)) for name, text in texts.items()]
            for add, *arguments in steps:
                self._accept(builder, add(builder, *arguments))
            self._accept(builder, _lib.errnorm_builder_finish(builder, byref(made)))
        finally:
            _lib.errnorm_builder_free(builder)
        self._handle = made.value

    @staticmethod
    def _accept(builder: c_void_p, rc: int) -> None:
        if rc == 0:
            return
        line, lines = ctypes.create_string_buffer(4096), []
        for index in range(_lib.errnorm_builder_diag_count(builder)):
            _lib.errnorm_diag_format(_lib.errnorm_builder_diag(builder, index), line, len(line))
            lines.append(line.value.decode(errors="replace"))
        raise TableError(lines) if lines else Error(rc)

    def close(self) -> None:
        self._handle = _lib.errnorm_tables_unref(self._handle)

    def translator(self) -> Translator:
        return Translator(self)


class Translator(_Handle):
    """One thread's working memory, and the last verdict that was made with it."""

    def __init__(self, tables: Tables):
        scratch = c_void_p()
        _check(_lib.errnorm_scratch_new(tables._handle, None, byref(scratch)))
        self._handle, self._tables = scratch.value, _lib.errnorm_tables_ref(tables._handle)
        self._raw, self._views = RawVerdict(size=ctypes.sizeof(RawVerdict)), _Views()
        self._buf = ctypes.create_string_buffer(16384)

    def close(self) -> None:
        if self._handle:
            self._handle = _lib.errnorm_scratch_free(self._handle)
            self._tables = _lib.errnorm_tables_unref(self._tables)

    def translate(self, *, provider: str | None = None, status: int = 0, transport: str | None = None,
                  headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), body: bytes | str | None = None,
                  now_ms: int = 0, secrets: Iterable[str] = (), byok: bool = False, stream_begun: bool = False,
                  body_cut: bool = False) -> Verdict:
        views = _Views()
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        listed = [Header(views.str(name), views.str(value)) for name, value in pairs]
        hidden = [views.str(secret) for secret in secrets]
        response = Response(
            size=ctypes.sizeof(Response), provider=views.str(provider), http_status=status,
            transport=_lib.errnorm_transport_from_name(views.str(transport)) if transport else 0,
            flags=RESPONSE_BYOK * byok | RESPONSE_STREAM_BEGUN * stream_begun | RESPONSE_BODY_CUT * body_cut,
            headers=views.array(Header, listed), header_count=len(listed), body=views.str(body), now_ms=now_ms,
            secrets=views.array(Str, hidden), secret_count=len(hidden))
        _check(_lib.errnorm_translate(self._tables, self._handle, byref(response), byref(self._raw)))
        self._views = views  # the verdict's strings may be views of these
        return self._copy()

    def raise_(self, code: str, *, provider: str | None = None, param: str | None = None, message: str | None = None,
               details: Mapping[str, str] | None = None, retry_after_ms: int = 0, byok: bool = False,
               secrets: Iterable[str] = ()) -> Verdict:
        """An error of the gateway's own, by its code."""
        views = _Views()
        listed = [Detail(views.str(name), views.str(value)) for name, value in (details or {}).items()]
        hidden = [views.str(secret) for secret in secrets]
        about = Raise(
            size=ctypes.sizeof(Raise), provider=views.str(provider), param=views.str(param), message=views.str(message),
            details=views.array(Detail, listed), detail_count=len(listed), retry_after_ms=retry_after_ms,
            flags=RESPONSE_BYOK * byok, secrets=views.array(Str, hidden), secret_count=len(hidden))
        number = _lib.errnorm_tables_code_from_name(self._tables, views.str(code))
        _check(getattr(_lib, "errnorm_raise")(self._tables, self._handle, number, byref(about), byref(self._raw)))
        self._views = views
        return self._copy()

    def render(self, dialect: str, *, stream: bool = False, request_id: str | None = None, sequence_number: int = 0) -> Answer:
        """The last verdict as a client of that API gets it."""
        views = _Views()
        how = Render(size=ctypes.sizeof(Render), dialect=views.str(dialect), form=RENDER_STREAM if stream else RENDER_ANSWER,
                     request_id=views.str(request_id), sequence_number=sequence_number)
        out = Rendered(size=ctypes.sizeof(Rendered))
        arguments = self._tables, byref(self._raw), byref(how), byref(out)
        need = _lib.errnorm_render(*arguments, self._buf, len(self._buf))
        if need >= len(self._buf):
            self._buf = ctypes.create_string_buffer(need + 1)
            _lib.errnorm_render(*arguments, self._buf, need + 1)
        if out.http_status == 0:
            raise LookupError(f"no dialect {dialect!r}, or no error to render")
        headers = {header.name.text() or "": header.value.text() or "" for header in out.headers[:out.header_count]}
        return Answer(out.http_status, headers, ctypes.string_at(out.body.ptr, out.body.len), bool(out.retryable))

    def backoff(self, policy: str, attempt: int, random01: float) -> float | None:
        """Seconds until the last verdict's request should be sent again, or None: do not. attempt: 0 after the first failure."""
        wait = _lib.errnorm_backoff_ms(self._tables, byref(self._raw), _Views().str(policy), attempt, random01)
        return None if wait < 0 else wait / 1000

    def _copy(self) -> Verdict:
        raw = self._raw
        if raw.code == 0:
            return Verdict()
        return Verdict(
            code=_lib.errnorm_tables_code(self._tables, raw.code).contents.name.decode(),
            type=_lib.errnorm_type_name(raw.type).decode(), http_status=raw.http_status,
            retryable=bool(raw.flags & VERDICT_RETRYABLE), failover=_lib.errnorm_failover_name(raw.failover).decode(),
            fault=_lib.errnorm_fault_name(raw.fault).decode(),
            retry_after_ms=raw.retry_after_ms if raw.retry_after_ms >= 0 else None, param=raw.param.text(),
            message=raw.message.text(), provider=raw.provider.text(), provider_status=raw.provider_status or None,
            provider_code=raw.provider_code.text(), provider_type=raw.provider_type.text(),
            provider_request_id=raw.provider_request_id.text(),
            details={raw.details[i].name.text() or "": raw.details[i].value.text() or "" for i in range(raw.detail_count)},
            rule=raw.rule.text(), redacted=bool(raw.flags & VERDICT_REDACTED), fallback=bool(raw.flags & VERDICT_FALLBACK),
            fingerprint=raw.fingerprint)
