"""Upstreams that fail in every way, on loopback: the path of a request says what happens to it.

What they answer is written from the providers' documentation of their errors.
"""
import asyncio
import json
import socket
import struct

SECRET = "sk-proj-T3stT3stT3stT3stT3stT3stT3stT3st"


def answer(status, body, *headers, kind="application/json"):
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    head = [f"HTTP/1.1 {status} Status", f"content-type: {kind}", f"content-length: {len(data)}", *headers, "", ""]
    return "\r\n".join(head).encode() + data


def openai(message, kind, code=None):
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def events(*items, end=True):
    """A chunked stream of server-sent events, one a chunk; without its end where the connection is to break."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    chunks = [f"data: {item if isinstance(item, str) else json.dumps(item)}\n\n".encode() for item in items]
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + (b"0\r\n\r\n" if end else b"")


DELTA = {"id": "c1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}
DONE = {"id": "c1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
COMPLETION = {"id": "c1", "object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"},
                                                                     "finish_reason": "stop"}]}
CDN_PAGE = ("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
            "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n")

ANSWERS = {
    "/ok": answer(200, COMPLETION),
    "/rate": answer(429, openai("Rate limit reached for gpt-4o in organization org-AbCdEfGhIjKlMnOpQrStUvWx on requests per min (RPM): "
                                "Limit 500, Used 500, Requested 1. Please try again in 120ms.", "requests", "rate_limit_exceeded"),
                    "retry-after: 1", "x-request-id: req_upstream1"),
    "/quota": answer(429, openai("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota",
                                 "insufficient_quota")),
    "/key": answer(401, openai(f"Incorrect API key provided: {SECRET}.", "invalid_request_error", "invalid_api_key")),
    "/long": answer(400, openai("This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please "
                                "reduce the length of the messages.", "invalid_request_error", "context_length_exceeded")),
    "/overloaded": answer(529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
    "/cdn": answer(502, CDN_PAGE, kind="text/html"),
    "/inside": answer(200, {"error": {"message": "The server had an error while processing your request.", "type": "server_error",
                                      "param": None, "code": None}}),
    "/no-room": answer(503, openai("no room in the inn", "server_error")),
    "/stream": events(DELTA, DONE, "[DONE]"),
    "/stream-breaks": events(DELTA, end=False),
    "/stream-fails": events(DELTA, openai("The server had an error while processing your request.", "server_error")),
    "/stream-fails-at-once": events({"error": {"message": "Overloaded", "type": "server_error", "code": "server_is_overloaded"}}),
    "/cut": answer(200, COMPLETION)[:-20],
    "/garbage": b"SSH-2.0-OpenSSH_9.2\r\n",
    "/closed": b"",
}


async def serve(reader, writer):
    """HTTP/1.1 as little as the gateway needs it."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:"))
            await reader.readexactly(length)
            path = head.split(" ")[1]
            if path == "/hangs":
                await asyncio.sleep(30)
            elif path == "/resets":
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                break
            else:
                writer.write(ANSWERS[path])
                await writer.drain()
                if path in ("/cut", "/garbage", "/closed", "/stream-breaks"):
                    break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def main(ports):
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    ports.put(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def run(ports):
    """For multiprocessing.Process: puts its port into the queue, and serves until it is ended."""
    try:
        asyncio.run(main(ports))
    except KeyboardInterrupt:
        pass
