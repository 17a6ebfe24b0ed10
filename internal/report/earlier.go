package report

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// CommentMarker is what a publisher knows the comment of a suite by, to update it: a comment of HTML, which nobody sees, on a line of its own.
func CommentMarker(suite string) string {
	var name strings.Builder
	if len(suite) > longestSuite { // of a record from elsewhere
		sum := sha256.Sum256([]byte(suite))
		suite = suite[:longestSuite-2*len(sum)] + hex.EncodeToString(sum[:])
	}
	for i := range len(suite) {
		switch c := suite[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '_', c == '.':
			name.WriteByte(c)
		default: // a hyphen too: two of them would end the comment
			fmt.Fprintf(&name, "%%%02X", c)
		}
	}
	return "<!-- tidemark:" + name.String() + " -->"
}

// longestSuite is how many bytes of a suite's name a marker has room for; a longer one ends with its hash.
const longestSuite = 128

// A Spoken is a verdict that a comment has spoken.
type Spoken struct {
	ID     string       `json:"id"` // of the comparison or the run
	Commit string       `json:"commit,omitempty"`
	Status bench.Status `json:"status"`
	Time   time.Time    `json:"time"`
}

// mostEarlier is how many verdicts a comment remembers beside its own.
const mostEarlier = 10

// stateLine matches what a comment remembers: its own verdict and the earlier ones, the newest first.
var stateLine = regexp.MustCompile(`(?m)^<!-- tidemark-verdicts:([A-Za-z0-9+/=]*) -->\r?$`)

// Earlier is the verdicts that a comment's body tells: its own, and those before it, the newest first. A body that is none of ours tells none.
func Earlier(body string) []Spoken {
	found := stateLine.FindAllStringSubmatch(body, -1)
	if len(found) == 0 {
		return nil
	}
	text, err := base64.StdEncoding.DecodeString(found[len(found)-1][1])
	var all []Spoken
	if err != nil || json.Unmarshal(text, &all) != nil {
		return nil
	}
	all = slices.DeleteFunc(all, func(s Spoken) bool {
		_, known := verdictWords[s.Status]
		return !known || s.Time.IsZero() || plain(s.ID, mostName) != s.ID || plain(s.Commit, mostName) != s.Commit
	})
	return all[:min(len(all), mostEarlier+1)]
}

// verdictWords are the verdicts as the list of earlier ones has them.
var verdictWords = map[bench.Status]string{bench.Pass: "pass", bench.Close: "pass, close", bench.NotJudged: "not judged", bench.Fail: "**fail**", bench.Void: "void", bench.Inconclusive: "inconclusive"}

// remember is the end of a comment: earlier verdicts, folded, and what the next comment and the publisher read.
func remember(now Spoken, earlier []Spoken) string {
	var b strings.Builder
	if len(earlier) > 0 {
		b.WriteString("\n<details><summary>Earlier verdicts</summary>\n\n| Commit | Verdict | Measured |\n| --- | --- | --- |\n")
		for _, s := range earlier {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", code(short(s.Commit)), verdictWords[s.Status], s.Time.UTC().Format("2006-01-02 15:04 MST"))
		}
		b.WriteString("\n</details>\n")
	}
	text, _ := json.Marshal(append([]Spoken{now}, earlier...)) // strings and times alone
	fmt.Fprintf(&b, "\n<!-- tidemark-verdicts:%s -->\n", base64.StdEncoding.EncodeToString(text))
	return b.String()
}
