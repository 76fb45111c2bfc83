// errnorm for Node, through koffi (npm install koffi): the whole binding. Copy this file.
//
//   const tables = new errnorm.Tables();              // one for the process
//   const translator = tables.translator();           // one for each thread (worker)
//   const verdict = translator.translate({ provider: 'openai', status: 429, headers, body });
//   const answer = translator.render('openai');       // of the last verdict
//
// Verdicts and answers are copies. close() gives the memory back at once; `using` and the collector do so too.
'use strict';
const koffi = require('koffi');

const lib = koffi.load('liberrnorm.so.0');

const Str = koffi.struct('errnorm_str', { ptr: 'void *', len: 'size_t' });
const Header = koffi.struct('errnorm_header', { name: Str, value: Str });
const Detail = koffi.struct('errnorm_detail', { name: Str, value: Str });
const Response = koffi.struct('errnorm_response', {
	size: 'size_t', provider: Str, http_status: 'int32_t', transport: 'uint32_t', flags: 'uint32_t', reserved: 'uint32_t',
	headers: 'errnorm_header *', header_count: 'size_t', body: Str, now_ms: 'int64_t', secrets: 'errnorm_str *', secret_count: 'size_t',
});
const RawVerdict = koffi.struct('errnorm_verdict', {
	size: 'size_t', code: 'uint32_t', type: 'uint32_t', http_status: 'int32_t', failover: 'uint32_t', fault: 'uint32_t', flags: 'uint32_t',
	retry_after_ms: 'int64_t', provider_status: 'int32_t', rule_line: 'uint32_t', rule: Str, rule_file: Str, param: Str, message: Str,
	provider: Str, provider_code: Str, provider_type: Str, provider_request_id: Str, details: 'void *', detail_count: 'size_t',
	fingerprint: 'uint64_t',
});
const Raise = koffi.struct('errnorm_raise', {
	size: 'size_t', provider: Str, param: Str, message: Str, details: 'errnorm_detail *', detail_count: 'size_t', retry_after_ms: 'int64_t',
	flags: 'uint32_t', reserved: 'uint32_t', secrets: 'errnorm_str *', secret_count: 'size_t',
});
const Render = koffi.struct('errnorm_render', {
	size: 'size_t', dialect: Str, form: 'uint32_t', message: 'uint32_t', request_id: Str, sequence_number: 'int64_t',
});
const constants = {
	ERRNORM_RESPONSE_BYOK: 1, ERRNORM_RESPONSE_STREAM_BEGUN: 2, ERRNORM_RESPONSE_BODY_CUT: 4,
	ERRNORM_VERDICT_RETRYABLE: 1, ERRNORM_VERDICT_REDACTED: 2, ERRNORM_VERDICT_FALLBACK: 16,
	ERRNORM_RENDER_ANSWER: 0, ERRNORM_RENDER_STREAM: 1, ERRNORM_RENDERED_HEADER_MAX: 16,
};
const Rendered = koffi.struct('errnorm_rendered', {
	size: 'size_t', http_status: 'int32_t', retryable: 'uint32_t', header_count: 'size_t',
	headers: koffi.array(Header, constants.ERRNORM_RENDERED_HEADER_MAX), body: Str,
});
const Diag = koffi.struct('errnorm_diag', {
	size: 'size_t', id: 'uint32_t', severity: 'uint32_t', line: 'uint32_t', column: 'uint32_t', file: Str, rule: Str, message: Str, hint: Str,
});
const CodeInfo = koffi.struct('errnorm_code_info', {
	code: 'uint32_t', type: 'uint32_t', http_status: 'int32_t', http_status_byok: 'int32_t', retryable: 'uint32_t', failover: 'uint32_t',
	fault: 'uint32_t', fault_byok: 'uint32_t', name: 'const char *', message: 'const char *',
});

const C = {};
for (const prototype of [
	'int errnorm_translate(const void *tables, void *scratch, const errnorm_response *response, void *ret)',
	'int errnorm_raise(const void *tables, void *scratch, uint32_t code, const errnorm_raise *raise, void *ret)',
	'size_t errnorm_render(const void *tables, const void *verdict, const errnorm_render *how, _Inout_ errnorm_rendered *ret, void *buf, size_t cap)',
	'int64_t errnorm_backoff_ms(const void *tables, const void *verdict, errnorm_str policy, uint32_t attempt, double random01)',
	'int errnorm_scratch_new(const void *tables, const void *alloc, _Out_ void **ret)',
	'void *errnorm_scratch_free(void *scratch)',
	'int errnorm_tables_builtin(const void *alloc, _Out_ void **ret)',
	'void *errnorm_tables_ref(void *tables)',
	'void *errnorm_tables_unref(void *tables)',
	'const errnorm_code_info *errnorm_tables_code(const void *tables, uint32_t code)',
	'uint32_t errnorm_tables_code_from_name(const void *tables, errnorm_str name)',
	'const char *errnorm_type_name(uint32_t type)',
	'const char *errnorm_failover_name(uint32_t failover)',
	'const char *errnorm_fault_name(uint32_t fault)',
	'uint32_t errnorm_transport_from_name(errnorm_str name)',
	'int errnorm_builder_new(const void *alloc, _Out_ void **ret)',
	'void *errnorm_builder_free(void *builder)',
	'int errnorm_builder_add_builtin(void *builder)',
	'int errnorm_builder_add_text(void *builder, errnorm_str name, errnorm_str text)',
	'int errnorm_builder_add_path(void *builder, const char *path)',
	'int errnorm_builder_finish(void *builder, _Out_ void **ret)',
	'size_t errnorm_builder_diag_count(const void *builder)',
	'const void *errnorm_builder_diag(const void *builder, size_t index)',
	'size_t errnorm_diag_format(const void *diag, void *buf, size_t cap)',
]) C[prototype.match(/errnorm_(\w+)\(/)[1]] = lib.func(prototype);

const bytes = (value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)));

