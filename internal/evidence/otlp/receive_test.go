package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/tidemark/tidemark/internal/evidence"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t *testing.T) *Receiver {
	t.Helper()
	r, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// post sends a body and returns the status and the answer.
func post(t *testing.T, r *Receiver, kind, encoding string, body []byte) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.Endpoint()+"/v1/traces", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	if encoding != "" {
		request.Header.Set("Content-Encoding", encoding)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

const (
	protobuf = "application/x-protobuf"
	asJSON   = "application/json"
)

func encode(t *testing.T, batch ptrace.Traces) (proto, json []byte) {
	t.Helper()
	export := ptraceotlp.NewExportRequestFromTraces(batch)
	proto, err := export.MarshalProto()
	if err != nil {
		t.Fatal(err)
	}
	if json, err = export.MarshalJSON(); err != nil {
		t.Fatal(err)
	}
	return proto, json
}

func zip(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// send sends a batch over gRPC, compressed or not.
func send(t *testing.T, r *Receiver, batch ptrace.Traces, options ...grpc.CallOption) error {
	t.Helper()
	conn, err := grpc.NewClient(strings.TrimPrefix(r.Endpoint(), "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err = ptraceotlp.NewGRPCClient(conn).Export(ctx, ptraceotlp.NewExportRequestFromTraces(batch), options...)
	return err
}

func TestReceiverTakesWhatExportersSend(t *testing.T) {
	r := listen(t)
	c := r.Collector()
	c.Follow(mark)
	whole := func(n int) ptrace.Traces {
		return draw(n, server(1, 9, 0, 10), query(2, 1, 1, 3, ordersSQL, 1))
	}
	proto, _ := encode(t, whole(1))
	_, json := encode(t, whole(2))
	zipped, _ := encode(t, whole(3))
	_, zippedJSON := encode(t, whole(4))
	for i, s := range []struct {
		kind, encoding string
		body           []byte
	}{{protobuf, "", proto}, {asJSON + "; charset=utf-8", "", json}, {protobuf, "gzip", zip(t, zipped)}, {asJSON, "gzip", zip(t, zippedJSON)}} {
		if status, text := post(t, r, s.kind, s.encoding, s.body); status != http.StatusOK {
			t.Errorf("%d: status %d %s", i, status, text)
		}
	}
	if err := send(t, r, whole(5)); err != nil {
		t.Error(err)
	}
	if err := send(t, r, whole(6), grpc.UseCompressor("gzip")); err != nil {
		t.Error(err)
	}
	e := c.End(t.Context(), evidence.Span{Requests: 6, From: time.Now(), To: time.Now()})
	if e.Missing != "" || e.Samples != 6 || e.Traces.Spans != 12 || len(e.Traces.Operations) != 2 {
		t.Errorf("%+v", e)
	}
	for _, path := range []string{"/v1/metrics", "/v1/logs"} {
		answer, err := http.Post(r.Endpoint()+path, protobuf, strings.NewReader("x"))
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %v %v", path, answer, err)
		}
		answer.Body.Close()
	}
}

func TestReceiverRefuses(t *testing.T) {
	r := listen(t)
	for name, c := range map[string]struct {
		kind, encoding string
		body           []byte
		want           int
	}{
		"a bomb":         {protobuf, "gzip", zip(t, make([]byte, 30<<20)), http.StatusRequestEntityTooLarge},
		"too much":       {protobuf, "", make([]byte, mostBody+1), http.StatusRequestEntityTooLarge},
		"no gzip":        {protobuf, "gzip", []byte("plain"), http.StatusBadRequest},
		"half a gzip":    {protobuf, "gzip", zip(t, []byte("some text"))[:20], http.StatusBadRequest},
		"zstd":           {protobuf, "zstd", []byte("x"), http.StatusUnsupportedMediaType},
		"no protobuf":    {protobuf, "", []byte("\xff\xff\xff\xff"), http.StatusBadRequest},
		"no JSON":        {asJSON, "", []byte(`{"resourceSpans": [`), http.StatusBadRequest},
		"something else": {"text/plain", "", []byte("x"), http.StatusUnsupportedMediaType},
	} {
		if status, text := post(t, r, c.kind, c.encoding, c.body); status != c.want {
			t.Errorf("%s: status %d %s, want %d", name, status, text, c.want)
		}
	}
	for path, want := range map[string]int{"/v1/traces": http.StatusMethodNotAllowed, "/": http.StatusMethodNotAllowed} {
		answer, err := http.Get(r.Endpoint() + path)
		if err != nil || answer.StatusCode != want {
			t.Errorf("GET %s: %v %v", path, answer, err)
		}
		answer.Body.Close()
	}
	large := ptrace.NewTraces()
	large.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName(strings.Repeat("x", 20<<20))
	if err := send(t, r, large, grpc.UseCompressor("gzip")); err == nil {
		t.Error("a bomb over gRPC was taken")
	}
}

// Values within values, as deep as fits: reading them must not end the process.
func TestDeepValues(t *testing.T) {
	r := listen(t)
	// From the inside out, at the end of a buffer: AnyValue{array_value: ArrayValue{values: AnyValue{…}}}.
	buffer := make([]byte, mostBody)
	at := len(buffer)
	wrap := func(number int) {
		head := field(number, nil)[:1]
		for n := uint64(len(buffer) - at); ; n >>= 7 {
			if n < 0x80 {
				head = append(head, byte(n))
				break
			}
			head = append(head, byte(n)|0x80)
		}
		at -= len(head)
		copy(buffer[at:], head)
	}
	for at > 100 {
		wrap(1)
		wrap(5)
	}
	wrap(2)                               // the value of
	for _, n := range []int{9, 2, 2, 1} { // an attribute, a span, a scope, a resource
		wrap(n)
	}
	body := buffer[at:]
	status, text := post(t, r, protobuf, "", body)
	if status != http.StatusBadRequest {
		t.Errorf("%d bytes: status %d %s", len(body), status, text)
	}
	for _, deep := range []string{
		`{"resourceSpans":` + strings.Repeat("[", 1<<20),
		`{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"a","value":` + strings.Repeat(`{"arrayValue":{"values":[`, 300_000),
	} {
		if status, text := post(t, r, asJSON, "", []byte(deep)); status != http.StatusBadRequest {
			t.Errorf("deep JSON: status %d %.100s", status, text)
		}
	}
	proto, _ := encode(t, draw(1, server(1, 0, 0, 1)))
	if status, text := post(t, r, protobuf, "", proto); status != http.StatusOK {
		t.Errorf("afterwards: status %d %s", status, text)
	}
}

// field is a field of protobuf that holds bytes.
func field(number int, content []byte) []byte {
	b := []byte{byte(number<<3 | 2)}
	n := uint64(len(content))
	for n >= 0x80 {
		b, n = append(b, byte(n)|0x80), n>>7
	}
	return append(append(b, byte(n)), content...)
}

// A million spans in 20,000 traces: what is kept has a bound, and the draw is fair.
func TestAMillionSpans(t *testing.T) {
	s := newStore()
	traces := s.follow(mark)
	all := []sketch{server(1, 0, 0, 100)}
	for i := range 49 {
		all = append(all, query(uint64(10+i), 1, float64(i), float64(i)+.5, ordersSQL, nil))
	}
	batch := draw(0, all...)
	for n := range 20_000 {
		for _, sp := range batch.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			sp.SetTraceID(pcommon.TraceID(number(n)))
		}
		s.add(batch)
	}
	if len(traces.byID) > mostTraces || traces.spans > mostSpans || len(traces.byID) < mostTraces/4 {
		t.Errorf("%d traces of %d spans are kept", len(traces.byID), traces.spans)
	}
	got := s.summarise(traces)
	if math.Abs(float64(got.Joined)-20_000) > 1500 || got.Spans != 1_000_000 || got.Used != int64(len(traces.byID)) {
		t.Errorf("joined %d, spans %d, used %d", got.Joined, got.Spans, got.Used)
	}
}

func TestOneTraceWithoutEnd(t *testing.T) {
	s := newStore()
	traces := s.follow(mark)
	for n := range 20 {
		var all []sketch
		for i := range 1000 {
			all = append(all, inner(uint64(n*1000+i+2), uint64(n*1000+i+1), float64(i), float64(i)+1, "deep")) // each the child of the one before
		}
		s.add(draw(1, all...))
	}
	got := s.summarise(traces)
	if traces.spans != mostOfOne || got.Dropped != 20_000-mostOfOne || got.Used != 0 || got.Incomplete != 1 {
		t.Errorf("%d kept, %+v", traces.spans, got)
	}
}

func TestIdsThatAreAlike(t *testing.T) {
	s := newStore()
	traces := s.follow(mark)
	for n := range 3 * mostTraces {
		batch := draw(1, server(1, 0, 0, 1))
		id := number(1)
		copy(id[4:], []byte{byte(n >> 8), byte(n), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
		batch.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).SetTraceID(pcommon.TraceID(id))
		s.add(batch)
	}
	if len(traces.byID) > mostTraces+1 || traces.dropped == 0 {
		t.Errorf("%d traces, %d dropped", len(traces.byID), traces.dropped)
	}
}

func TestHostileNames(t *testing.T) {
	long := strings.Repeat("SELECT '", 1<<17) // a megabyte
	nasty := "](http://evil) **<script>** \x1b[31m\u202e\n# x"
	odd := inner(4, 1, 7, 8, nasty)
	odd.attributes = map[string]any{"code.file.path": nasty, "code.line.number": int64(-5)}
	got := summaryOf(draw(1, server(1, 0, 0, 10), query(2, 1, 1, 3, long, 1), query(3, 1, 4, 6, "SELECT * FROM a WHERE name = 'secret'", nil), odd))
	for _, o := range got.Operations {
		if len(o.Name) > 4*longestName || strings.ContainsAny(o.Name, "\x1b\n\u202e") || strings.Contains(o.Name, "secret") {
			t.Errorf("%q", o.Name)
		}
		if o.Code != nil && (strings.ContainsAny(o.Code.File, "\x1b\n") || o.Code.Line < 0) {
			t.Errorf("%+v", o.Code)
		}
	}
	if len(got.Operations) != 4 {
		t.Errorf("%d operations", len(got.Operations))
	}
}

// Names that hold ids: there are as many operations as spans.
func TestManyNames(t *testing.T) {
	s := newStore()
	traces := s.follow(mark)
	for n := range 200 {
		all := []sketch{server(1, 0, 0, 100)}
		for i := range 100 {
			all = append(all, inner(uint64(10+i), 1, float64(i), float64(i)+.5, fmt.Sprintf("user %d/%d", n, i)))
		}
		s.add(draw(n, all...))
	}
	if got := s.summarise(traces); len(got.Operations) > mostShown || len(s.catalogue.all) > mostOperations+10 {
		t.Errorf("%d shown of %d", len(got.Operations), len(s.catalogue.all))
	}
}

func TestSilenceIsExplained(t *testing.T) {
	r := listen(t)
	c := r.Collector()
	c.Follow(mark)
	long := evidence.Span{From: time.Now().Add(-time.Minute), To: time.Now(), Requests: 100}
	if e := c.End(t.Context(), long); !strings.Contains(e.Missing, "start the service with OTEL_EXPORTER_OTLP_ENDPOINT="+r.Endpoint()) {
		t.Errorf("%+v", e)
	}
	r.store.add(draw(1, server(1, 0, 0, 1))) // nobody follows it any more
	c.Follow("00000000")
	if e := c.End(t.Context(), long); !strings.Contains(e.Missing, "header traceparent") {
		t.Errorf("%+v", e)
	}
	c.Follow(mark)
	r.store.add(draw(1, query(2, 1, 0, 1, ordersSQL, 1)))
	ended, cancel := context.WithCancel(t.Context())
	cancel() // after an interrupt nothing is waited for
	if e := c.End(ended, evidence.Span{From: time.Now(), To: time.Now(), Requests: 100}); !strings.Contains(e.Missing, "none is whole") {
		t.Errorf("%+v", e)
	}
}

func TestManySendersAtOnce(t *testing.T) {
	r := listen(t)
	c := r.Collector()
	c.Follow(mark)
	var senders sync.WaitGroup
	for sender := range 8 {
		senders.Go(func() {
			for n := range 25 {
				proto, _ := encode(t, draw(sender*25+n, server(1, 0, 0, 10), query(2, 1, 1, 3, ordersSQL, 1)))
				if status, text := post(t, r, protobuf, "", proto); status != http.StatusOK {
					t.Errorf("status %d %s", status, text)
				}
			}
		})
	}
	senders.Wait()
	if e := c.End(t.Context(), evidence.Span{Requests: 200, From: time.Now(), To: time.Now()}); e.Samples != 200 {
		t.Errorf("%+v", e)
	}
}

func TestAutoFindsAnAddress(t *testing.T) {
	first, err := Listen(t.Context(), "auto")
	if err != nil {
		t.Fatal(err)
	}
	second, err := Listen(t.Context(), "auto") // the usual addresses are taken by the first, if they were free at all
	if err != nil {
		t.Fatal(err)
	}
	if first.Endpoint() == second.Endpoint() || !strings.HasPrefix(second.Endpoint(), "http://127.0.0.1:") {
		t.Errorf("%s and %s", first.Endpoint(), second.Endpoint())
	}
	if _, err := Listen(t.Context(), second.Addresses()[0]); err == nil {
		t.Error("an address is listened at twice")
	}
	for _, r := range []*Receiver{first, second} {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func FuzzExport(f *testing.F) {
	batch := draw(1, server(1, 0, 0, 10), query(2, 1, 1, 3, ordersSQL, 1), call(3, 1, 4, 5, "/a/17"))
	export := ptraceotlp.NewExportRequestFromTraces(batch)
	proto, err := export.MarshalProto()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(proto)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		export := ptraceotlp.NewExportRequest()
		if export.UnmarshalProto(body) != nil {
			return
		}
		s := newStore()
		traces := s.follow(mark)
		s.add(export.Traces())
		s.summarise(traces)
	})
}
