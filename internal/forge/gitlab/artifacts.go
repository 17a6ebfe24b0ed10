package gitlab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/tidemark/tidemark/internal/forge"
)

// The artifacts' names, as the job has to name them below artifacts:reports.
const (
	JUnitFile   = "junit.xml"
	QualityFile = "gl-code-quality-report.json"
)

// Check writes the artifacts. In GitLab the job itself is the check.
func (h *Host) Check(_ context.Context, c forge.Check) error {
	if err := os.MkdirAll(h.dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(h.dir, JUnitFile), c.JUnit, 0o644); err != nil {
		return err
	}
	quality, err := json.MarshalIndent(remarks(c.Annotations), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(h.dir, QualityFile), append(quality, '\n'), 0o644)
}

// A remark is an issue of a Code Climate report, with the members that GitLab reads.
type remark struct {
	Description string   `json:"description"`
	Check       string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

// remarks have fingerprints that do not depend on the numbers in their text, nor on the line: GitLab tells by them which are new.
func remarks(all []forge.Annotation) []remark {
	list := []remark{}
	for _, a := range all {
		if a.Line < 1 || a.File == "" {
			continue
		}
		sum := sha256.Sum256([]byte(a.Title + "\x00" + a.File))
		r := remark{Description: a.Title + ": " + a.Message, Check: "tidemark", Fingerprint: hex.EncodeToString(sum[:]), Severity: "minor", Location: location{Path: a.File}}
		if a.Failed {
			r.Severity = "major"
		}
		r.Location.Lines.Begin = a.Line
		list = append(list, r)
	}
	return list
}
