package suite

import (
	"errors"
	"path/filepath"
	"regexp"

	"github.com/tidemark/tidemark/bench"
)

// Name is what the suite in dir is called: by its suite.yml, or by its folder. The error is Faults of suite.yml.
func Name(dir string) (string, error) {
	plan := &bench.Plan{Name: folderName(dir)}
	if faults := readShared(dir, plan); len(faults) > 0 {
		return plan.Name, faults
	}
	return plan.Name, nil
}

func folderName(dir string) string {
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole // "." has a name, too
	}
	return filepath.Base(filepath.Clean(dir))
}

var aName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,98}[\p{L}\p{N}]$`)

func suiteName(text string) (string, error) {
	if !aName.MatchString(text) {
		return "", errors.New("write a name of 2 to 100 letters, digits, spaces and . _ -, as orders-api")
	}
	return text, nil
}
