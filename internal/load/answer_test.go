package load

import (
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// Whatever a body is and says it is, looking into it ends in bounds, and in a value or an error.
func FuzzAnswer(f *testing.F) {
	const text = `{"data": [{"id": 1}, {"id": "x"}], "total": 9007199254740993}`
	var zipped, zstandard bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	s, err := zstd.NewWriter(&zstandard)
	if err != nil {
		f.Fatal(err)
	}
	_, _ = s.Write([]byte(text))
	_ = s.Close()
	f.Add("", []byte(text), "$.data[*].id")
	f.Add("gzip", zipped.Bytes(), "$.total")
	f.Add("zstd", zstandard.Bytes(), "$..id")
	f.Add("deflate", []byte{0x78, 0x9c}, "$[?(@.a == 1)]")
	const most = 1 << 16
	f.Fuzz(func(t *testing.T, encoding string, body []byte, path string) {
		decoded, err := decoded(&wire.Answer{Body: body, Headers: []wire.Header{{Name: "Content-Encoding", Value: []byte(encoding)}}}, most)
		if len(decoded) > max(most, len(body)) {
			t.Errorf("%d bytes", len(decoded))
		}
		if err != nil {
			return
		}
		p, err := newPath(path)
		if err != nil {
			return
		}
		document, err := parse(decoded)
		if err != nil {
			return
		}
		_, _ = save{"x", p}.from(document)
		_ = match(bench.JSONMatch{Path: path, Value: 1.0}, p.Get(document))
	})
}
