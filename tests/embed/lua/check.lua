-- For the tests: `check.lua soak N` translates, renders and raises N times; one time in two hundred it makes a translator, and is refused one.
local errnorm = require "errnorm"

local function resident()
	for line in io.lines("/proc/self/status") do
		local kib = line:match("^VmRSS:%s+(%d+)")
		if kib then return tonumber(kib) end
	end
end

local function write(name, text)
	local file = assert(io.open(name, "w"))
	file:write(text):close()
	return name
end

-- What is wrong with a call is an error of Lua's, and nothing is left behind.
local function wrong_calls(translator)
	assert(translator:translate({ status = 200, body = '{"choices":[{"message":{"content":"hello"}}]}' }, "openai") == nil)
	assert(not pcall(translator.translate, translator, { status = 500 }, "no_such_dialect"))
	assert(not pcall(translator.translate, translator, { status = 500, secrets = { 17 } }, "openai"))
	assert(not pcall(translator.translate, translator, { status = 500 }))
	assert(not pcall(translator.translate, {}, { status = 500 }, "openai"))
	assert(not pcall(translator.raise, translator, "no_such_code", "openai"))
end

local good = write("good.json", [[{"errnorm":1,"provider":"acme","rules":[{"id":"full","when":{"message":"no room"},"then":"queue_full"}]}]])
local bad = write("bad.json", "{")
local rounds = tonumber(arg[2])
local translator, settled
for i = 1, rounds do
	if i % 200 == 1 then
		translator = assert(errnorm.new(good))
		assert(select(2, errnorm.new(bad)):find("bad.json:1:", 1, true))
		wrong_calls(translator)
		collectgarbage() -- which cannot see how large the last one was
	end
	local verdict, answer = translator:translate({ provider = "acme", status = 503, headers = { ["retry-after"] = "2" },
		secrets = { "sk-acme-123456" }, body = '{"error":{"message":"no room for sk-acme-123456"}}' }, "openai")
	assert(verdict.code == "queue_full" and verdict.retry_after_ms == 2000 and not answer.body:find("123456", 1, true))
	verdict, answer = translator:raise("model_not_found", "anthropic")
	assert(verdict.fault == "caller" and answer.status == 404)
	if i == rounds // 4 then
		collectgarbage()
		settled = resident()
	end
end
collectgarbage()
print("grown_kib", resident() - settled)
