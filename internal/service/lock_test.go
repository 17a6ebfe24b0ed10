package service

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestALockIsHeldByOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "staging.lock")
	first, err := Acquire(t.Context(), file, func(h Holder) { t.Errorf("waits for %s, and nobody has it", h) })
	if err != nil {
		t.Fatal(err)
	}

	// Another waits, knows for whom, and gives up with its context.
	ctx, cancel := context.WithCancel(t.Context())
	var told []Holder
	_, err = Acquire(ctx, file, func(h Holder) { told = append(told, h); cancel() })
	if !errors.Is(err, context.Canceled) || len(told) != 1 || told[0].PID != os.Getpid() || told[0].Host == "" || told[0].Since.IsZero() {
		t.Errorf("%v, waiting for %+v", err, told)
	}
	if err != nil && !strings.Contains(err.Error(), told[0].String()) {
		t.Errorf("%v does not tell who holds it", err)
	}

	// One that waits gets it when it is free.
	second, err := Acquire(t.Context(), file, func(Holder) {
		if err := first.Release(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

func TestALockWithoutAFolder(t *testing.T) {
	if _, err := Acquire(t.Context(), filepath.Join(t.TempDir(), "none", "x.lock"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestLockFile(t *testing.T) {
	a, b := LockFile("https://staging.example.com"), LockFile("https://staging.example.com/2")
	if a == b || a != LockFile("https://staging.example.com") || filepath.Ext(a) != ".lock" {
		t.Errorf("%s and %s", a, b)
	}
}
