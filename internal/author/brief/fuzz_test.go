package brief_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tidemark/tidemark/internal/author"
	"github.com/tidemark/tidemark/internal/author/brief"
)

// Whatever is read, the suite that comes of it passes check, and holds no secret that the brief had.
func FuzzRead(f *testing.F) {
	briefs, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range briefs {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add([]byte("GET /${env.X}/{a}{b}/:c.json?x=${pick(y)}&y=$${ # a: {b} 'c' \"d\""))
	f.Add([]byte("POST /a body: {\"${x}\": \"${env.Y}\", \"a b\": [[], {}, [{\"true\": null}]]}"))
	f.Add([]byte("curl -d 'a=b&c[d]=e' -H 'X: y: z' -u me:pass http://h/p"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 4000 {
			return // TestLongLines has those
		}
		known, err := brief.Read(content)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		if _, err := author.Compose(known, author.Options{Top: 8}); err != nil {
			return // it names no endpoint
		}
		known, _ = brief.Read(content) // composing marks what it chose
		passesCheck(t, known)
	})
}
