//! errnorm for Rust: declarations and a safe wrapper, std only. Copy this file and link with `-l errnorm`.
//!
//! ```ignore
//! let tables = errnorm::Tables::builtin()?;    // one for the process: Clone, Send, Sync
//! let mut translator = tables.translator()?;   // one for each thread: Send
//! let verdict = translator.translate(&Response { provider: "openai", status: 429, headers: &h, body: &b, ..Default::default() })?;
//! let answer = verdict.render("openai");
//! ```
//!
//! A verdict borrows from the translator and from the response, as its strings do: the compiler keeps both until it is gone.

#![allow(dead_code)] // a gateway seldom needs all of it

use std::ffi::{CStr, CString};
use std::fmt;
use std::marker::PhantomData;
use std::os::raw::{c_char, c_int};
use std::ptr;

/// Exactly the headers' declarations, of those that are used here.
#[allow(non_camel_case_types)]
pub mod sys {
    use std::os::raw::{c_char, c_int, c_void};

    macro_rules! structs {
        ($($name:ident { $($field:ident: $kind:ty),* })*) => {
            $(#[repr(C)] #[derive(Clone, Copy)] pub struct $name { $(pub $field: $kind,)* })*

            /// Sizes and offsets, a line each, as the layout test reads them.
            pub fn layout() -> String {
                let mut lines = String::new();
                $({
                    let value = std::mem::MaybeUninit::<$name>::uninit();
                    let at = value.as_ptr();
                    lines += &format!("size {} {}\n", stringify!($name), std::mem::size_of::<$name>());
                    $(
                        let field = unsafe { ptr::addr_of!((*at).$field) } as usize - at as usize;
                        lines += &format!("field {}.{} {}\n", stringify!($name), stringify!($field).trim_start_matches("r#"), field);
                    )*
                })*
                lines
            }
        };
    }

    macro_rules! constants {
        ($($name:ident: $kind:ty = $value:expr;)*) => {
            $(pub const $name: $kind = $value;)*

            pub fn constants() -> String {
                [$(format!("const {} {}\n", stringify!($name), $name)),*].concat()
            }
        };
    }

    use std::ptr;

    structs! {
        errnorm_str { ptr: *const c_char, len: usize }
        errnorm_header { name: errnorm_str, value: errnorm_str }
        errnorm_detail { name: errnorm_str, value: errnorm_str }
        errnorm_response {
            size: usize, provider: errnorm_str, http_status: i32, transport: u32, flags: u32, reserved: u32,
            headers: *const errnorm_header, header_count: usize, body: errnorm_str, now_ms: i64,
            secrets: *const errnorm_str, secret_count: usize
        }
        errnorm_verdict {
            size: usize, code: u32, r#type: u32, http_status: i32, failover: u32, fault: u32, flags: u32, retry_after_ms: i64,
            provider_status: i32, rule_line: u32, rule: errnorm_str, rule_file: errnorm_str, param: errnorm_str,
            message: errnorm_str, provider: errnorm_str, provider_code: errnorm_str, provider_type: errnorm_str,
            provider_request_id: errnorm_str, details: *const errnorm_detail, detail_count: usize, fingerprint: u64
        }
        errnorm_raise {
            size: usize, provider: errnorm_str, param: errnorm_str, message: errnorm_str, details: *const errnorm_detail,
            detail_count: usize, retry_after_ms: i64, flags: u32, reserved: u32, secrets: *const errnorm_str, secret_count: usize
        }
        errnorm_render {
            size: usize, dialect: errnorm_str, form: u32, message: u32, request_id: errnorm_str, sequence_number: i64
        }
        errnorm_rendered {
            size: usize, http_status: i32, retryable: u32, header_count: usize,
            headers: [errnorm_header; ERRNORM_RENDERED_HEADER_MAX], body: errnorm_str
        }
        errnorm_diag {
            size: usize, id: u32, severity: u32, line: u32, column: u32, file: errnorm_str, rule: errnorm_str,
            message: errnorm_str, hint: errnorm_str
        }
        errnorm_code_info {
            code: u32, r#type: u32, http_status: i32, http_status_byok: i32, retryable: u32, failover: u32, fault: u32,
            fault_byok: u32, name: *const c_char, message: *const c_char
        }
    }

    constants! {
        ERRNORM_RESPONSE_BYOK: u32 = 1;
        ERRNORM_RESPONSE_STREAM_BEGUN: u32 = 2;
        ERRNORM_RESPONSE_BODY_CUT: u32 = 4;
        ERRNORM_VERDICT_RETRYABLE: u32 = 1;
        ERRNORM_VERDICT_REDACTED: u32 = 2;
        ERRNORM_VERDICT_FALLBACK: u32 = 16;
        ERRNORM_RENDER_ANSWER: u32 = 0;
        ERRNORM_RENDER_STREAM: u32 = 1;
        ERRNORM_RENDERED_HEADER_MAX: usize = 16;
    }

    #[link(name = "errnorm")]
    extern "C" {
        pub fn errnorm_translate(tables: *const c_void, scratch: *mut c_void, response: *const errnorm_response, ret: *mut errnorm_verdict) -> c_int;
        pub fn errnorm_raise(tables: *const c_void, scratch: *mut c_void, code: u32, raise: *const errnorm_raise, ret: *mut errnorm_verdict) -> c_int;
        pub fn errnorm_render(
            tables: *const c_void, verdict: *const errnorm_verdict, how: *const errnorm_render, ret: *mut errnorm_rendered,
            buf: *mut c_char, cap: usize,
        ) -> usize;
        pub fn errnorm_backoff_ms(tables: *const c_void, verdict: *const errnorm_verdict, policy: errnorm_str, attempt: u32, random01: f64) -> i64;
        pub fn errnorm_scratch_new(tables: *const c_void, alloc: *const c_void, ret: *mut *mut c_void) -> c_int;
        pub fn errnorm_scratch_free(scratch: *mut c_void) -> *mut c_void;
        pub fn errnorm_tables_builtin(alloc: *const c_void, ret: *mut *mut c_void) -> c_int;
        pub fn errnorm_tables_ref(tables: *mut c_void) -> *mut c_void;
        pub fn errnorm_tables_unref(tables: *mut c_void) -> *mut c_void;
        pub fn errnorm_tables_code(tables: *const c_void, code: u32) -> *const errnorm_code_info;
        pub fn errnorm_tables_code_from_name(tables: *const c_void, name: errnorm_str) -> u32;
        pub fn errnorm_type_name(number: u32) -> *const c_char;
        pub fn errnorm_failover_name(number: u32) -> *const c_char;
        pub fn errnorm_fault_name(number: u32) -> *const c_char;
        pub fn errnorm_transport_from_name(name: errnorm_str) -> u32;
        pub fn errnorm_builder_new(alloc: *const c_void, ret: *mut *mut c_void) -> c_int;
        pub fn errnorm_builder_free(builder: *mut c_void) -> *mut c_void;
        pub fn errnorm_builder_add_builtin(builder: *mut c_void) -> c_int;
        pub fn errnorm_builder_add_text(builder: *mut c_void, name: errnorm_str, text: errnorm_str) -> c_int;
        pub fn errnorm_builder_add_path(builder: *mut c_void, path: *const c_char) -> c_int;
        pub fn errnorm_builder_finish(builder: *mut c_void, ret: *mut *mut c_void) -> c_int;
        pub fn errnorm_builder_diag_count(builder: *const c_void) -> usize;
        pub fn errnorm_builder_diag(builder: *const c_void, index: usize) -> *const errnorm_diag;
        pub fn errnorm_diag_format(diag: *const errnorm_diag, buf: *mut c_char, cap: usize) -> usize;
    }
}

type Handle = *mut std::os::raw::c_void;

/// Why a call failed: tables with mistakes, a line for each; or the library's return code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    Tables(Vec<String>),
    Call(i32),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Tables(lines) => f.write_str(&lines.join("\n")),
            Error::Call(rc) => write!(f, "errnorm: return code {rc}"),
        }
    }
}

