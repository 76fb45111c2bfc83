// What errnorm does, in twenty lines of Go: go run ./example
package main

import (
	"errnorm"
	"fmt"
	"log"
	"strings"
)

const acme = `{"errnorm":1,"provider":"acme","inherit":["openai_compatible"],"rules":[{"id":"acme-no-room",` +
	`"when":{"status":503,"message":"no room in the inn"},"then":"provider_overloaded"}]}`

func main() {
	translator := must(must(errnorm.Builtin()).Translator())
	verdict := must(translator.Translate(errnorm.Response{
		Provider: "anthropic", Status: 529, Header: map[string][]string{"Retry-After": {"20"}},
		Body: []byte(`{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`),
	}))
	again := map[bool]string{true: "try again", false: "do not try again"}[verdict.Retryable]
	fmt.Printf("%s: answer %d, %s after %d ms, fail over to another %s\n", verdict.Code, verdict.HTTPStatus, again,
		verdict.RetryAfter.Milliseconds(), verdict.Failover)
	answer, _ := translator.Render("openai", errnorm.Options{})
	fmt.Printf("%d %s, retry-after %s\n%s\n", answer.Status, answer.Header["content-type"], answer.Header["retry-after"], answer.Body)

	custom := must(must(errnorm.Load(true, errnorm.Source{Name: "acme.json", Text: acme})).Translator())
	full := errnorm.Response{Provider: "acme", Status: 503, Body: []byte(`{"error":{"message":"no room in the inn"}}`)}
	verdict = must(custom.Translate(full))
	fmt.Printf("%s: %s\n", verdict.Rule, verdict.Code)

	_, err := errnorm.Load(true, errnorm.Source{Name: "acme.json", Text: strings.Replace(acme, "message", "mesage", 1)})
	fmt.Println(err)
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
