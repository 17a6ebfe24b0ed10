package bench

import "testing"

func TestReadable(t *testing.T) {
	for ms, want := range map[float64]string{0: "0.00ms", 0.416: "0.42ms", 8.06: "8.1ms", 245.4: "245ms", 999.6: "1,000ms", 2787.2: "2,787ms", 1234567: "1,234,567ms"} {
		if got := Readable(ms); got != want {
			t.Errorf("%v is %s, want %s", ms, got, want)
		}
	}
	if got := Thousands(-1234); got != "-1,234" {
		t.Errorf("got %s", got)
	}
}
