package bench

import "testing"

func TestExplainsWhatIsKnown(t *testing.T) {
	for want, g := range map[string]Gain{
		"Explains 90% of a typical request, 95% of a slow one.": {ShareP50: .9, ShareP99: .95},
		"Explains 90% of a typical request.":                    {ShareP50: .9, ShareP99: .004},
		"Explains 95% of a slow request.":                       {ShareP99: .95},
		"":                                                      {SavesMS: 7},
	} {
		if got := g.Explains(); got != want {
			t.Errorf("%+v: %q", g, got)
		}
	}
}