impl std::error::Error for Error {}

fn check(rc: c_int) -> Result<(), Error> {
    if rc == 0 { Ok(()) } else { Err(Error::Call(rc)) }
}

/// Empty is what the library calls none: no provider, no body.
fn view(bytes: &[u8]) -> sys::errnorm_str {
    sys::errnorm_str { ptr: if bytes.is_empty() { ptr::null() } else { bytes.as_ptr().cast() }, len: bytes.len() }
}

/// The library's strings are UTF-8, which is checked all the same: it costs less than trust would.
unsafe fn text<'a>(view: sys::errnorm_str) -> Option<&'a str> {
    if view.ptr.is_null() {
        return None;
    }
    std::str::from_utf8(std::slice::from_raw_parts(view.ptr.cast(), view.len)).ok()
}

unsafe fn name(pointer: *const c_char) -> &'static str {
    if pointer.is_null() { "" } else { CStr::from_ptr(pointer).to_str().unwrap_or("") }
}

/// What is known of providers: immutable, counted, for any number of threads.
pub struct Tables(Handle);

unsafe impl Send for Tables {}
unsafe impl Sync for Tables {}

impl Clone for Tables {
    fn clone(&self) -> Self {
        Tables(unsafe { sys::errnorm_tables_ref(self.0) })
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        unsafe { sys::errnorm_tables_unref(self.0) };
    }
}

