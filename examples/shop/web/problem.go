package web

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// A Problem is a refusal, in the form of RFC 9457.
type Problem struct {
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Errors []FieldProblem `json:"errors,omitempty"`
}

// A FieldProblem says what is wrong with one field or parameter.
type FieldProblem struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d: %s", p.Status, p.Detail) }

func (p *Problem) answer(w http.ResponseWriter) {
	p.Title = http.StatusText(p.Status)
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers only
	}
	send(w, p.Status, "application/problem+json", append(body, '\n'))
}

// NotFound is the problem of something that does not exist.
func NotFound(detail string) *Problem { return &Problem{Status: http.StatusNotFound, Detail: detail} }

// Invalid is the problem of fields that were understood and make no sense.
func Invalid(fields ...FieldProblem) *Problem {
	return &Problem{Status: http.StatusUnprocessableEntity, Detail: "the request has invalid fields", Errors: fields}
}
