-- errnorm for LuaJIT (OpenResty, nginx with Lua, plain luajit): the whole binding. Copy this file.
--
--   local errnorm = require "errnorm"
--   local tables = assert(errnorm.tables())          -- one for the process
--   local translator = assert(tables:translator())   -- one for each Lua state; not across a yield
--   local verdict = translator:translate { provider = "openai", status = 429, headers = h, body = b }
--   local answer = translator:render("openai")       -- of the last verdict
--
-- What fails returns nil and why. Verdicts and answers are plain tables of copied strings; nothing has to be freed by hand, and what
-- is large and outside of Lua's sight (tables) can be: tables:close(), translator:close().

local ffi = require "ffi"
local bit = require "bit"

local M = {}

-- Exactly the headers' declarations, of those that are used here.
M.cdef = [[
struct errnorm_str { const char *ptr; size_t len; };
struct errnorm_header { struct errnorm_str name, value; };
struct errnorm_detail { struct errnorm_str name, value; };
struct errnorm_response {
	size_t size;
	struct errnorm_str provider;
	int32_t http_status;
	uint32_t transport, flags, reserved;
	const struct errnorm_header *headers;
	size_t header_count;
	struct errnorm_str body;
	int64_t now_ms;
	const struct errnorm_str *secrets;
	size_t secret_count;
};
struct errnorm_verdict {
	size_t size;
	uint32_t code, type;
	int32_t http_status;
	uint32_t failover, fault, flags;
	int64_t retry_after_ms;
	int32_t provider_status;
	uint32_t rule_line;
	struct errnorm_str rule, rule_file;
	struct errnorm_str param, message, provider, provider_code, provider_type, provider_request_id;
	const struct errnorm_detail *details;
	size_t detail_count;
	uint64_t fingerprint;
};
struct errnorm_raise {
	size_t size;
	struct errnorm_str provider, param, message;
	const struct errnorm_detail *details;
	size_t detail_count;
	int64_t retry_after_ms;
	uint32_t flags, reserved;
	const struct errnorm_str *secrets;
	size_t secret_count;
};
struct errnorm_render {
	size_t size;
	struct errnorm_str dialect;
	uint32_t form, message;
	struct errnorm_str request_id;
	int64_t sequence_number;
};
struct errnorm_rendered {
	size_t size;
	int32_t http_status;
	uint32_t retryable;
	size_t header_count;
	struct errnorm_header headers[16];
	struct errnorm_str body;
};
struct errnorm_diag {
	size_t size;
	uint32_t id, severity, line, column;
	struct errnorm_str file, rule, message, hint;
};
enum {
	ERRNORM_RENDERED_HEADER_MAX = 16,
	ERRNORM_RESPONSE_BYOK = 1, ERRNORM_RESPONSE_STREAM_BEGUN = 2, ERRNORM_RESPONSE_BODY_CUT = 4,
	ERRNORM_RENDER_ANSWER = 0, ERRNORM_RENDER_STREAM = 1,
	ERRNORM_VERDICT_RETRYABLE = 1, ERRNORM_VERDICT_REDACTED = 2, ERRNORM_VERDICT_FALLBACK = 16
};
struct errnorm_tables; struct errnorm_scratch; struct errnorm_builder;
int errnorm_translate(const struct errnorm_tables *, struct errnorm_scratch *, const struct errnorm_response *, struct errnorm_verdict *);
int errnorm_raise(const struct errnorm_tables *, struct errnorm_scratch *, uint32_t, const struct errnorm_raise *, struct errnorm_verdict *);
size_t errnorm_render(const struct errnorm_tables *, const struct errnorm_verdict *, const struct errnorm_render *, struct errnorm_rendered *, char *, size_t);
int64_t errnorm_backoff_ms(const struct errnorm_tables *, const struct errnorm_verdict *, struct errnorm_str, uint32_t, double);
int errnorm_scratch_new(const struct errnorm_tables *, const void *, struct errnorm_scratch **);
struct errnorm_scratch *errnorm_scratch_free(struct errnorm_scratch *);
int errnorm_tables_builtin(const void *, struct errnorm_tables **);
struct errnorm_tables *errnorm_tables_ref(struct errnorm_tables *);
struct errnorm_tables *errnorm_tables_unref(struct errnorm_tables *);
uint32_t errnorm_tables_code_from_name(const struct errnorm_tables *, struct errnorm_str);
struct errnorm_code_info {
	uint32_t code, type;
	int32_t http_status, http_status_byok;
	uint32_t retryable, failover, fault, fault_byok;
	const char *name, *message;
};
const struct errnorm_code_info *errnorm_tables_code(const struct errnorm_tables *, uint32_t);
const char *errnorm_type_name(uint32_t);
const char *errnorm_failover_name(uint32_t);
const char *errnorm_fault_name(uint32_t);
uint32_t errnorm_transport_from_name(struct errnorm_str);
int errnorm_builder_new(const void *, struct errnorm_builder **);
struct errnorm_builder *errnorm_builder_free(struct errnorm_builder *);
int errnorm_builder_add_builtin(struct errnorm_builder *);
int errnorm_builder_add_text(struct errnorm_builder *, struct errnorm_str, struct errnorm_str);
int errnorm_builder_add_path(struct errnorm_builder *, const char *);
int errnorm_builder_finish(struct errnorm_builder *, struct errnorm_tables **);
size_t errnorm_builder_diag_count(const struct errnorm_builder *);
const struct errnorm_diag *errnorm_builder_diag(const struct errnorm_builder *, size_t);
size_t errnorm_diag_format(const struct errnorm_diag *, char *, size_t);
]]
ffi.cdef(M.cdef)