impl Tables {
    pub fn builtin() -> Result<Tables, Error> {
        let mut made = ptr::null_mut();
        check(unsafe { sys::errnorm_tables_builtin(ptr::null(), &mut made) })?;
        Ok(Tables(made))
    }

    pub fn translator(&self) -> Result<Translator, Error> {
        let mut scratch = ptr::null_mut();
        check(unsafe { sys::errnorm_scratch_new(self.0, ptr::null(), &mut scratch) })?;
        Ok(Translator { tables: self.clone(), scratch })
    }
}

/// Collects tables; those that are added later are asked earlier.
pub struct Builder(Handle);

impl Drop for Builder {
    fn drop(&mut self) {
        unsafe { sys::errnorm_builder_free(self.0) };
    }
}

impl Builder {
    pub fn new() -> Result<Builder, Error> {
        let mut made = ptr::null_mut();
        check(unsafe { sys::errnorm_builder_new(ptr::null(), &mut made) })?;
        Ok(Builder(made))
    }

    pub fn builtin(self) -> Result<Builder, Error> {
        self.accept(unsafe { sys::errnorm_builder_add_builtin(self.0) })?;
        Ok(self)
    }

    pub fn text(self, name: &str, text: &str) -> Result<Builder, Error> {
        self.accept(unsafe { sys::errnorm_builder_add_text(self.0, view(name.as_bytes()), view(text.as_bytes())) })?;
        Ok(self)
    }

    pub fn path(self, path: &str) -> Result<Builder, Error> {
        let path = CString::new(path).map_err(|_| Error::Call(-1))?;
        self.accept(unsafe { sys::errnorm_builder_add_path(self.0, path.as_ptr()) })?;
        Ok(self)
    }

    pub fn finish(self) -> Result<Tables, Error> {
        let mut made = ptr::null_mut();
        self.accept(unsafe { sys::errnorm_builder_finish(self.0, &mut made) })?;
        Ok(Tables(made))
    }

    fn accept(&self, rc: c_int) -> Result<(), Error> {
        if rc == 0 {
            return Ok(());
        }
        let mut lines = Vec::new();
        for index in 0..unsafe { sys::errnorm_builder_diag_count(self.0) } {
            let mut line = [0u8; 4096];
            let length = unsafe { sys::errnorm_diag_format(sys::errnorm_builder_diag(self.0, index), line.as_mut_ptr().cast(), line.len()) };
            lines.push(String::from_utf8_lossy(&line[..length.min(line.len() - 1)]).into_owned());
        }
        Err(if lines.is_empty() { Error::Call(rc) } else { Error::Tables(lines) })
    }
}

