/*
 * errnorm.c - errnorm for PUC Lua 5.3 and 5.4 (HAProxy), which have no FFI: the whole binding. Copy this file.
 *
 *   cc -shared -fPIC errnorm.c -o errnorm.so $(pkg-config --cflags lua5.3) $(pkg-config --cflags --libs errnorm)
 *
 *   local errnorm = require "errnorm"
 *   local translator = assert(errnorm.new("/etc/gateway/mappings"))  -- no path: the built-in tables alone
 *   local verdict, answer = translator:translate({ provider = "openai", status = 429, headers = h, body = b }, "openai")
 *   local verdict, answer = translator:raise("model_not_found", "anthropic")
 *
 * A verdict comes together with its answer, for HAProxy may stop a Lua function between any two instructions and run another
 * request: what the scratch holds is old by then. Both are tables of copies. nil: there was no error.
 */
#include <errnorm/errnorm.h>
#include <errnorm/load.h>
#include <errnorm/render.h>
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#define CLASS "errnorm.translator"

enum { HEADERS = 128, SECRETS = 16 };

struct translator {
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
	char buf[16384];
};

/* A view of a string of the table at index, which keeps it as long as the table is on the stack; anything else is absent. */
static struct errnorm_str field(lua_State *lua, int index, const char *name)
{
	struct errnorm_str str = {NULL, 0};

	if (lua_getfield(lua, index, name) == LUA_TSTRING)
		str.ptr = lua_tolstring(lua, -1, &str.len);
	lua_pop(lua, 1);
	return str;
}

static void set(lua_State *lua, const char *name, struct errnorm_str value)
{
	if (!value.ptr)
		return;
	lua_pushlstring(lua, value.ptr, value.len);
	lua_setfield(lua, -2, name);
}

static int64_t integer(lua_State *lua, int index, const char *name)
{
	int64_t value;

	lua_getfield(lua, index, name);
	value = (int64_t)lua_tonumber(lua, -1);
	lua_pop(lua, 1);
	return value;
}

static size_t read_headers(lua_State *lua, int index, struct errnorm_header *headers)
{
	size_t count = 0;

	if (lua_getfield(lua, index, "headers") == LUA_TTABLE) {
		for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
			struct errnorm_header *header = &headers[count];

			if (count == HEADERS || lua_type(lua, -2) != LUA_TSTRING || lua_type(lua, -1) != LUA_TSTRING)
				continue;
			header->name.ptr = lua_tolstring(lua, -2, &header->name.len);
			header->value.ptr = lua_tolstring(lua, -1, &header->value.len);
			count++;
		}
	}
	lua_pop(lua, 1);
	return count;
}

/* None may be missed: one that is no string, or one too many, is an error. */
static size_t read_secrets(lua_State *lua, int index, struct errnorm_str *secrets)
{
	size_t count = 0, i;

	if (lua_getfield(lua, index, "secrets") == LUA_TTABLE) {
		count = lua_rawlen(lua, -1);
		if (count > SECRETS)
			luaL_error(lua, "more than %d secrets", SECRETS);
		for (i = 0; i < count; i++) {
			if (lua_rawgeti(lua, -1, (lua_Integer)i + 1) != LUA_TSTRING)
				luaL_error(lua, "a secret that is no string");
			secrets[i].ptr = lua_tolstring(lua, -1, &secrets[i].len);
			lua_pop(lua, 1);
		}
	}
	lua_pop(lua, 1);
	return count;
}

static void push_verdict(lua_State *lua, const struct errnorm_tables *tables, const struct errnorm_verdict *verdict)
{
	lua_newtable(lua);
	lua_pushstring(lua, errnorm_tables_code(tables, verdict->code)->name);
	lua_setfield(lua, -2, "code");
	lua_pushstring(lua, errnorm_failover_name(verdict->failover));
	lua_setfield(lua, -2, "failover");
	lua_pushstring(lua, errnorm_fault_name(verdict->fault));
	lua_setfield(lua, -2, "fault");
	lua_pushboolean(lua, (verdict->flags & ERRNORM_VERDICT_RETRYABLE) != 0);
	lua_setfield(lua, -2, "retryable");
	lua_pushinteger(lua, verdict->http_status);
	lua_setfield(lua, -2, "http_status");
	set(lua, "provider", verdict->provider);
	set(lua, "message", verdict->message);
	set(lua, "rule", verdict->rule);
	if (verdict->retry_after_ms >= 0) {
		lua_pushinteger(lua, verdict->retry_after_ms);
		lua_setfield(lua, -2, "retry_after_ms");
	}
}

/* The verdict and its answer; or nothing, where there was no error. about: the table that may have a request_id; 0: none. */
static int push(lua_State *lua, struct translator *self, const struct errnorm_verdict *verdict,
		struct errnorm_str dialect, int about)
{
	struct errnorm_render how = {.size = sizeof how, .dialect = dialect};
	struct errnorm_rendered answer = {.size = sizeof answer};
	char *buf = self->buf;
	size_t need, i;

