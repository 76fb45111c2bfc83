-- An AI gateway inside of HAProxy: asks the upstreams of a model's route one after the other, passes on what succeeds, and answers what fails
-- through errnorm in the dialect of the path. A stream is held until it is whole, so that one that breaks off moves on, too.
--
-- haproxy.cfg loads it, once for each thread. With a mistake in the tables HAProxy does not start, and a reload leaves the old process as it is.

local errnorm = require "errnorm"
local routes = dofile(os.getenv("GATEWAY_ROUTES"))
local translator = assert(errnorm.new(os.getenv("GATEWAY_TABLES")))

local function now_ms()
	local now = core.now()
	return now.sec * 1000 + now.usec // 1000
end

-- The body in one of HTTP's three framings; true behind it if it came whole.
local function read_body(receive, headers)
	if headers["transfer-encoding"] ~= "chunked" then
		local length = tonumber(headers["content-length"])
		if length == 0 then return "", true end
		local body, _, partial = receive(length or "*a")
		body = body or partial or ""
		return body, not length or #body == length
	end
	local parts = {}
	while true do
		local line = receive("*l")
		local length = tonumber(line and line:match("^%x+") or "", 16)
		local piece = length and receive(length + 2) or ""
		parts[#parts + 1] = piece:sub(1, length)
		if not length or #piece < length + 2 then return table.concat(parts), false end
		if length == 0 then return table.concat(parts), true end
	end
end

-- What an upstream answered, as errnorm takes it. HAProxy's sockets say that a connection is over and not why: what was waited for, and for
-- how long, tells a time-out from a refusal and from an end.
local function ask(upstream, body)
	local response = { provider = upstream.provider, secrets = { upstream.key }, headers = {}, now_ms = now_ms() }
	local sock, timeout, since = core.tcp(), upstream.timeout or 60000, response.now_ms
	local function receive(what)
		since = now_ms()
		return sock:receive(what)
	end
	local function broken(late, early)
		response.transport = now_ms() - since >= timeout and late or early
		sock:close()
		return response
	end
	sock:settimeout(timeout / 1000)
	if not sock:connect(upstream.host, upstream.port) then return broken("connect_timeout", "refused") end
	sock:send(table.concat { "POST ", upstream.path, " HTTP/1.1\r\nhost: ", upstream.host, "\r\nauthorization: Bearer ", upstream.key,
		"\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ", tostring(#body), "\r\n\r\n", body })
	local line = receive("*l")
	if not line then return broken("read_timeout", "eof") end
	response.status = tonumber(line:match("^HTTP/1%.%d (%d%d%d)"))
	if not response.status then return broken("protocol", "protocol") end
	repeat
		line = receive("*l")
		if not line then return broken("read_timeout", "eof") end
		local name, value = line:match("^([^:]+):%s*(.-)%s*$")
		if name then response.headers[name:lower()] = value end
	until not name
	local whole
	response.body, whole = read_body(receive, response.headers)
	if not whole then return broken("read_timeout", "eof") end
	sock:close()
	return response
end

local function send(applet, answer, tried)
	applet:set_status(answer.status)
	for name, value in pairs(answer.headers) do applet:add_header(name, value) end
	applet:add_header("content-length", tostring(#answer.body))
	applet:add_header("x-tried", tried)
	applet:start_response()
	applet:send(answer.body)
end

local MOVES = { provider = true, credential = true } -- the failovers that another upstream of the route could help

core.register_service("gateway", "http", function(applet)
	local dialect, refuse, tried = applet:get_var("txn.dialect"), applet:get_var("txn.refuse"), {}
	local body = refuse and "" or applet:receive()
	local route = routes[body:match('"model"%s*:%s*"([^"]*)"')]
	if not route then
		local _, answer = translator:raise(refuse or "model_not_found", dialect)
		return send(applet, answer, "")
	end
	for i, upstream in ipairs(route) do
		tried[i] = upstream.provider
		local response = ask(upstream, body)
		response.request_id = applet:get_var("txn.request_id")
		local verdict, answer = translator:translate(response, dialect)
		if verdict then core.Info(upstream.provider .. ": " .. verdict.code .. " by " .. (verdict.rule or "?")) end
		if not (verdict and route[i + 1] and MOVES[verdict.failover]) then
			answer = answer or { status = response.status, headers = { ["content-type"] = response.headers["content-type"] }, body = response.body }
			return send(applet, answer, table.concat(tried, ", "))
		end
	end
end)