/// What an upstream answered; what is not known stays as `Default` has it.
#[derive(Default, Clone, Copy)]
pub struct Response<'a> {
    pub provider: &'a str,
    pub status: i32,
    /// How the connection failed: "read_timeout", "ECONNREFUSED", ...
    pub transport: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
    pub now_ms: i64,
    /// What must not survive in any output, such as the key that was sent.
    pub secrets: &'a [&'a str],
    pub byok: bool,
    pub stream_begun: bool,
    pub body_cut: bool,
}

/// One thread's working memory.
pub struct Translator {
    tables: Tables,
    scratch: Handle,
}

unsafe impl Send for Translator {}

impl Drop for Translator {
    fn drop(&mut self) {
        unsafe { sys::errnorm_scratch_free(self.scratch) };
    }
}

impl Translator {
    pub fn translate<'a>(&'a mut self, from: &Response<'a>) -> Result<Verdict<'a>, Error> {
        let headers: Vec<_> =
            from.headers.iter().map(|(name, value)| sys::errnorm_header { name: view(name.as_bytes()), value: view(value.as_bytes()) }).collect();
        let secrets: Vec<_> = from.secrets.iter().map(|secret| view(secret.as_bytes())).collect();
        let response = sys::errnorm_response {
            size: std::mem::size_of::<sys::errnorm_response>(),
            provider: view(from.provider.as_bytes()),
            http_status: from.status,
            transport: unsafe { sys::errnorm_transport_from_name(view(from.transport.as_bytes())) },
            flags: if from.byok { sys::ERRNORM_RESPONSE_BYOK } else { 0 }
                | if from.stream_begun { sys::ERRNORM_RESPONSE_STREAM_BEGUN } else { 0 }
                | if from.body_cut { sys::ERRNORM_RESPONSE_BODY_CUT } else { 0 },
            reserved: 0,
            headers: headers.as_ptr(),
            header_count: headers.len(),
            body: view(from.body),
            now_ms: from.now_ms,
            secrets: secrets.as_ptr(),
            secret_count: secrets.len(),
        };
        self.verdict(|tables, scratch, ret| unsafe { sys::errnorm_translate(tables, scratch, &response, ret) })
    }

    /// An error of the gateway's own, by its code.
    pub fn raise<'a>(&'a mut self, code: &str, param: &'a str, message: &'a str) -> Result<Verdict<'a>, Error> {
        let mut raise: sys::errnorm_raise = unsafe { std::mem::zeroed() };
        raise.size = std::mem::size_of::<sys::errnorm_raise>();
        raise.param = view(param.as_bytes());
        raise.message = view(message.as_bytes());
        let number = unsafe { sys::errnorm_tables_code_from_name(self.tables.0, view(code.as_bytes())) };
        self.verdict(|tables, scratch, ret| unsafe { sys::errnorm_raise(tables, scratch, number, &raise, ret) })
    }

    fn verdict(&mut self, make: impl FnOnce(Handle, Handle, &mut sys::errnorm_verdict) -> c_int) -> Result<Verdict<'_>, Error> {
        let mut raw: sys::errnorm_verdict = unsafe { std::mem::zeroed() };
        raw.size = std::mem::size_of::<sys::errnorm_verdict>();
        check(make(self.tables.0, self.scratch, &mut raw))?;
        Ok(Verdict { raw, tables: &self.tables, borrowed: PhantomData })
    }
}

/// What happened. `code()` None: not an error, and nothing else is set.
pub struct Verdict<'a> {
    raw: sys::errnorm_verdict,
    tables: &'a Tables,
    borrowed: PhantomData<&'a mut Translator>,
}