	if (verdict->code == ERRNORM_CODE_NONE)
		return 0;
	if (about)
		how.request_id = field(lua, about, "request_id");
	push_verdict(lua, self->tables, verdict);
	need = errnorm_render(self->tables, verdict, &how, &answer, buf, sizeof self->buf);
	if (need >= sizeof self->buf) {
		buf = lua_newuserdata(lua, need + 1);
		lua_insert(lua, -2);
		errnorm_render(self->tables, verdict, &how, &answer, buf, need + 1);
	}
	if (answer.http_status == 0)
		return luaL_error(lua, "no such dialect");
	lua_newtable(lua);
	lua_pushinteger(lua, answer.http_status);
	lua_setfield(lua, -2, "status");
	set(lua, "body", answer.body);
	lua_newtable(lua);
	for (i = 0; i < answer.header_count; i++) {
		lua_pushlstring(lua, answer.headers[i].name.ptr, answer.headers[i].name.len);
		lua_pushlstring(lua, answer.headers[i].value.ptr, answer.headers[i].value.len);
		lua_settable(lua, -3);
	}
	lua_setfield(lua, -2, "headers");
	return 2;
}

/* translator:translate({ provider, status, transport, headers = { name = value }, body, now_ms, secrets, request_id }, dialect) */
static int translate(lua_State *lua)
{
	struct translator *self = luaL_checkudata(lua, 1, CLASS);
	struct errnorm_header headers[HEADERS];
	struct errnorm_str secrets[SECRETS], dialect, transport;
	struct errnorm_response response = {.size = sizeof response, .headers = headers, .secrets = secrets};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	enum errnorm_rc rc;

	luaL_checktype(lua, 2, LUA_TTABLE);
	dialect.ptr = luaL_checklstring(lua, 3, &dialect.len);
	transport = field(lua, 2, "transport");
	response.provider = field(lua, 2, "provider");
	response.http_status = (int32_t)integer(lua, 2, "status");
	response.transport = transport.ptr ? errnorm_transport_from_name(transport) : ERRNORM_TRANSPORT_NONE;
	response.header_count = read_headers(lua, 2, headers);
	response.body = field(lua, 2, "body");
	response.now_ms = integer(lua, 2, "now_ms");
	response.secret_count = read_secrets(lua, 2, secrets);
	rc = errnorm_translate(self->tables, self->scratch, &response, &verdict);
	if (rc != ERRNORM_OK)
		return luaL_error(lua, "errnorm: return code %d", (int)rc);
	return push(lua, self, &verdict, dialect, 2);
}

/* translator:raise(code, dialect) */
static int raise(lua_State *lua)
{
	struct translator *self = luaL_checkudata(lua, 1, CLASS);
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_str code, dialect;
	uint32_t number;

	code.ptr = luaL_checklstring(lua, 2, &code.len);
	dialect.ptr = luaL_checklstring(lua, 3, &dialect.len);
	number = errnorm_tables_code_from_name(self->tables, code);
	if (errnorm_raise(self->tables, self->scratch, number, NULL, &verdict) != ERRNORM_OK)
		return luaL_argerror(lua, 2, "no such code");
	return push(lua, self, &verdict, dialect, 0);
}

/* The built-in tables with those of a file or folder over them; NULL where they have a mistake. Pushes why. */
static struct errnorm_tables *load(lua_State *lua, const char *path)
{
	struct errnorm_builder *builder;
	struct errnorm_tables *tables = NULL;
	char line[1024];
	size_t i;

	lua_pushliteral(lua, "errnorm: out of memory");
	if (errnorm_builder_new(NULL, &builder) != ERRNORM_OK)
		return NULL;
	if (errnorm_builder_add_builtin(builder) == ERRNORM_OK && errnorm_builder_add_path(builder, path) == ERRNORM_OK)
		(void)errnorm_builder_finish(builder, &tables);
	for (i = 0; i < errnorm_builder_diag_count(builder); i++) {
		errnorm_diag_format(errnorm_builder_diag(builder, i), line, sizeof line);
		if (i == 0)
			lua_pushstring(lua, line);
		else
			lua_pushfstring(lua, "%s\n%s", lua_tostring(lua, -1), line);
		lua_replace(lua, -2);
	}
	errnorm_builder_free(builder);
	return tables;
}

/* errnorm.new(path or nil): a translator for one Lua state; or nil and why */
static int new (lua_State *lua)
{
	const char *path = luaL_optstring(lua, 1, NULL);
	struct translator *self;

	lua_settop(lua, 1);
	self = lua_newuserdata(lua, sizeof *self);
	self->tables = NULL;
	self->scratch = NULL;
	luaL_setmetatable(lua, CLASS);
	lua_pushnil(lua);
	if (path) {
		self->tables = load(lua, path);
	} else {
		lua_pushliteral(lua, "errnorm: out of memory");
		(void)errnorm_tables_builtin(NULL, &self->tables);
	}
	if (!self->tables || errnorm_scratch_new(self->tables, NULL, &self->scratch) != ERRNORM_OK)
		return 2;
	lua_settop(lua, 2);
	return 1;
}

static int collect(lua_State *lua)
{
	struct translator *self = luaL_checkudata(lua, 1, CLASS);

	self->scratch = errnorm_scratch_free(self->scratch);
	self->tables = errnorm_tables_unref(self->tables);
	return 0;
}

int luaopen_errnorm(lua_State *lua);

int luaopen_errnorm(lua_State *lua)
{
	static const luaL_Reg methods[] = {{"translate", translate}, {"raise", raise}, {"__gc", collect}, {NULL, NULL}};
	static const luaL_Reg functions[] = {{"new", new}, {NULL, NULL}};

	luaL_newmetatable(lua, CLASS);
	luaL_setfuncs(lua, methods, 0);
	lua_pushvalue(lua, -1);
	lua_setfield(lua, -2, "__index");
	luaL_newlib(lua, functions);
	return 1;
}
