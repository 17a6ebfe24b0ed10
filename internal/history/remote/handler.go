package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Handler serves a store below Root. version is told to whoever asks what is there.
func Handler(store history.Store, version string) http.Handler {
	mux := http.NewServeMux()
	answering := func(pattern string, answer func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			v, err := answer(r)
			if err != nil {
				refuse(w, r, err)
				return
			}
			writeJSON(w, http.StatusOK, v)
		})
	}
	answering("GET "+Root, func(*http.Request) (any, error) { return about{schema, version}, nil })
	answering("GET "+Root+"/runs", func(r *http.Request) (any, error) {
		q, err := query(r.URL.Query())
		if err != nil {
			return nil, badRequest{err}
		}
		all, err := store.List(r.Context(), q)
		return entries{append([]history.Entry{}, all...)}, err
	})
	answering("GET "+Root+"/series", func(r *http.Request) (any, error) {
		v := r.URL.Query()
		q, err := query(v, metricKey)
		if err == nil && !slices.Contains(bench.Metrics, v.Get(metricKey)) {
			err = fmt.Errorf("no metric is called %q: know %s", v.Get(metricKey), bench.Metrics)
		}
		if err != nil {
			return nil, badRequest{err}
		}
		points, err := store.Series(r.Context(), q.Scenario, v.Get(metricKey), q)
		return series{append([]bench.Point{}, points...)}, err
	})
	answering("GET "+Root+"/endpoints", func(r *http.Request) (any, error) {
		q, err := query(r.URL.Query())
		if err != nil {
			return nil, badRequest{err}
		}
		all, err := store.Endpoints(r.Context(), q)
		return endpoints{append([]history.Endpoint{}, all...)}, err
	})
	answering("POST "+Root+"/runs", func(r *http.Request) (any, error) {
		runs, err := readRuns(r)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(runs))
		for i, run := range runs {
			ids[i] = run.ID
		}
		return added{ids}, store.Add(r.Context(), runs...)
	})
	mux.HandleFunc("GET "+Root+"/runs/{id}", func(w http.ResponseWriter, r *http.Request) {
		run, err := store.Run(r.Context(), r.PathValue("id"))
		var record []byte
		if err == nil {
			record, err = run.Record()
		}
		if err != nil {
			refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(record) // whoever asked is gone
	})
	mux.HandleFunc("DELETE "+Root+"/runs/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := store.Delete(r.Context(), r.PathValue("id")); err != nil {
			refuse(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc(Root+"/", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusNotFound, refusal{"there is no such path, or not with this method: see docs/DASHBOARD.md"})
	})
	return mux
}

// A badRequest is what the client has to mend.
type badRequest struct{ error }

func (b badRequest) Unwrap() error { return b.error }

// readRuns reads the records of a request: its body is one, or each part of a multipart body is.
func readRuns(r *http.Request) (runs []*bench.Run, err error) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != jsonType && kind != partsType {
		return nil, badRequest{fmt.Errorf("the Content-Type is to be %s, or %s for several records", jsonType, partsType)}
	}
	body := http.MaxBytesReader(nil, r.Body, MaxBody)
	read := func(from io.Reader) error {
		text, err := io.ReadAll(from)
		if err != nil {
			return err
		}
		run, err := bench.ReadRun(text)
		if err != nil {
			return badRequest{fmt.Errorf("record %d %w", len(runs)+1, err)}
		}
		if _, err := history.Record(run); err != nil {
			return badRequest{err}
		}
		runs = append(runs, run)
		return nil
	}
	if kind == jsonType {
		return runs, read(body)
	}
	for parts := multipart.NewReader(body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) && len(runs) > 0 {
			return runs, nil
		}
		if err == nil {
			err = read(part)
		}
		if _, large := errors.AsType[*http.MaxBytesError](err); err != nil && !large {
			return nil, badRequest{err}
		}
		if err != nil {
			return nil, err
		}
	}
}

const (
	jsonType  = "application/json"
	partsType = "multipart/mixed"
)

// refuse answers with what went wrong. What is not the client's to mend is told in general terms: the store's own words may say where it is.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, text := http.StatusInternalServerError, "the history failed"
	var large *http.MaxBytesError
	var bad badRequest
	switch {
	case errors.Is(err, history.ErrNotFound):
		status, text = http.StatusNotFound, err.Error()
	case errors.As(err, &large):
		status, text = http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes: send fewer records at once", MaxBody)
	case errors.As(err, &bad):
		status, text = http.StatusBadRequest, err.Error()
	case errors.Is(err, history.ErrUnreachable):
		status, text = http.StatusBadGateway, "the history behind cannot be reached"
	case errors.Is(err, context.DeadlineExceeded):
		status, text = http.StatusGatewayTimeout, "the history took too long"
	case r.Context().Err() != nil:
		return // nobody is there to be told
	}
	writeJSON(w, status, refusal{text})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // whoever asked is gone
}
