package bench

import (
	"errors"
	"fmt"
	"strings"
)

// A Field is a header's name and value.
type Field struct{ Name, Value string }

// Named reports whether the name can be a header's: RFC 9110, section 5.6.2.
func (f Field) Named() bool {
	return f.Name != "" && !strings.ContainsFunc(f.Name, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r) })
}

// written are the headers that the generator writes itself, and why. A second one would make the request mean something else.
var written = map[string]string{
	"content-length":    "it is that of the body",
	"transfer-encoding": "bodies are sent whole",
	"traceparent":       "each request has one of its own, by which its trace is found",
}

// Check says what is wrong with a header that is to be sent.
func (f Field) Check() error {
	if !f.Named() || strings.ContainsAny(f.Value, "\r\n\x00") {
		return errors.New("a header's name has no spaces or colons, and its value is one line")
	}
	if why, taken := written[strings.ToLower(f.Name)]; taken {
		return fmt.Errorf("leave %s out: %s", f.Name, why)
	}
	return nil
}
