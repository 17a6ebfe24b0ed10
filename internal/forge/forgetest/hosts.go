package forgetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tidemark/tidemark/internal/forge"
)

// Marker begins the comments of the tests.
const Marker = "<!-- tidemark:test -->"

// Comments holds a host against the contract of comments: one for each pull request, whatever else is there. open is the host at pull request 7 of a double.
func Comments(t *testing.T, double func(testing.TB) *Double, open func(*Double) forge.Host) {
	publish := func(t *testing.T, d *Double, text string) error {
		t.Helper()
		all, err := open(d).Comments(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return forge.Publish(t.Context(), all, Marker, func(previous string) string {
			if previous != "" {
				return text + " after " + strings.TrimPrefix(previous, Marker+"\n")
			}
			return text
		})
	}
	want := func(t *testing.T, d *Double, bodies ...string) {
		t.Helper()
		var got []string
		for _, c := range d.Comments(7) {
			if c.Author == d.Self {
				got = append(got, strings.TrimPrefix(c.Body, Marker+"\n"))
			}
		}
		if !slices.Equal(got, bodies) {
			t.Errorf("our comments are %q, want %q", got, bodies)
		}
	}
	t.Run("one is made and updated", func(t *testing.T) {
		d := double(t)
		for _, text := range []string{"first", "second", "third"} {
			if err := publish(t, d, text); err != nil {
				t.Fatal(err)
			}
		}
		want(t, d, "third after second after first")
	})
	t.Run("it is found behind many others", func(t *testing.T) {
		d := double(t)
		d.Page = 2
		for i := range 5 {
			d.Say(7, "somebody", fmt.Sprint("talk ", i))
		}
		d.Say(7, d.Self, Marker+"\nfirst")
		d.Say(7, "somebody", "more talk")
		if err := publish(t, d, "second"); err != nil {
			t.Fatal(err)
		}
		want(t, d, "second after first")
	})
	t.Run("others' comments are left alone", func(t *testing.T) {
		d := double(t)
		imitation := d.Say(7, "mallory", Marker+"\nall is well")
		d.Say(7, d.Self, "not of this marker")
		d.Say(7, d.Self, "> "+Marker+"\nquoted")
		for range 2 {
			if err := publish(t, d, "first"); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.Comments(7)[0]; got != imitation {
			t.Errorf("somebody's comment became %+v", got)
		}
		want(t, d, "not of this marker", "> "+Marker+"\nquoted", "first after first")
	})
	t.Run("jobs that race leave one", func(t *testing.T) {
		d := double(t)
		d.HoldLists(2) // both see none
		var both sync.WaitGroup
		for _, text := range []string{"a", "b"} {
			both.Go(func() {
				if err := publish(t, d, text); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if all := d.Comments(7); len(all) != 1 {
			t.Errorf("there are %+v", all)
		}
	})
	t.Run("an answer that was lost makes no second", func(t *testing.T) {
		d := double(t)
		d.Fail(Fault{On: "POST", Status: 502, After: true})
		if err := publish(t, d, "first"); err != nil {
			t.Fatal(err)
		}
		d.Fail(Fault{On: "POST", After: true}) // without any answer; not asked for, since there is one
		if err := publish(t, d, "second"); err != nil {
			t.Fatal(err)
		}
		want(t, d, "second after first after first")
	})
	t.Run("who may not write is told so, without the token", func(t *testing.T) {
		d := double(t)
		d.ReadOnly = true
		err := publish(t, d, "first")
		if !forge.IsStatus(err, 403) {
			t.Errorf("got %v", err)
		}
		if strings.Contains(fmt.Sprint(err), d.Token) {
			t.Error("the error has the token in it")
		}
	})
}

// Checks holds the conclusions of a host's checks against what the double was sent: the member that tells it, and its words.
func Checks(t *testing.T, d *Double, h forge.Host, member string, words map[forge.Conclusion]string) {
	for conclusion, want := range words {
		if err := h.Check(t.Context(), forge.Check{Name: "tidemark/test", Conclusion: conclusion, Title: "A title", Summary: "A *summary*", URL: "https://ci.example/1"}); err != nil {
			t.Fatal(err)
		}
		all := d.Checks()
		if got := all[len(all)-1][member]; got != want {
			t.Errorf("%s became %v, want %s", conclusion, got, want)
		}
	}
}
