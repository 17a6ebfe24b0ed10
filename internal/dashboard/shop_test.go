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

func TestTheShopSlowedDown(t *testing.T) {
	s := store(t)
	runs := realRuns(t)[:10]
	add(t, s, runs...)
	srv, _ := serve(t, Config{Store: s})
	// The eighth run was the first with the mistake, so it is so for three.
	if a := ask(t, "GET", srv.URL, ""); !strings.Contains(a.text, "1 endpoint</span> too slow") || !strings.Contains(a.text, `href="/runs/`+runs[7].ID+`"`) || !strings.Contains(a.text, "3 runs") {
		t.Errorf("the overview says %s", a.text)
	}
	if a := ask(t, "GET", srv.URL+"/trend?scenario="+slowScenario, ""); !strings.Contains(a.text, `"commit":"b8309ab05"`) || !strings.Contains(a.text, "Simplify the order history") {
		t.Errorf("the step is not at its commit: %s", a.text)
	}
	if a := ask(t, "GET", srv.URL+"/runs/"+runs[9].ID, ""); !strings.Contains(a.text, "saturation") || !strings.Contains(a.text, "/api/v1/users/") || !strings.Contains(a.text, "&gt; 10,002") {
		t.Errorf("the run says %s", a.text)
	}
}
