package historytest

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/internal/history"
)

// placeVariable tells a child where to write, and from which run on.
const placeVariable = "TIDEMARK_HISTORYTEST_WRITE"

// Main runs the tests of a store's package, after which nothing may be left running. As a child of Killed it is a writer instead, into a
// store that open opens by its place.
func Main(m *testing.M, open Open) {
	if order := os.Getenv(placeVariable); order != "" {
		fmt.Fprintln(os.Stderr, write(open, order))
		os.Exit(1)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// write adds runs until it is killed, and says the id of each that is there.
func write(open Open, order string) error {
	var from int
	number, place, _ := strings.Cut(order, " ")
	if _, err := fmt.Sscan(number, &from); err != nil {
		return err
	}
	s, err := open(context.Background(), place)
	for i := from; err == nil; i++ {
		if err = s.Add(context.Background(), plain(i)); err == nil {
			fmt.Println(id(i))
		}
	}
	return err
}

// Killed kills writers in the middle of their work, with all that they have started, and looks at what they leave: all that they said was
// there is there, and whatever is listed can be read. mend makes the place writable again, where that takes a hand.
func Killed(t *testing.T, open Open, place string, mend func(t *testing.T)) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const rounds, most = 4, 1000
	said := map[string]bool{}
	for round := range rounds {
		child := exec.CommandContext(t.Context(), self)
		child.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", placeVariable, round*most, place))
		child.Stderr = os.Stderr
		group(child)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 1 + rand.IntN(4) {
			if !lines.Scan() {
				t.Fatal("the writer ended by itself")
			}
			said[lines.Text()] = true
		}
		time.Sleep(time.Duration(rand.Int64N(int64(30 * time.Millisecond)))) // any moment is as good as another
		if err := killGroup(child); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			said[lines.Text()] = true
		}
		_ = child.Wait() // killed
		inOrder(t, open, place, said)
		mend(t)
		s := opened(t, open, place)
		add(t, s, plain(round*most+most-1))
		said[id(round*most+most-1)] = true
	}
	inOrder(t, open, place, said)
}

func inOrder(t *testing.T, open Open, place string, said map[string]bool) {
	t.Helper()
	s := opened(t, open, place)
	listed := list(t, s, history.Query{})
	for _, e := range listed {
		if _, err := s.Run(t.Context(), e.ID); err != nil {
			t.Error(err)
		}
	}
	if n := len(points(t, s, "a", "p95", history.Query{})); n != len(listed) {
		t.Errorf("%d runs, and %d in the series", len(listed), n)
	}
	for id := range said {
		if _, err := s.Run(t.Context(), id); err != nil {
			t.Errorf("it was said to be there: %v", err)
		}
	}
}
