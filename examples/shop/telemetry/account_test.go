package telemetry

import (
	"testing"
	"time"
)

func TestWhatGoesOnAtOnceIsWaitedForOnce(t *testing.T) {
	var s stopwatch
	at := func(seconds int) time.Time { return time.Unix(int64(seconds), 0) }
	s.start(at(0))
	s.start(at(1))
	s.stop(at(3))
	s.start(at(4))
	s.stop(at(5)) // 0 to 5, of which some is twice
	s.stop(at(5))
	s.start(at(8))
	s.stop(at(9))
	if want := 6 * time.Second; s.sum != want {
		t.Errorf("%v, want %v", s.sum, want)
	}
}

func TestWorkThatNobodyWaitsForHasNoAccount(t *testing.T) {
	account := AccountOf(t.Context())
	account.Database(1)()
	account.Inventory()()
}