local C = ffi.C -- constants
local lib = ffi.load("liberrnorm.so.0")
local Response = ffi.typeof("struct errnorm_response")
local Verdict = ffi.typeof("struct errnorm_verdict")
local Str = ffi.typeof("struct errnorm_str")
local Strs = ffi.typeof("struct errnorm_str[?]")
local Headers = ffi.typeof("struct errnorm_header[?]")
local Details = ffi.typeof("struct errnorm_detail[?]")

-- A view of a Lua string: the string must be kept by somebody else as long as the view is used.
local function view(s)
	if s == nil then return Str() end
	return Str(s, #s)
end

local function text(s)
	if s.ptr == nil then return nil end
	return ffi.string(s.ptr, s.len)
end

local function name(cstring)
	if cstring == nil then return nil end
	return ffi.string(cstring)
end

local Tables, Translator = {}, {}
Tables.__index, Translator.__index = Tables, Translator

local Lines = { __tostring = function(lines) return table.concat(lines, "\n") end } -- so that assert() shows them

local function diagnostics(builder)
	local lines, buf = setmetatable({}, Lines), ffi.new("char[4096]")
	for i = 0, tonumber(lib.errnorm_builder_diag_count(builder)) - 1 do
		local diag = lib.errnorm_builder_diag(builder, i)
		local length = tonumber(lib.errnorm_diag_format(diag, buf, 4096))
		lines[#lines + 1] = ffi.string(buf, math.min(length, 4095))
	end
	return lines
end

-- The built-in tables and yours over them: { paths = { "/etc/gateway/mappings" }, texts = { { "acme.json", json } }, builtin = false }.
-- Returns nil and a list of diagnostics, one line each, if any of them has a mistake.
function M.tables(options)
	options = options or {}
	local made = ffi.new("struct errnorm_tables *[1]")
	if next(options) == nil then -- the built-in ones alone need no parsing
		if lib.errnorm_tables_builtin(nil, made) ~= 0 then return nil, setmetatable({ "out of memory" }, Lines) end
		return setmetatable({ handle = ffi.gc(made[0], lib.errnorm_tables_unref) }, Tables)
	end
	local slot = ffi.new("struct errnorm_builder *[1]")
	if lib.errnorm_builder_new(nil, slot) ~= 0 then return nil, setmetatable({ "out of memory" }, Lines) end
	local builder = ffi.gc(slot[0], lib.errnorm_builder_free)
	local rc = options.builtin == false and 0 or lib.errnorm_builder_add_builtin(builder)
	for _, path in ipairs(options.paths or {}) do
		if rc == 0 then rc = lib.errnorm_builder_add_path(builder, path) end
	end
	for _, pair in ipairs(options.texts or {}) do
		if rc == 0 then rc = lib.errnorm_builder_add_text(builder, view(pair[1]), view(pair[2])) end
	end
	if rc == 0 then rc = lib.errnorm_builder_finish(builder, made) end
	local lines = rc ~= 0 and diagnostics(builder) or nil
	lib.errnorm_builder_free(ffi.gc(builder, nil))
	if rc ~= 0 then
		if #lines == 0 then lines[1] = "errnorm: return code " .. rc end
		return nil, lines
	end
	return setmetatable({ handle = ffi.gc(made[0], lib.errnorm_tables_unref) }, Tables)
end

-- Not waiting for the collector, which cannot see how large they are. Translators that were made go on.
function Tables:close()
	if self.handle then lib.errnorm_tables_unref(ffi.gc(self.handle, nil)) end
	self.handle = nil
end

function Tables:translator()
	local slot = ffi.new("struct errnorm_scratch *[1]")
	local rc = lib.errnorm_scratch_new(self.handle, nil, slot)
	if rc ~= 0 then return nil, "errnorm: return code " .. rc end
	return setmetatable({
		tables = ffi.gc(lib.errnorm_tables_ref(self.handle), lib.errnorm_tables_unref),
		scratch = ffi.gc(slot[0], lib.errnorm_scratch_free),
		response = Response(),
		verdict = Verdict(ffi.sizeof(Verdict)),
		how = ffi.new("struct errnorm_render", ffi.sizeof("struct errnorm_render")),
		rendered = ffi.new("struct errnorm_rendered", ffi.sizeof("struct errnorm_rendered")),
		headers = Headers(32), header_cap = 32,
		buf = ffi.new("char[16384]"), cap = 16384,
	}, Translator)
end

function Translator:close()
	if self.scratch then
		lib.errnorm_scratch_free(ffi.gc(self.scratch, nil))
		lib.errnorm_tables_unref(ffi.gc(self.tables, nil))
	end
	self.scratch, self.tables = nil, nil
end

local function secrets(list)
	if not list or #list == 0 then return nil, 0 end
	local views = Strs(#list)
	for i, secret in ipairs(list) do views[i - 1] = view(secret) end
	return views, #list
end

local function copy(self)
	local v = self.verdict
	if v.code == 0 then return {} end
	local details = {}
	for i = 0, tonumber(v.detail_count) - 1 do
		details[text(v.details[i].name)] = text(v.details[i].value)
	end
	return {
		code = name(lib.errnorm_tables_code(self.tables, v.code).name),
		type = name(lib.errnorm_type_name(v.type)),
		http_status = v.http_status,
		retryable = bit.band(v.flags, C.ERRNORM_VERDICT_RETRYABLE) ~= 0,
		failover = name(lib.errnorm_failover_name(v.failover)),
		fault = name(lib.errnorm_fault_name(v.fault)),
		retry_after_ms = v.retry_after_ms >= 0 and tonumber(v.retry_after_ms) or nil,
		param = text(v.param), message = text(v.message),
		provider = text(v.provider), provider_status = v.provider_status,
		provider_code = text(v.provider_code), provider_type = text(v.provider_type),
		provider_request_id = text(v.provider_request_id),
		details = details, rule = text(v.rule),
		redacted = bit.band(v.flags, C.ERRNORM_VERDICT_REDACTED) ~= 0,
		fallback = bit.band(v.flags, C.ERRNORM_VERDICT_FALLBACK) ~= 0,
		fingerprint = bit.tohex(v.fingerprint),
	}
end

-- from: { provider, status, transport = "read_timeout", headers = { name = value or { values } }, body, now_ms, secrets = { key },
-- byok, stream_begun, body_cut }. Gives a verdict; its code is nil where there is no error.
function Translator:translate(from)
	local response, count = self.response, 0
	for key, value in pairs(from.headers or {}) do
		for _, one in ipairs(type(value) == "table" and value or { value }) do
			if count == self.header_cap then
				local larger = Headers(2 * count)
				ffi.copy(larger, self.headers, ffi.sizeof("struct errnorm_header") * count)
				self.headers, self.header_cap = larger, 2 * count
			end
			-- The view is of the caller's own string: a number's text would have nobody who keeps it.
			if type(one) == "string" then
				local header = self.headers[count]
				header.name.ptr, header.name.len = key, #key
				header.value.ptr, header.value.len = one, #one
				count = count + 1
			end
		end
	end
	local hidden, hidden_count = secrets(from.secrets)
	ffi.fill(response, ffi.sizeof(Response))
	response.size = ffi.sizeof(Response)
	response.provider = view(from.provider)
	response.http_status = from.status or 0
	response.transport = from.transport and lib.errnorm_transport_from_name(view(from.transport)) or 0
	response.flags = (from.byok and C.ERRNORM_RESPONSE_BYOK or 0)
		+ (from.stream_begun and C.ERRNORM_RESPONSE_STREAM_BEGUN or 0)
		+ (from.body_cut and C.ERRNORM_RESPONSE_BODY_CUT or 0)
	response.headers, response.header_count = self.headers, count
	response.body = view(from.body)
	response.now_ms = from.now_ms or 0
	response.secrets, response.secret_count = hidden, hidden_count
	local rc = lib.errnorm_translate(self.tables, self.scratch, response, self.verdict)
	if rc ~= 0 then return nil, "errnorm: return code " .. rc end
	self.kept = { from, hidden } -- the verdict's strings may be views of these
	return copy(self)
end

-- An error of the gateway's own by its code; about: { provider, param, message, retry_after_ms, details = { limit = "5" }, secrets, byok }.
function Translator:raise(code, about)
	about = about or {}
	local raise = ffi.new("struct errnorm_raise", ffi.sizeof("struct errnorm_raise"))
	local pairs_of, details = {}, nil
	for key, value in pairs(about.details or {}) do pairs_of[#pairs_of + 1] = { key, tostring(value) } end
	if #pairs_of > 0 then
		details = Details(#pairs_of)
		for i, pair in ipairs(pairs_of) do
			details[i - 1].name, details[i - 1].value = view(pair[1]), view(pair[2])
		end
	end
	local hidden, hidden_count = secrets(about.secrets)
	raise.provider, raise.param, raise.message = view(about.provider), view(about.param), view(about.message)
	raise.details, raise.detail_count = details, #pairs_of
	raise.retry_after_ms = about.retry_after_ms or 0
	raise.flags = about.byok and C.ERRNORM_RESPONSE_BYOK or 0
	raise.secrets, raise.secret_count = hidden, hidden_count
	local number = lib.errnorm_tables_code_from_name(self.tables, view(code))
	local rc = lib.errnorm_raise(self.tables, self.scratch, number, raise, self.verdict)
	if rc ~= 0 then return nil, "errnorm: return code " .. rc end
	self.kept = { about, pairs_of, details, hidden }
	return copy(self)
end

-- The last verdict as the answer of a dialect: { status, headers = { name = value }, body, retryable }; options: { stream = true,
-- request_id, sequence_number }. nil if there is no such dialect, or no error.
function Translator:render(dialect, options)
	options = options or {}
	local how, out = self.how, self.rendered
	how.dialect = view(dialect)
	how.form = options.stream and C.ERRNORM_RENDER_STREAM or C.ERRNORM_RENDER_ANSWER
	how.request_id = view(options.request_id)
	how.sequence_number = options.sequence_number or 0
	local need = tonumber(lib.errnorm_render(self.tables, self.verdict, how, out, self.buf, self.cap))
	if need >= self.cap then
		self.cap = need + 1
		self.buf = ffi.new("char[?]", self.cap)
		lib.errnorm_render(self.tables, self.verdict, how, out, self.buf, self.cap)
	end
	if out.http_status == 0 then return nil, "no such dialect, or nothing to render" end
	local headers = {}
	for i = 0, tonumber(out.header_count) - 1 do
		headers[text(out.headers[i].name)] = text(out.headers[i].value)
	end
	return { status = out.http_status, headers = headers, body = text(out.body), retryable = out.retryable == 1 }
end

-- Milliseconds until the request of the last verdict should be sent again, or nil: do not. attempt: 0 after the first failure.
function Translator:backoff(policy, attempt, random01)
	local wait = tonumber(lib.errnorm_backoff_ms(self.tables, self.verdict, view(policy), attempt, random01))
	return wait >= 0 and wait or nil
end

return M
