package otlp

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // exporters compress
	"google.golang.org/grpc/status"

	"github.com/tidemark/tidemark/bench"
)

const (
	mostBody = 8 << 20 // of one request, before and after decompression: a batch of 512 spans is about a megabyte
	atOnce   = 2       // requests that are decoded at a time: what one takes is many times its size
	patience = 10 * time.Second
	streams  = 8 // of one gRPC connection: exporters send one export after another
)

// The addresses that exporters send to when nobody tells them otherwise, for HTTP and for gRPC.
const (
	usualHTTP = "127.0.0.1:4318"
	usualGRPC = "127.0.0.1:4317"
)

// A Receiver takes spans from services, over OTLP by HTTP and by gRPC, on loopback.
type Receiver struct {
	store     *store
	server    *http.Server
	grpc      *grpc.Server
	addresses []string
	slots     chan struct{}
	done      chan struct{}
}

// Listen starts a receiver at an address, where it speaks both HTTP and gRPC. At bench.Auto it takes the usual ones, as far as they are free.
func Listen(ctx context.Context, address string) (*Receiver, error) {
	wanted := []string{address}
	if address == bench.Auto {
		wanted = []string{usualHTTP, usualGRPC}
	}
	var listeners []net.Listener
	var failed error
	for _, a := range wanted {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a)
		if err == nil {
			listeners = append(listeners, l)
		} else {
			failed = err
		}
	}
	if len(listeners) == 0 && address == bench.Auto {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("receive traces: %w", err)
		}
		listeners, failed = append(listeners, l), nil
	}
	if len(listeners) == 0 {
		return nil, fmt.Errorf("receive traces: %w", failed)
	}
	r := &Receiver{store: newStore(), slots: make(chan struct{}, atOnce), done: make(chan struct{}), grpc: grpc.NewServer(grpc.MaxRecvMsgSize(mostBody))}
	ptraceotlp.RegisterGRPCServer(r.grpc, &exporter{receiver: r})
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	r.server = &http.Server{Handler: r, Protocols: protocols, ReadHeaderTimeout: patience, ReadTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: streams}}
	for _, l := range listeners {
		r.addresses = append(r.addresses, l.Addr().String())
		go func() {
			_ = r.server.Serve(l) // ends when the receiver is closed
			r.done <- struct{}{}
		}()
	}
	return r, nil
}

// Endpoint is the base URL that exporters are to be given.
func (r *Receiver) Endpoint() string { return "http://" + r.addresses[0] }

// Addresses are where it listens.
func (r *Receiver) Addresses() []string { return r.addresses }

// Close stops listening. Requests under way are cut off: what they bring is too late.
func (r *Receiver) Close() error {
	err := r.server.Close()
	for range r.addresses {
		<-r.done
	}
	r.grpc.Stop()
	return err
}

// ServeHTTP takes an export of spans. Metrics and logs, which the same exporter may send along, are taken and forgotten: a service under
// test should not fill its log with failures of ours.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	switch {
	case request.ProtoMajor == 2 && strings.HasPrefix(request.Header.Get("Content-Type"), "application/grpc"):
		r.grpc.ServeHTTP(w, request)
	case request.Method != http.MethodPost:
		http.Error(w, "POST an export of OTLP to /v1/traces", http.StatusMethodNotAllowed)
	case strings.HasSuffix(request.URL.Path, "/v1/traces"):
		r.export(w, request)
	case strings.HasSuffix(request.URL.Path, "/v1/metrics"), strings.HasSuffix(request.URL.Path, "/v1/logs"):
		_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, request.Body, mostBody)) // it is not wanted
	default:
		http.NotFound(w, request)
	}
}

// A refusal is an export that is not taken, with the status that says so.
type refusal struct {
	status int
	why    string
}

func (r *refusal) Error() string { return r.why }

func (r *Receiver) export(w http.ResponseWriter, request *http.Request) {
	answer, kind, err := r.take(w, request)
	if err != nil {
		status := http.StatusBadRequest
		if refused, ok := errors.AsType[*refusal](err); ok {
			status = refused.status
		}
		http.Error(w, err.Error(), status)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(answer) // who has gone needs no answer
}

func (r *Receiver) take(w http.ResponseWriter, request *http.Request) (answer []byte, kind string, err error) {
	kind, _, _ = mime.ParseMediaType(request.Header.Get("Content-Type"))
	if kind != "application/x-protobuf" && kind != "application/json" {
		return nil, "", &refusal{http.StatusUnsupportedMediaType, "send application/x-protobuf or application/json"}
	}
	release, err := r.slot(request.Context())
	if err != nil {
		return nil, "", &refusal{http.StatusServiceUnavailable, "busy"}
	}
	defer release()
	body, err := readBody(w, request)
	if err != nil {
		return nil, "", err
	}
	export := ptraceotlp.NewExportRequest()
	if kind == "application/json" {
		err = export.UnmarshalJSON(body)
	} else {
		err = export.UnmarshalProto(body)
	}
	if err != nil {
		return nil, "", fmt.Errorf("is no export of spans: %w", err)
	}
	response := r.keep(export.Traces())
	if kind == "application/json" {
		answer, err = response.MarshalJSON()
	} else {
		answer, err = response.MarshalProto()
	}
	return answer, kind, err
}

// slot waits until one more export may be decoded.
func (r *Receiver) slot(ctx context.Context) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case r.slots <- struct{}{}:
		return func() { <-r.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readBody reads a body, decompressed: a few kilobytes may stand for gigabytes.
func readBody(w http.ResponseWriter, request *http.Request) ([]byte, error) {
	var in io.Reader = http.MaxBytesReader(w, request.Body, mostBody)
	switch encoding := request.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = z
	default:
		return nil, &refusal{http.StatusUnsupportedMediaType, "send it plain or as gzip"}
	}
	body, err := io.ReadAll(io.LimitReader(in, mostBody+1))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge || len(body) > mostBody {
		return nil, &refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("is larger than %d MB: send smaller batches", mostBody>>20)}
	}
	return body, err
}

func (r *Receiver) keep(spans ptrace.Traces) ptraceotlp.ExportResponse {
	response := ptraceotlp.NewExportResponse()
	if malformed := r.store.add(spans); malformed > 0 {
		response.PartialSuccess().SetRejectedSpans(malformed)
		response.PartialSuccess().SetErrorMessage("spans without an id, or that end before they begin")
	}
	return response
}

// An exporter is the receiver as gRPC knows it.
type exporter struct {
	ptraceotlp.UnimplementedGRPCServer
	receiver *Receiver
}

// Export implements ptraceotlp.GRPCServer.
func (e *exporter) Export(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	release, err := e.receiver.slot(ctx)
	if err != nil {
		return ptraceotlp.NewExportResponse(), status.Error(codes.Unavailable, "busy")
	}
	defer release()
	return e.receiver.keep(request.Traces()), nil
}
