-- An AI gateway inside of nginx: asks the upstreams of a model's route one after the other, passes on what succeeds, and answers what fails through
-- errnorm in the dialect of the path. nginx.conf says which paths there are, routes.lua which models and upstreams.

local errnorm = require "errnorm"
local M = {}

local shared = ngx.shared.errnorm -- generation: how many tables have been accepted; text: the last of them
local routes, translator, generation

-- ------------------------------------------------------------------------------------------------ tables, and new ones

local function install(text)
	local tables, mistakes = errnorm.tables(text and { texts = { { "custom.json", text } } })
	if not tables then return nil, mistakes end
	local made, why = tables:translator()
	tables:close() -- the translator keeps them as long as it needs them
	if not made then return nil, why end
	if translator then translator:close() end
	translator = made
	return true
end

-- The tables that were accepted last, in this worker: every request looks, so that none is answered by older ones.
local function current()
	local newest = shared:get("generation") or 0
	if newest ~= generation then
		local ok, mistakes = install(shared:get("text"))
		if ok then generation = newest else ngx.log(ngx.ERR, "errnorm: ", tostring(mistakes)) end
	end
	return translator
end

function M.init(file)
	routes = dofile(file)
	assert(install())
	generation = 0
end

-- POST a table: checked here, then taken by every worker before its next answer; or refused, and the old one stays.
function M.reload()
	ngx.req.read_body()
	local text = ngx.req.get_body_data() or ""
	local ok, mistakes = install(text)
	if not ok then
		ngx.log(ngx.ERR, "errnorm: table refused:\n", tostring(mistakes))
		ngx.status = 422
		return ngx.say(tostring(mistakes))
	end
	shared:set("text", text)
	local mine = shared:incr("generation", 1, 0)
	generation = shared:get("text") == text and mine or nil -- nil: another worker took one at the same moment; look again
	local file = io.open("/proc/self/statm")
	local resident = file:read("*a"):match("^%d+ (%d+)")
	file:close()
	ngx.say("generation ", generation, ", worker ", ngx.worker.pid(), ", resident pages ", resident)
end

-- --------------------------------------------------------------------------------------------------- asking an upstream

-- What nginx's sockets say, as errnorm calls it; a time-out depends on what was waited for.
local TRANSPORT = {
	["connection refused"] = "refused", ["connection reset by peer"] = "reset", ["broken pipe"] = "reset", closed = "eof",
	["no route to host"] = "unreachable", ["network is unreachable"] = "unreachable", ["bad framing"] = "protocol",
}

local function transport(err, waiting)
	if err == "timeout" then return waiting end
	return TRANSPORT[err] or (err:find("could not be resolved", 1, true) and "dns") or "internal"
end

-- A function that gives the body's next piece; nil at its end; nil, why and what had come, where it breaks off.
local function pieces(sock, headers)
	local left, chunked = tonumber(headers["content-length"]), headers["transfer-encoding"] == "chunked"
	return function()
		if chunked then
			local line, err = sock:receive("*l")
			if not line then return nil, err end
			left = tonumber(line:match("^%x+") or "", 16)
			if not left then return nil, "bad framing" end
			local piece, why, partial = sock:receive(left + 2)
			if not piece then return nil, why, partial end
			return left > 0 and piece:sub(1, -3) or nil
		elseif not left then
			local piece, why = sock:receiveany(65536)
			return piece, why ~= "closed" and why or nil
		elseif left == 0 then
			return nil
		end
		local piece, why, partial = sock:receive(math.min(left, 65536))
		if not piece then return nil, why, partial end
		left = left - #piece
		return piece
	end
end

