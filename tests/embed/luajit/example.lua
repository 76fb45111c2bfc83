-- What errnorm does, in twenty lines of Lua: luajit example.lua
local errnorm = require "errnorm"
local ACME = [[{"errnorm":1,"provider":"acme","inherit":["openai_compatible"],"rules":[{"id":"acme-no-room",]]
	.. [["when":{"status":503,"message":"no room in the inn"},"then":"provider_overloaded"}]}]]

local tables = assert(errnorm.tables())
local translator = assert(tables:translator())
local verdict = translator:translate {
	provider = "anthropic", status = 529, headers = { ["retry-after"] = "20" },
	body = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
}
print(("%s: answer %d, %s after %d ms, fail over to another %s"):format(verdict.code, verdict.http_status,
	verdict.retryable and "try again" or "do not try again", verdict.retry_after_ms, verdict.failover))
local answer = translator:render("openai")
print(("%d %s, retry-after %s"):format(answer.status, answer.headers["content-type"], answer.headers["retry-after"]))
print(answer.body)

local custom = assert(errnorm.tables { texts = { { "acme.json", ACME } } })
verdict = custom:translator():translate { provider = "acme", status = 503, body = '{"error":{"message":"no room in the inn"}}' }
print(verdict.rule .. ": " .. verdict.code)

local refused, diagnostics = errnorm.tables { texts = { { "acme.json", (ACME:gsub("message", "mesage")) } } }
print(refused or tostring(diagnostics))