impl<'a> Verdict<'a> {
    pub fn code(&self) -> Option<&'a str> {
        unsafe { sys::errnorm_tables_code(self.tables.0, self.raw.code).as_ref().map(|info| name(info.name)) }
    }
    pub fn type_(&self) -> &'static str {
        unsafe { name(sys::errnorm_type_name(self.raw.r#type)) }
    }
    pub fn http_status(&self) -> i32 {
        self.raw.http_status
    }
    pub fn retryable(&self) -> bool {
        self.raw.flags & sys::ERRNORM_VERDICT_RETRYABLE != 0
    }
    pub fn redacted(&self) -> bool {
        self.raw.flags & sys::ERRNORM_VERDICT_REDACTED != 0
    }
    pub fn fallback(&self) -> bool {
        self.raw.flags & sys::ERRNORM_VERDICT_FALLBACK != 0
    }
    pub fn failover(&self) -> &'static str {
        unsafe { name(sys::errnorm_failover_name(self.raw.failover)) }
    }
    pub fn fault(&self) -> &'static str {
        unsafe { name(sys::errnorm_fault_name(self.raw.fault)) }
    }
    pub fn retry_after_ms(&self) -> Option<i64> {
        (self.raw.retry_after_ms >= 0).then_some(self.raw.retry_after_ms)
    }
    pub fn rule(&self) -> Option<&str> {
        unsafe { text(self.raw.rule) }
    }
    pub fn param(&self) -> Option<&str> {
        unsafe { text(self.raw.param) }
    }
    pub fn message(&self) -> Option<&str> {
        unsafe { text(self.raw.message) }
    }
    pub fn provider(&self) -> Option<&str> {
        unsafe { text(self.raw.provider) }
    }
    pub fn provider_status(&self) -> i32 {
        self.raw.provider_status
    }
    pub fn provider_code(&self) -> Option<&str> {
        unsafe { text(self.raw.provider_code) }
    }
    pub fn provider_type(&self) -> Option<&str> {
        unsafe { text(self.raw.provider_type) }
    }
    pub fn provider_request_id(&self) -> Option<&str> {
        unsafe { text(self.raw.provider_request_id) }
    }
    pub fn fingerprint(&self) -> u64 {
        self.raw.fingerprint
    }
    pub fn details(&self) -> impl Iterator<Item = (&str, &str)> {
        let count = if self.raw.details.is_null() { 0 } else { self.raw.detail_count };
        (0..count).map(move |index| unsafe {
            let detail = *self.raw.details.add(index);
            (text(detail.name).unwrap_or(""), text(detail.value).unwrap_or(""))
        })
    }

    /// The answer of a dialect; None if there is no such dialect, or no error.
    pub fn render(&self, dialect: &str) -> Option<Answer> {
        self.rendered(dialect, sys::ERRNORM_RENDER_ANSWER, "")
    }

    /// A frame that ends a stream which has begun.
    pub fn render_stream(&self, dialect: &str) -> Option<Answer> {
        self.rendered(dialect, sys::ERRNORM_RENDER_STREAM, "")
    }

    pub fn rendered(&self, dialect: &str, form: u32, request_id: &str) -> Option<Answer> {
        let mut how: sys::errnorm_render = unsafe { std::mem::zeroed() };
        how.size = std::mem::size_of::<sys::errnorm_render>();
        how.dialect = view(dialect.as_bytes());
        how.form = form;
        how.request_id = view(request_id.as_bytes());
        let mut out: sys::errnorm_rendered = unsafe { std::mem::zeroed() };
        out.size = std::mem::size_of::<sys::errnorm_rendered>();
        let mut buf = vec![0u8; 2048];
        loop {
            let need = unsafe { sys::errnorm_render(self.tables.0, &self.raw, &how, &mut out, buf.as_mut_ptr().cast(), buf.len()) };
            if need < buf.len() {
                break;
            }
            buf.resize(need + 1, 0);
        }
        if out.http_status == 0 {
            return None;
        }
        let owned = |view| unsafe { text(view) }.unwrap_or("").to_string();
        Some(Answer {
            status: out.http_status,
            retryable: out.retryable != 0,
            headers: out.headers[..out.header_count].iter().map(|header| (owned(header.name), owned(header.value))).collect(),
            body: owned(out.body),
        })
    }

    /// Milliseconds until the request should be sent again, or None: do not. attempt: 0 after the first failure.
    pub fn backoff_ms(&self, policy: &str, attempt: u32, random01: f64) -> Option<i64> {
        let wait = unsafe { sys::errnorm_backoff_ms(self.tables.0, &self.raw, view(policy.as_bytes()), attempt, random01) };
        (wait >= 0).then_some(wait)
    }
}

/// What the gateway's client gets.
pub struct Answer {
    pub status: i32,
    pub retryable: bool,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
