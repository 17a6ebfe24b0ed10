package pipeline

import "testing"

func TestTheCIHasItsOwnName(t *testing.T) {
	for want, set := range map[string][]string{
		"":        nil,
		"github":  {"GITHUB_ACTIONS"},
		"gitea":   {"GITHUB_ACTIONS", "GITEA_ACTIONS"},
		"forgejo": {"GITHUB_ACTIONS", "GITEA_ACTIONS", "FORGEJO_ACTIONS"},
		"gitlab":  {"GITLAB_CI"},
	} {
		for _, ci := range cis {
			t.Setenv(ci.variable, "")
		}
		for _, variable := range set {
			t.Setenv(variable, "true")
		}
		if got := environment().CI; got != want {
			t.Errorf("with %q it is %q, want %q", set, got, want)
		}
	}
}
