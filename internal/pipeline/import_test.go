package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

const jtl = "timeStamp,elapsed,label,success\n1700000000000,120,List,true\n1700000000500,80,List,true\n"

// Each format is known by its real files, and by no other's.
func TestEachFormatIsToldByHowItBegins(t *testing.T) {
	seen := 0
	for _, f := range ImportFormats() {
		files, _ := filepath.Glob("../convert/" + strings.TrimRight(f.Name, "2") + "/testdata/*")
		for _, file := range files {
			if strings.HasPrefix(filepath.Base(file), "fuzz") || strings.HasSuffix(file, ".report.json") || strings.HasSuffix(file, ".gz") { // what is compressed is piped in
				continue
			}
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			var looks []string
			for _, other := range ImportFormats() {
				if other.Looks(content[:min(len(content), 64<<10)]) {
					looks = append(looks, other.Name)
				}
			}
			if want := strings.TrimSuffix(filepath.Base(file), ".txt"); len(looks) != 1 || looks[0] != f.Name && looks[0] != f.Name+"-summary" && looks[0] != want {
				t.Errorf("%s looks like %q", file, looks)
			}
		}
	}
	if seen < 8 {
		t.Errorf("only %d real files were seen", seen)
	}
}

func TestImport(t *testing.T) {
	read := func(content string, change func(*ImportOptions)) (*bench.Run, error) {
		o := ImportOptions{Files: []string{"-"}, Stdin: strings.NewReader(content)}
		if change != nil {
			change(&o)
		}
		run, _, err := Import(context.Background(), o)
		return run, err
	}
	run, err := read("\xef\xbb\xbf"+jtl, func(o *ImportOptions) { o.Commit, o.Branch, o.Suite = "abc1234", "topic", "nightly" })
	if err != nil {
		t.Fatal(err)
	}
	if run.Commit.Branch != "topic" || run.Suite != "nightly" || run.Environment.CPU != "" || run.Environment.Engine != "JMeter" || run.Imported.Format != "jmeter" || run.Started.Unix() != 1_700_000_000 || run.Check() != nil {
		t.Errorf("%+v", run)
	}
	for content, want := range map[string]string{
		"\xff\xfet\x00":                   "is UTF-16",
		"\x1f\x8b\x08":                    "is compressed: gunzip --stdout FILE | tidemark import -",
		"\x7fELF\x00":                     "is binary, and of no format that is known",
		"":                                "is empty",
		"timeStamp,elapsed,label,success": "nothing was measured in it",
	} {
		if _, err := read(content, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", content, err, want)
		}
	}
}
