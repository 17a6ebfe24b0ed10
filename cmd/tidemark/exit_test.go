package main

import (
	"errors"
	"io"
	"testing"

	"github.com/tidemark/tidemark/internal/pipeline"
)

func TestExitCodes(t *testing.T) {
	for want, err := range map[int]error{
		exitPass: nil, exitFail: verdict(1), exitInput: inputError{errors.New("x")}, exitUnreachable: &pipeline.Unreachable{Err: io.EOF}, exitOurs: &oursError{io.EOF},
	} {
		if got := exitCode(err); got != want {
			t.Errorf("exitCode(%v) = %d, want %d", err, got, want)
		}
	}
	if got := tidemark([]string{"run", "--nonsense"}, io.Discard, io.Discard); got != exitInput {
		t.Errorf("an unknown flag gives %d", got)
	}
}