-- { status, headers, next } with the body still to be read, or { transport }: both are what errnorm wants to know.
local function ask(upstream, body)
	local sock = ngx.socket.tcp()
	sock:settimeouts(1000, 1000, upstream.timeout or 60000)
	local ok, err = sock:connect(upstream.host, upstream.port)
	if not ok then return { transport = transport(err, "connect_timeout") } end
	ok, err = sock:send { "POST ", upstream.path, " HTTP/1.1\r\nhost: ", upstream.host, "\r\nauthorization: Bearer ", upstream.key,
		"\r\ncontent-type: application/json\r\ncontent-length: ", #body, "\r\n\r\n", body }
	if not ok then return { transport = transport(err, "write_timeout") } end
	local field
	field, err = sock:receive("*l")
	if not field then return { transport = transport(err, "read_timeout") } end
	local status, headers = tonumber(field:match("^HTTP/1%.%d (%d%d%d)")), {}
	if not status then return { transport = "protocol" } end
	repeat
		field, err = sock:receive("*l")
		if not field then return { transport = transport(err, "read_timeout") } end
		local name, value = field:match("^([^:]+):%s*(.-)%s*$")
		if name then headers[name:lower()] = value end
	until field == ""
	return { status = status, headers = headers, next = pieces(sock, headers), sock = sock }
end

-- The whole body, or what came of it and how it broke off.
local function whole(answer)
	local parts, piece, err, partial = {}, nil, nil, nil
	repeat
		piece, err, partial = answer.next()
		parts[#parts + 1] = piece or partial
	until not piece
	if err or answer.headers.connection == "close" then
		answer.sock:close()
	else
		answer.sock:setkeepalive(10000, 64)
	end
	return table.concat(parts), err and transport(err, "read_timeout")
end

-- ---------------------------------------------------------------------------------------------------- answering a client

-- A verdict lives in the translator until the next one: from translate() to render() there must be nothing that lets another request run.
local function send(answer)
	ngx.status = answer.status
	for name, value in pairs(answer.headers) do ngx.header[name] = value end
	ngx.header["content-length"] = #answer.body
	ngx.print(answer.body)
end

function M.refuse(code, dialect)
	local mine = current()
	mine:raise(code)
	send(mine:render(dialect, { request_id = ngx.var.request_id }))
end

-- Passes a stream on, event by event. True if the client has got something; else *response* is the failure that came instead.
local function relay(answer, response, dialect)
	local held, piece, err = "", nil, nil
	repeat
		piece, err = answer.next()
		held = held .. (piece or "")
		local events = piece and held:match("^.*\n\r?\n") or not piece and held or ""
		response.body, response.transport = events, err and transport(err, "read_timeout")
		held = held:sub(#events + 1)
		if err or events ~= "" and current():translate(response).code then
			answer.sock:close()
			if not response.stream_begun then return false end
			local mine = current()
			mine:translate(response)
			ngx.print(mine:render(dialect, { stream = true }).body)
			return true
		elseif events ~= "" then
			if not response.stream_begun then ngx.header["content-type"] = answer.headers["content-type"] end
			response.stream_begun = true
			ngx.print(events)
			ngx.flush(true)
		end
	until not piece
	answer.sock:setkeepalive(10000, 64)
	return true
end

local MOVES = { provider = true, credential = true } -- the failovers that another upstream of the route could help

function M.serve(dialect)
	ngx.req.read_body()
	local body, tried = ngx.req.get_body_data() or "", {}
	local route = routes[body:match('"model"%s*:%s*"([^"]*)"')]
	if not route then return M.refuse("model_not_found", dialect) end
	for i, upstream in ipairs(route) do
		tried[i] = upstream.provider
		ngx.header["x-tried"] = table.concat(tried, ", ")
		local answer = ask(upstream, body)
		local response = { provider = upstream.provider, status = answer.status, headers = answer.headers,
			transport = answer.transport, secrets = { upstream.key }, now_ms = ngx.now() * 1000 }
		local streams = answer.status == 200 and (answer.headers["content-type"] or ""):find("event-stream", 1, true)
		if streams and relay(answer, response, dialect) then return end
		if answer.status and not streams then response.body, response.transport = whole(answer) end
		local mine = current()
		local verdict = mine:translate(response)
		if not verdict.code then
			return send { status = answer.status, headers = { ["content-type"] = answer.headers["content-type"] }, body = response.body }
		end
		ngx.log(ngx.INFO, upstream.provider, ": ", verdict.code, " by ", verdict.rule, ", ", verdict.fingerprint)
		if not (route[i + 1] and MOVES[verdict.failover]) then
			return send(mine:render(dialect, { request_id = ngx.var.request_id }))
		end
	end
end

return M
