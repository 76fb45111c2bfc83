// Package errnorm turns any upstream failure of an AI provider into one stable answer: the C library through cgo. Copy this file.
//
//	tables, err := errnorm.Builtin()          // one for the process, for any number of goroutines
//	translator, err := tables.Translator()    // one goroutine at a time; a sync.Pool suits it
//	verdict, err := translator.Translate(errnorm.Response{Provider: "openai", Status: 429, Header: header, Body: body})
//	answer, ok := translator.Render("openai", errnorm.Options{}) // of the last verdict
//
// Verdicts and answers are copies. Structs and constants are those of the installed headers, read by cgo.
package errnorm

/*
#cgo pkg-config: errnorm
#include <errnorm/errnorm.h>
#include <errnorm/load.h>
#include <errnorm/render.h>
#include <stdlib.h>
#include <string.h>
*/
import "C"

import (
	"fmt"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

// TableError is what tables with mistakes give: a line for each.
type TableError struct{ Diagnostics []string }

func (e *TableError) Error() string { return strings.Join(e.Diagnostics, "\n") }

func check(rc C.enum_errnorm_rc) error {
	if rc == C.ERRNORM_OK {
		return nil
	}
	return fmt.Errorf("errnorm: return code %d", int(rc))
}

// arena holds copies of Go's strings in C's memory: a struct that C reads must not point into Go's.
type arena struct {
	mem  unsafe.Pointer
	size int
	used int
}

// room makes room for n bytes; views that were handed out before are void.
func (a *arena) room(n int) {
	if n > a.size {
		C.free(a.mem)
		a.mem, a.size = C.malloc(C.size_t(n)), n
	}
	a.used = 0
}

func (a *arena) str(s string) C.struct_errnorm_str {
	at := a.take(len(s))
	copy(unsafe.Slice((*byte)(at), len(s)), s)
	if s == "" {
		return C.struct_errnorm_str{}
	}
	return C.struct_errnorm_str{ptr: (*C.char)(at), len: C.size_t(len(s))}
}

// take gives n bytes, aligned for any type.
func (a *arena) take(n int) unsafe.Pointer {
	at := unsafe.Add(a.mem, a.used)
	a.used += (n + 15) &^ 15
	return at
}

const pad = 16

func text(s C.struct_errnorm_str) string {
	if s.ptr == nil {
		return ""
	}
	return C.GoStringN(s.ptr, C.int(s.len))
}

// Tables is what is known of providers: immutable, for any number of goroutines.
type Tables struct{ handle *C.struct_errnorm_tables }

func own(handle *C.struct_errnorm_tables) *Tables {
	t := &Tables{handle}
	runtime.SetFinalizer(t, (*Tables).Close)
	return t
}

// Close gives the memory back without waiting for the collector. Translators that were made go on.
func (t *Tables) Close() {
	t.handle = C.errnorm_tables_unref(t.handle)
	runtime.SetFinalizer(t, nil)
}

// Builtin gives the built-in tables alone, which need no parsing.
func Builtin() (*Tables, error) {
	var handle *C.struct_errnorm_tables
	if err := check(C.errnorm_tables_builtin(nil, &handle)); err != nil {
		return nil, err
	}
	return own(handle), nil
}

// Source is a table of your own: a file or folder, or a text with a name for diagnostics.
type Source struct{ Path, Name, Text string }

// Load gives the tables of sources, over the built-in ones if builtin is set; the last source is asked first.
func Load(builtin bool, sources ...Source) (*Tables, error) {
	var builder *C.struct_errnorm_builder
	if err := check(C.errnorm_builder_new(nil, &builder)); err != nil {
		return nil, err
	}
	defer C.errnorm_builder_free(builder)
	if builtin {
		if err := check(C.errnorm_builder_add_builtin(builder)); err != nil {
			return nil, err
		}
	}
	var mem arena
	defer func() { C.free(mem.mem) }()
	for _, source := range sources {
		mem.room(len(source.Path) + len(source.Name) + len(source.Text) + 4*pad)
		var rc C.enum_errnorm_rc
		if source.Path != "" {
			path := mem.str(source.Path + "\x00")
			rc = C.errnorm_builder_add_path(builder, path.ptr)
		} else {
			rc = C.errnorm_builder_add_text(builder, mem.str(source.Name), mem.str(source.Text))
		}
		if rc != C.ERRNORM_OK {
			return nil, refusal(builder, rc)
		}
	}
	var handle *C.struct_errnorm_tables
	if rc := C.errnorm_builder_finish(builder, &handle); rc != C.ERRNORM_OK {
		return nil, refusal(builder, rc)
	}
	return own(handle), nil
}

func refusal(builder *C.struct_errnorm_builder, rc C.enum_errnorm_rc) error {
	var lines []string
	line := (*C.char)(C.malloc(4096))
	defer C.free(unsafe.Pointer(line))
	for i := C.size_t(0); i < C.errnorm_builder_diag_count(builder); i++ {
		C.errnorm_diag_format(C.errnorm_builder_diag(builder, i), line, 4096)
		lines = append(lines, C.GoString(line))
	}
	if lines == nil {
		return check(rc)
	}
	return &TableError{lines}
}

// Response is what an upstream answered; what is not known stays zero.
type Response struct {
	Provider   string
	Status     int
	Transport  string              // how the connection failed: "read_timeout", "ECONNREFUSED"
	Header     map[string][]string // an http.Header
	Body       []byte
	Now        time.Time
	Secrets    []string // what must not survive in any output, such as the key that was sent
	BYOK       bool
	Begun, Cut bool // the stream has begun; the body is only its beginning
}

// Verdict is what happened. Code "": no error, and nothing else is set.
type Verdict struct {
	Code, Type                                              string
	HTTPStatus                                              int
	Retryable                                               bool
	Failover, Fault                                         string
	RetryAfter                                              time.Duration // negative: the upstream did not say
	Param, Message                                          string
	Provider, ProviderCode, ProviderType, ProviderRequestID string
	ProviderStatus                                          int
	Details                                                 map[string]string
	Rule                                                    string
	Redacted, Fallback                                      bool
	Fingerprint                                             uint64
}

// Answer is what the gateway's client gets.
type Answer struct {
	Status    int
	Header    map[string]string
	Body      []byte
	Retryable bool
}

// Options of Render.
type Options struct {
	Stream         bool // a frame that ends a stream which has begun
	RequestID      string
	SequenceNumber int64
}

// Translator is the working memory of one goroutine at a time, with the last verdict that was made in it.
type Translator struct {
	tables  *C.struct_errnorm_tables
	scratch *C.struct_errnorm_scratch
	verdict *C.struct_errnorm_verdict
	in, out arena
}

// Translator makes one.
func (t *Tables) Translator() (*Translator, error) {
	var scratch *C.struct_errnorm_scratch
	if err := check(C.errnorm_scratch_new(t.handle, nil, &scratch)); err != nil {
		return nil, err
	}
	made := &Translator{tables: C.errnorm_tables_ref(t.handle), scratch: scratch}
	made.verdict = (*C.struct_errnorm_verdict)(C.calloc(1, C.sizeof_struct_errnorm_verdict))
	made.verdict.size = C.sizeof_struct_errnorm_verdict
	runtime.SetFinalizer(made, (*Translator).Close)
	return made, nil
}

// Close gives the memory back without waiting for the collector.
func (t *Translator) Close() {
	t.scratch = C.errnorm_scratch_free(t.scratch)
	t.tables = C.errnorm_tables_unref(t.tables)
	C.free(unsafe.Pointer(t.verdict))
	C.free(t.in.mem)
	C.free(t.out.mem)
	t.verdict, t.in, t.out = nil, arena{}, arena{}
	runtime.SetFinalizer(t, nil)
}

// Translate says what happened.
func (t *Translator) Translate(from Response) (Verdict, error) {
	headers, need := 0, C.sizeof_struct_errnorm_response+len(from.Provider)+len(from.Transport)+len(from.Body)+8*pad
	for name, values := range from.Header {
		for _, value := range values {
			need += C.sizeof_struct_errnorm_header + len(name) + len(value) + 2*pad
			headers++
		}
	}
	for _, secret := range from.Secrets {
		need += C.sizeof_struct_errnorm_str + len(secret) + 2*pad
	}
	t.in.room(need)
	response := (*C.struct_errnorm_response)(t.in.take(C.sizeof_struct_errnorm_response))
	list := (*C.struct_errnorm_header)(t.in.take(headers * C.sizeof_struct_errnorm_header))
	secrets := (*C.struct_errnorm_str)(t.in.take(len(from.Secrets) * C.sizeof_struct_errnorm_str))
	at := 0
	for name, values := range from.Header {
		for _, value := range values {
			unsafe.Slice(list, headers)[at] = C.struct_errnorm_header{name: t.in.str(name), value: t.in.str(value)}
			at++
		}
	}
	for i, secret := range from.Secrets {
		unsafe.Slice(secrets, len(from.Secrets))[i] = t.in.str(secret)
	}
	*response = C.struct_errnorm_response{
		size: C.sizeof_struct_errnorm_response, provider: t.in.str(from.Provider), http_status: C.int32_t(from.Status),
		transport: C.errnorm_transport_from_name(t.in.str(from.Transport)), headers: list, header_count: C.size_t(headers),
		secrets: secrets, secret_count: C.size_t(len(from.Secrets)),
	}
	if from.Body != nil {
		body := t.in.take(len(from.Body))
		copy(unsafe.Slice((*byte)(body), len(from.Body)), from.Body)
		response.body = C.struct_errnorm_str{ptr: (*C.char)(body), len: C.size_t(len(from.Body))}
	}
	if !from.Now.IsZero() {
		response.now_ms = C.int64_t(from.Now.UnixMilli())
	}
	if from.BYOK {
		response.flags |= C.ERRNORM_RESPONSE_BYOK
	}
	if from.Begun {
		response.flags |= C.ERRNORM_RESPONSE_STREAM_BEGUN
	}
	if from.Cut {
		response.flags |= C.ERRNORM_RESPONSE_BODY_CUT
	}
	if err := check(C.errnorm_translate(t.tables, t.scratch, response, t.verdict)); err != nil {
		return Verdict{}, err
	}
	return t.copied(), nil
}

// Raise makes a verdict of an error of the gateway's own, by its code; param and message may be "".
func (t *Translator) Raise(code, param, message string) (Verdict, error) {
	t.in.room(C.sizeof_struct_errnorm_raise + len(code) + len(param) + len(message) + 8*pad)
	about := (*C.struct_errnorm_raise)(t.in.take(C.sizeof_struct_errnorm_raise))
	*about = C.struct_errnorm_raise{size: C.sizeof_struct_errnorm_raise, param: t.in.str(param), message: t.in.str(message)}
	number := C.errnorm_tables_code_from_name(t.tables, t.in.str(code))
	if err := check(C.errnorm_raise(t.tables, t.scratch, number, about, t.verdict)); err != nil {
		return Verdict{}, err
	}
	return t.copied(), nil
}

// Render gives the last verdict as a client of that API gets it; false if there is no such dialect, or no error.
func (t *Translator) Render(dialect string, options Options) (Answer, bool) {
	const fixed = C.sizeof_struct_errnorm_render + C.sizeof_struct_errnorm_rendered + 8*pad
	for cap := 16384; ; {
		t.out.room(fixed + len(dialect) + len(options.RequestID) + cap)
		how := (*C.struct_errnorm_render)(t.out.take(C.sizeof_struct_errnorm_render))
		out := (*C.struct_errnorm_rendered)(t.out.take(C.sizeof_struct_errnorm_rendered))
		*how = C.struct_errnorm_render{size: C.sizeof_struct_errnorm_render, dialect: t.out.str(dialect),
			request_id: t.out.str(options.RequestID), sequence_number: C.int64_t(options.SequenceNumber)}
		if options.Stream {
			how.form = C.ERRNORM_RENDER_STREAM
		}
		*out = C.struct_errnorm_rendered{size: C.sizeof_struct_errnorm_rendered}
		buf := t.out.take(cap)
		need := int(C.errnorm_render(t.tables, t.verdict, how, out, (*C.char)(buf), C.size_t(cap)))
		if need >= cap {
			cap = need + 1
			continue
		}
		if out.http_status == 0 {
			return Answer{}, false
		}
		answer := Answer{int(out.http_status), map[string]string{}, []byte(text(out.body)), out.retryable != 0}
		for _, header := range out.headers[:out.header_count] {
			answer.Header[text(header.name)] = text(header.value)
		}
		return answer, true
	}
}

// Backoff says how long to wait before the last verdict's request is sent again; false: do not. attempt: 0 after the first failure.
func (t *Translator) Backoff(policy string, attempt int, random01 float64) (time.Duration, bool) {
	t.out.room(len(policy) + pad)
	wait := C.errnorm_backoff_ms(t.tables, t.verdict, t.out.str(policy), C.uint32_t(attempt), C.double(random01))
	return time.Duration(wait) * time.Millisecond, wait >= 0
}

func (t *Translator) copied() Verdict {
	v := t.verdict
	if v.code == 0 {
		return Verdict{}
	}
	details := map[string]string{}
	for _, detail := range unsafe.Slice(v.details, v.detail_count) {
		details[text(detail.name)] = text(detail.value)
	}
	return Verdict{
		Code: C.GoString(C.errnorm_tables_code(t.tables, v.code).name), Type: C.GoString(C.errnorm_type_name(v._type)),
		HTTPStatus: int(v.http_status), Retryable: v.flags&C.ERRNORM_VERDICT_RETRYABLE != 0,
		Failover: C.GoString(C.errnorm_failover_name(v.failover)), Fault: C.GoString(C.errnorm_fault_name(v.fault)),
		RetryAfter: time.Duration(v.retry_after_ms) * time.Millisecond, Param: text(v.param), Message: text(v.message),
		Provider: text(v.provider), ProviderCode: text(v.provider_code), ProviderType: text(v.provider_type),
		ProviderRequestID: text(v.provider_request_id), ProviderStatus: int(v.provider_status), Details: details, Rule: text(v.rule),
		Redacted: v.flags&C.ERRNORM_VERDICT_REDACTED != 0, Fallback: v.flags&C.ERRNORM_VERDICT_FALLBACK != 0,
		Fingerprint: uint64(v.fingerprint),
	}
}
