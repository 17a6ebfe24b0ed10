package dashboard

import (
	"bytes"
	_ "embed"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
)

// Thirteen runs of the example shop, one for each of as many commits, in a line each: `tidemark run` on four endpoints, with a database that is a tenth of a second away. From the
// eighth to the eleventh the shop queries the lines of each order by themselves (its fault n-plus-one). The machine had other work to do: some results are void.
//
//go:embed testdata/shop-runs.jsonl.zst
var shopRuns []byte

// slowScenario is the endpoint that this makes slow.
const slowScenario = "user-orders"

func realRuns(t testing.TB) (runs []*bench.Run) {
	t.Helper()
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	text, err := d.DecodeAll(shopRuns, nil)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		run, err := bench.ReadRun(line)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
	}
	return runs
}

func TestStepsOfTheShop(t *testing.T) {
	s := store(t)
	add(t, s, realRuns(t)...)
	srv, _ := serve(t, Config{Store: s})
	a := ask(t, "GET", srv.URL+"/trend?scenario="+slowScenario, "")
	if !strings.Contains(a.text, "Simplify the order history") {
		t.Error("the step is not told with its commit")
	}
}
