"""What errnorm does, in twenty lines of Python: python3 example.py"""
import errnorm

ACME = ('{"errnorm":1,"provider":"acme","inherit":["openai_compatible"],"rules":[{"id":"acme-no-room",'
        '"when":{"status":503,"message":"no room in the inn"},"then":"provider_overloaded"}]}')

with errnorm.Tables() as tables, tables.translator() as translator:
    verdict = translator.translate(provider="anthropic", status=529, headers={"retry-after": "20"},
                                   body=b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}')
    again = "try again" if verdict.retryable else "do not try again"
    print(f"{verdict.code}: answer {verdict.http_status}, {again} after {verdict.retry_after_ms} ms, "
          f"fail over to another {verdict.failover}")
    answer = translator.render("openai")
    print(f"{answer.status} {answer.headers['content-type']}, retry-after {answer.headers['retry-after']}")
    print(answer.body.decode())

with errnorm.Tables(texts={"acme.json": ACME}) as tables, tables.translator() as translator:
    verdict = translator.translate(provider="acme", status=503, body='{"error":{"message":"no room in the inn"}}')
    print(f"{verdict.rule}: {verdict.code}")

try:
    errnorm.Tables(texts={"acme.json": ACME.replace("message", "mesage")})
except errnorm.TableError as error:
    print("\n".join(error.diagnostics))