// A view of a string's bytes; the buffers go into `kept`, and must stay there as long as the view is used.
function view(value, kept) {
	if (value === undefined || value === null) return { ptr: null, len: 0 };
	const data = bytes(value);
	kept.push(data);
	return { ptr: data, len: data.length };
}

const text = (str) => (str.ptr === null ? null : str.len === 0 ? '' : koffi.decode.string(str.ptr, Number(str.len)));

class TableError extends Error {
	constructor(diagnostics) {
		super(diagnostics.join('\n'));
		this.name = 'TableError';
		this.diagnostics = diagnostics;
	}
}

function check(rc) {
	if (rc !== 0) throw new Error(`errnorm: return code ${rc}`);
}

function made(make) {
	const slot = [null];
	check(make(slot));
	return slot[0];
}

const forgotten = new FinalizationRegistry((release) => release());

// Pointers that are given back once.
class Handle {
	#release;
	_own(release) {
		this.#release = release;
		forgotten.register(this, release, this);
	}
	close() {
		forgotten.unregister(this);
		this.#release?.();
		this.#release = undefined;
	}
	[Symbol.dispose ?? Symbol.for('dispose')]() {
		this.close();
	}
}

// The built-in tables, and over them those of `paths` and `texts` ({ 'acme.json': json }), the last asked first.
class Tables extends Handle {
	constructor({ paths = [], texts = {}, builtin = true } = {}) {
		super();
		const plain = builtin && paths.length === 0 && Object.keys(texts).length === 0; // these need no parsing
		const handle = plain ? made((slot) => C.tables_builtin(null, slot)) : build(paths, texts, builtin);
		this._handle = handle;
		this._own(() => C.tables_unref(handle));
	}
	translator() {
		return new Translator(this);
	}
}

function build(paths, texts, builtin) {
	const builder = made((slot) => C.builder_new(null, slot));
	const accept = (rc) => {
		if (rc === 0) return;
		const line = Buffer.alloc(4096);
		const lines = Array.from({ length: Number(C.builder_diag_count(builder)) }, (_, index) => {
			const length = Number(C.diag_format(C.builder_diag(builder, index), line, line.length));
			return line.toString('utf8', 0, Math.min(length, line.length - 1));
		});
		if (lines.length > 0) throw new TableError(lines);
		check(rc);
	};
	try {
		if (builtin) accept(C.builder_add_builtin(builder));
		for (const path of paths) accept(C.builder_add_path(builder, path));
		for (const [name, json] of Object.entries(texts)) {
			const kept = [];
			accept(C.builder_add_text(builder, view(name, kept), view(json, kept)));
		}
		const slot = [null];
		accept(C.builder_finish(builder, slot));
		return slot[0];
	} finally {
		C.builder_free(builder);
	}
}

// One thread's working memory, and the last verdict that was made with it.
class Translator extends Handle {
	#scratch;
	#tables;
	#verdict = Buffer.alloc(koffi.sizeof(RawVerdict));
	#buf = Buffer.alloc(16384);
	#kept = [];

	constructor(tables) {
		super();
		const scratch = made((slot) => C.scratch_new(tables._handle, null, slot));
		const kept = C.tables_ref(tables._handle);
		this.#scratch = scratch;
		this.#tables = kept;
		this.#verdict.writeBigUInt64LE(BigInt(this.#verdict.length)); // size
		this._own(() => {
			C.scratch_free(scratch);
			C.tables_unref(kept);
		});
	}

