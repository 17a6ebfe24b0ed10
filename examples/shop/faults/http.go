package faults

import (
	"errors"
	"net/http"

	"github.com/tidemark/tidemark/examples/shop/web"
)

// state is a fault as the admin listener shows it.
type state struct {
	Name      string   `json:"name"`
	On        bool     `json:"on"`
	Endpoints []string `json:"endpoints"`
	Mistake   string   `json:"mistake"`
}

// List answers GET /faults.
func (b *Board) List(w http.ResponseWriter, _ *http.Request) error {
	states := make([]state, len(b.faults))
	for i, f := range b.faults {
		states[i] = state{f.Name, f.On(), f.Endpoints, f.Mistake}
	}
	return web.Answer(w, http.StatusOK, map[string][]state{"data": states})
}

// SwitchOn answers PUT /faults/{name}.
func (b *Board) SwitchOn(w http.ResponseWriter, r *http.Request) error { return b.answer(w, r, true) }

// SwitchOff answers DELETE /faults/{name}.
func (b *Board) SwitchOff(w http.ResponseWriter, r *http.Request) error { return b.answer(w, r, false) }

func (b *Board) answer(w http.ResponseWriter, r *http.Request, on bool) error {
	err := b.Turn(r.Context(), r.PathValue("name"), on)
	if _, unknown := errors.AsType[*UnknownError](err); unknown {
		return web.NotFound(err.Error())
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
