package bench

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAnExemplarIsReadBack(t *testing.T) {
	e := Exemplar{Step: "pay", Method: "POST", Path: "/orders?a=1", Parameters: `{"users.id":7}`, TraceID: "4bf9", Outcome: Timeout, Status: 200, Start: 3 * time.Second,
		Wait: time.Millisecond, FirstByte: 2500 * time.Microsecond, Body: 3 * time.Microsecond, Response: 4 * time.Second, Size: 561}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var back Exemplar
	if err := json.Unmarshal(text, &back); err != nil || cmp.Diff(e, back) != "" {
		t.Errorf("%v %s", err, cmp.Diff(e, back))
	}
	if err := json.Unmarshal([]byte(`{"outcome": "teapot"}`), &back); err != nil || back.Outcome != Malformed {
		t.Errorf("an outcome of a later version: %v, %v", back.Outcome, err)
	}
}
