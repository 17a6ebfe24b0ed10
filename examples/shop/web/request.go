package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// maxBody is far more than an order needs.
const maxBody = 1 << 20

// ReadJSON reads the request's body, one JSON value without unknown fields, into value.
func ReadJSON(w http.ResponseWriter, r *http.Request, value any) error {
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	body.DisallowUnknownFields()
	err := body.Decode(value)
	if err == nil {
		if _, err = body.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("more than one value")
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return &Problem{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("the body is longer than %d bytes", maxBody)}
	}
	return &Problem{Status: http.StatusBadRequest, Detail: "the body is not the JSON expected: " + err.Error()}
}

// ID reads the path's identifier. One that is no number cannot exist.
func ID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 32)
	if err != nil {
		return 0, NotFound(fmt.Sprintf("nothing has the id %q", r.PathValue("id")))
	}
	return id, nil
}
