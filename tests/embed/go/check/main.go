// For the tests: check soak N loads, translates and frees N times.
package main

// #include <malloc.h>
import "C"

import (
	"errnorm"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
)

var (
	acme = errnorm.Source{Name: "acme.json", Text: `{"errnorm":1,"provider":"acme","facts":{"message":["error.message"]},"rules":[
  {"id":"full","when":{"message":"no room"},"then":"queue_full"}]}`}
	any_ = errnorm.Source{Name: "any.json", Text: `{"errnorm":1,"shared":"any","rank":90,"rules":[
  {"id":"any","when":{},"then":"provider_error"}]}`}
	bad = errnorm.Source{Name: "bad.json", Text: "{"}
)

// What the C side holds. The size of the process says less here: Go's own heap and the stacks of its threads come and go by megabytes.
func held() int {
	info := C.mallinfo2()
	return int(info.uordblks+info.hblkhd) / 1024
}

func main() {
	rounds, _ := strconv.Atoi(os.Args[2])
	settled := 0
	for i := 0; i < rounds; i++ {
		tables, err := errnorm.Load(false, acme, any_)
		if err != nil {
			log.Fatal(err)
		}
		translator, err := tables.Translator()
		if err != nil {
			log.Fatal(err)
		}
		verdict, err := translator.Translate(errnorm.Response{Provider: "acme", Status: 503, Body: []byte(`{"error":{"message":"no room"}}`)})
		if err != nil || verdict.Code != "queue_full" {
			log.Fatal(err, verdict)
		}
		translator.Close()
		tables.Close()
		var refused *errnorm.TableError
		if _, err := errnorm.Load(false, bad); !errors.As(err, &refused) {
			log.Fatal("a broken table was taken: ", err)
		}
		if i == rounds/4 {
			runtime.GC()
			settled = held()
		}
	}
	runtime.GC()
	fmt.Println("grown_kib", held()-settled)
}
