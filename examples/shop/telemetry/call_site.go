package telemetry

import (
	"runtime"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// The packages of the shop, and those of them that only carry out what the others ask for.
const shopPackages = "github.com/tidemark/tidemark/examples/shop"

var carriers = []string{"/database.", "/inventory.", "/telemetry."}

// CallSite is the line of the shop's code that asks for what is going on, as attributes of its span: a trace that shows what was
// slow is to show where it was written.
func CallSite() []attribute.KeyValue {
	var callers [48]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
	for {
		frame, more := frames.Next()
		if asks(frame.Function) {
			return []attribute.KeyValue{
				semconv.CodeFunctionName(frame.Function), semconv.CodeFilePath(frame.File), semconv.CodeLineNumber(frame.Line),
			}
		}
		if !more {
			return nil
		}
	}
}

func asks(function string) bool {
	rest, ours := strings.CutPrefix(function, shopPackages)
	if !ours {
		return false
	}
	for _, carrier := range carriers {
		if strings.HasPrefix(rest, carrier) {
			return false
		}
	}
	return true
}
