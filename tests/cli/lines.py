"""Lines for `errnorm translate --jsonl`: responses of many kinds, some bad, some huge. The same arguments give the same lines.

usage: lines.py COUNT [--plain] >LINES     --plain: neither bad lines nor huge ones
"""
import json
import random
import sys

# provider, status, headers, body; {n} is a number that differs from line to line
RESPONSES = [
    ("openai", 429, {"retry-after-ms": "870"}, {"error": {"message": "Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used {n}, Requested 1022. Please try again in 870ms.", "type": "tokens", "param": None, "code": "rate_limit_exceeded"}}),
    ("openai", 400, {}, {"error": {"message": "This model's maximum context length is 8192 tokens. However, your messages resulted in {n} tokens.", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}),
    ("anthropic", 529, {"retry-after": "20"}, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_{n}"}),
    ("gemini", 503, {}, {"error": {"code": 503, "message": "The model is overloaded. Please try again later.", "status": "UNAVAILABLE"}}),
    ("groq", 404, {}, {"error": {"message": "The model `m-{n}` does not exist or you do not have access to it.", "type": "invalid_request_error", "code": "model_not_found"}}),
    ("azure", 401, {}, {"error": {"code": "401", "message": "Access denied due to invalid subscription key."}}),
    (None, 502, {"server": "nginx"}, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>"),
    ("openai", 200, {}, {"id": "chatcmpl-{n}", "object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}}]}),
    ("acme", 418, {}, {"error": {"message": "The kettle of tenant {n} is out of water", "code": "no_water"}}),
    ("acme", 418, {}, {"error": {"message": "A lid is missing on kettle {n}"}}),
]
BAD = ['{"status":429', "not JSON", "", "[1]", '{"status":"four"}', '{"status":401,"transport":"warp"}']


def lines(count, plain=False, seed=7):
    rand = random.Random(seed)
    for number in range(count):
        pick = rand.random()
        if not plain and pick < 0.01:
            yield rand.choice(BAD)
            continue
        provider, status, headers, body = rand.choice(RESPONSES)
        if not plain and pick > 0.9995:
            body = "x" * rand.choice([200_000, 2_000_000])
        line = {"provider": provider, "status": status, "headers": headers, "body": body}
        yield json.dumps(line).replace("{n}", str(rand.randrange(100000)))
    if not plain:
        yield json.dumps({"status": 500, "body": "y" * (17 << 20)})
        yield '{"status":500}'


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]), "--plain" in sys.argv):
        sys.stdout.write(line + "\n")
