-- For the tests: `check.lua layout` prints what the binding declares, `check.lua soak N` loads, translates, renders and frees N times.
local ffi = require "ffi"
local errnorm = require "errnorm"

local function layout()
	for struct, body in errnorm.cdef:gmatch("struct (errnorm_[%w_]+) (%b{});") do
		print("size", struct, ffi.sizeof("struct " .. struct))
		for declaration in body:gsub("%b[]", ""):gmatch("[^;{}]+;") do
			for field in declaration:gmatch("([%w_]+)%s*[,;]") do
				print("field", struct .. "." .. field, (ffi.offsetof("struct " .. struct, field)))
			end
		end
	end
	for constant in errnorm.cdef:gmatch("(ERRNORM_[%w_]+) =") do print("const", constant, ffi.C[constant]) end
end

local function resident()
	for line in io.lines("/proc/self/status") do
		local kib = line:match("^VmRSS:%s+(%d+)")
		if kib then return tonumber(kib) end
	end
end

local function soak(rounds)
	local texts = {
		{ "acme.json", [[{"errnorm":1,"provider":"acme","facts":{"message":["error.message"]},]]
			.. [["rules":[{"id":"full","when":{"message":"no room"},"then":"queue_full"}]}]] },
		{ "any.json", [[{"errnorm":1,"shared":"any","rank":90,"rules":[{"id":"any","when":{},"then":"provider_error"}]}]] },
	}
	local settled
	for i = 1, rounds do
		local tables = assert(errnorm.tables { builtin = false, texts = texts })
		local translator = assert(tables:translator())
		local verdict = translator:translate { provider = "acme", status = 503, body = '{"error":{"message":"no room"}}' }
		assert(verdict.code == "queue_full")
		assert(not errnorm.tables { builtin = false, texts = { { "bad.json", "{" } } })
		translator:close()
		tables:close()
		if i == math.floor(rounds / 4) then collectgarbage() settled = resident() end
	end
	collectgarbage()
	print("grown_kib", resident() - settled)
end

if arg[1] == "layout" then layout() else soak(tonumber(arg[2])) end
