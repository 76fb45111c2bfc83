-- What errnorm does, in twenty lines of Lua: lua5.3 example.lua
local errnorm = require "errnorm"
local ACME = [[{"errnorm":1,"provider":"acme","inherit":["openai_compatible"],"rules":[{"id":"acme-no-room",]]
	.. [["when":{"status":503,"message":"no room in the inn"},"then":"provider_overloaded"}]}]]

local function load(text)
	local file = assert(io.open("acme.json", "w"))
	file:write(text):close()
	return errnorm.new("acme.json")
end

local verdict, answer = assert(errnorm.new()):translate({
	provider = "anthropic", status = 529, headers = { ["retry-after"] = "20" },
	body = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
}, "openai")
print(("%s: answer %d, %s after %d ms, fail over to another %s"):format(verdict.code, verdict.http_status,
	verdict.retryable and "try again" or "do not try again", verdict.retry_after_ms, verdict.failover))
print(("%d %s, retry-after %s"):format(answer.status, answer.headers["content-type"], answer.headers["retry-after"]))
print(answer.body)

verdict = assert(load(ACME)):translate({ provider = "acme", status = 503, body = '{"error":{"message":"no room in the inn"}}' }, "openai")
print(verdict.rule .. ": " .. verdict.code)

local refused, diagnostics = load((ACME:gsub("message", "mesage")))
print(refused or diagnostics)