	// { provider, status, transport: 'read_timeout', headers: { name: value or [values] }, body, now_ms, secrets: [key], byok,
	// stream_begun, body_cut }. The verdict's code is null where there is no error.
	translate({ provider, status = 0, transport, headers = {}, body, now_ms = 0, secrets = [], byok, stream_begun, body_cut }) {
		const kept = [];
		const listed = Object.entries(headers).flatMap(([name, values]) =>
			[values].flat().map((value) => ({ name: view(name, kept), value: view(value, kept) })));
		const response = {
			size: koffi.sizeof(Response), provider: view(provider, kept), http_status: status,
			transport: transport ? C.transport_from_name(view(transport, kept)) : 0,
			flags: (byok ? constants.ERRNORM_RESPONSE_BYOK : 0) | (stream_begun ? constants.ERRNORM_RESPONSE_STREAM_BEGUN : 0)
				| (body_cut ? constants.ERRNORM_RESPONSE_BODY_CUT : 0),
			reserved: 0, headers: listed, header_count: listed.length, body: view(body, kept), now_ms,
			secrets: secrets.map((secret) => view(secret, kept)), secret_count: secrets.length,
		};
		check(C.translate(this.#tables, this.#scratch, response, this.#verdict));
		this.#kept = kept; // the verdict's strings may be views of these
		return this.#copy();
	}

	// An error of the gateway's own, by its code.
	raise(code, { provider, param, message, details = {}, retry_after_ms = 0, byok, secrets = [] } = {}) {
		const kept = [];
		const listed = Object.entries(details).map(([name, value]) => ({ name: view(name, kept), value: view(value, kept) }));
		const raise = {
			size: koffi.sizeof(Raise), provider: view(provider, kept), param: view(param, kept), message: view(message, kept),
			details: listed, detail_count: listed.length, retry_after_ms, flags: byok ? constants.ERRNORM_RESPONSE_BYOK : 0, reserved: 0,
			secrets: secrets.map((secret) => view(secret, kept)), secret_count: secrets.length,
		};
		const number = C.tables_code_from_name(this.#tables, view(code, kept));
		check(C.raise(this.#tables, this.#scratch, number, raise, this.#verdict));
		this.#kept = kept;
		return this.#copy();
	}

	// The last verdict as a client of that API gets it; null if there is no such dialect, or no error.
	render(dialect, { stream = false, request_id, sequence_number = 0 } = {}) {
		const kept = [];
		const how = {
			size: koffi.sizeof(Render), dialect: view(dialect, kept), message: 0, request_id: view(request_id, kept), sequence_number,
			form: stream ? constants.ERRNORM_RENDER_STREAM : constants.ERRNORM_RENDER_ANSWER,
		};
		const none = { ptr: null, len: 0 };
		const empty = () => ({
			size: koffi.sizeof(Rendered), http_status: 0, retryable: 0, header_count: 0, body: none,
			headers: Array(constants.ERRNORM_RENDERED_HEADER_MAX).fill({ name: none, value: none }),
		});
		let out = empty();
		const need = Number(C.render(this.#tables, this.#verdict, how, out, this.#buf, this.#buf.length));
		if (need >= this.#buf.length) {
			this.#buf = Buffer.alloc(need + 1);
			out = empty();
			C.render(this.#tables, this.#verdict, how, out, this.#buf, this.#buf.length);
		}
		if (out.http_status === 0) return null;
		const headers = out.headers.slice(0, Number(out.header_count)).map((header) => [text(header.name), text(header.value)]);
		return { status: out.http_status, headers: Object.fromEntries(headers), body: text(out.body), retryable: out.retryable !== 0 };
	}

	// Milliseconds until the last verdict's request should be sent again, or null: do not. attempt: 0 after the first failure.
	backoff(policy, attempt, random01 = Math.random()) {
		const wait = Number(C.backoff_ms(this.#tables, this.#verdict, view(policy, []), attempt, random01));
		return wait < 0 ? null : wait;
	}

	#copy() {
		const raw = koffi.decode(this.#verdict, RawVerdict);
		if (raw.code === 0) return { code: null };
		const details = raw.detail_count ? koffi.decode(raw.details, Detail, Number(raw.detail_count)) : [];
		return {
			code: koffi.decode(C.tables_code(this.#tables, raw.code), CodeInfo).name,
			type: C.type_name(raw.type), http_status: raw.http_status,
			retryable: (raw.flags & constants.ERRNORM_VERDICT_RETRYABLE) !== 0,
			failover: C.failover_name(raw.failover), fault: C.fault_name(raw.fault),
			retry_after_ms: raw.retry_after_ms < 0 ? null : Number(raw.retry_after_ms),
			param: text(raw.param), message: text(raw.message), provider: text(raw.provider), provider_status: raw.provider_status || null,
			provider_code: text(raw.provider_code), provider_type: text(raw.provider_type),
			provider_request_id: text(raw.provider_request_id),
			details: Object.fromEntries(details.map((detail) => [text(detail.name), text(detail.value)])), rule: text(raw.rule),
			redacted: (raw.flags & constants.ERRNORM_VERDICT_REDACTED) !== 0,
			fallback: (raw.flags & constants.ERRNORM_VERDICT_FALLBACK) !== 0,
			fingerprint: BigInt(raw.fingerprint).toString(16).padStart(16, '0'),
		};
	}
}

const structs = { Str, Header, Detail, Response, RawVerdict, Raise, Render, Rendered, Diag, CodeInfo };
module.exports = { Tables, Translator, TableError, structs, constants };
