package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tidemark": main})
}

func TestScripts(t *testing.T) {
	api := http.NewServeMux()
	api.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	api.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	srv := httptest.NewServer(api)
	t.Cleanup(srv.Close) // scripts run in parallel, after this function
	gone := httptest.NewServer(api)
	gone.Close()
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("API", srv.URL)
			e.Setenv("GONE", gone.URL)
			return nil
		},
	})
}
