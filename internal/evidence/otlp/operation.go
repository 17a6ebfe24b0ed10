package otlp

import (
	"hash/maphash"
	"net/url"
	"regexp"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// An operation is what spans that do the same have in common. It holds no value of a statement and no id of a path.
type operation struct {
	kind          string // as bench names them
	name          string
	service       string // that does it
	system, about string
	library       string
}

const (
	mostOperations = 10_000 // names are few in a service that keeps the conventions; one that puts ids into them ends here
	mostStatements = 4_096  // texts that are remembered
	longestName    = 400    // letters of a statement's fingerprint
	longestLabel   = 200    // of any other name
	mostParameters = 64     // of a statement that are looked at
)

// A catalogue numbers operations, so that a span is small.
type catalogue struct {
	all        []operation
	code       []bench.Location // of each
	byOp       map[operation]int32
	statements map[statementKey]evidence.Statement
	seed       maphash.Seed
}

type statementKey struct{ text, system string }

func newCatalogue() *catalogue {
	return &catalogue{byOp: map[operation]int32{}, statements: map[statementKey]evidence.Statement{}, seed: maphash.MakeSeed()}
}

// number is the number of an operation. When there are too many, all others are one.
func (c *catalogue) number(op operation, code bench.Location) int32 {
	n, known := c.byOp[op]
	if !known && len(c.all) >= mostOperations {
		op = operation{kind: op.kind, name: "other"}
		code = bench.Location{}
		n, known = c.byOp[op]
	}
	if !known {
		n = int32(len(c.all))
		c.byOp[op] = n
		c.all, c.code = append(c.all, op), append(c.code, code)
	}
	if c.code[n] == (bench.Location{}) {
		c.code[n] = code
	}
	return n
}

// statement is ReadStatement, remembered: a service has few texts and sends them again and again.
func (c *catalogue) statement(text, system string) evidence.Statement {
	key := statementKey{text, system}
	s, known := c.statements[key]
	if !known {
		s = evidence.ReadStatement(text, system)
		s.Text = evidence.Short(s.Text, longestName)
		if len(c.statements) >= mostStatements {
			clear(c.statements)
		}
		if len(text) < mostKeyed {
			c.statements[key] = s
		}
	}
	return s
}

const mostKeyed = 8 << 10 // bytes of a text that is remembered

// Attributes of spans, by the names of the semantic conventions, old and new.
type attributes struct {
	dbSystem, dbText, dbOperation, dbTable       string
	httpMethod, url, urlTemplate, path, route    string
	peer, host, rpcSystem, rpcService, rpcMethod string
	messaging, destination                       string
	codeFile, codeFunction, codeNamespace        string
	codeLine                                     int64
	parameters                                   uint64 // hash of those of a statement; 0: none are known
	status                                       int64
}

func (c *catalogue) attributes(m pcommon.Map) (a attributes) {
	first := func(to *string, v pcommon.Value) {
		if *to == "" {
			*to = v.Str()
		}
	}
	parameters := 0
	for key, v := range m.All() {
		switch key {
		case "db.system.name", "db.system":
			first(&a.dbSystem, v)
		case "db.query.text", "db.statement":
			first(&a.dbText, v)
		case "db.operation.name", "db.operation":
			first(&a.dbOperation, v)
		case "db.collection.name", "db.sql.table", "db.mongodb.collection":
			first(&a.dbTable, v)
		case "http.request.method", "http.method":
			first(&a.httpMethod, v)
		case "url.full", "http.url":
			first(&a.url, v)
		case "url.template":
			first(&a.urlTemplate, v)
		case "url.path", "http.target":
			first(&a.path, v)
		case "http.route":
			first(&a.route, v)
		case "service.peer.name", "peer.service":
			first(&a.peer, v)
		case "server.address", "net.peer.name", "http.host":
			first(&a.host, v)
		case "rpc.system", "rpc.system.name":
			first(&a.rpcSystem, v)
		case "rpc.service":
			first(&a.rpcService, v)
		case "rpc.method":
			first(&a.rpcMethod, v)
		case "messaging.system":
			first(&a.messaging, v)
		case "messaging.destination.name", "messaging.destination":
			first(&a.destination, v)
		case "code.file.path", "code.filepath":
			first(&a.codeFile, v)
		case "code.function.name", "code.function":
			first(&a.codeFunction, v)
		case "code.namespace":
			first(&a.codeNamespace, v)
		case "code.line.number", "code.lineno":
			a.codeLine = v.Int()
		case "http.response.status_code", "http.status_code":
			a.status = v.Int()
		default:
			if strings.HasPrefix(key, "db.query.parameter.") && parameters < mostParameters {
				parameters++
				a.parameters += c.hash(key, v.AsString()) // a sum: their order means nothing
			}
		}
	}
	return a
}

// hash is a number for some texts; never 0.
func (c *catalogue) hash(texts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	for _, t := range texts {
		_, _ = h.WriteString(t) // it cannot fail
		_ = h.WriteByte(0)
	}
	return h.Sum64() | 1
}

// waiting are names of spans in which a service waits for a connection and asks nothing yet.
var waiting = regexp.MustCompile(`(?i)acquire|checkout|check.?out|get.?connection|\bpool\b|\bconnect\b`)

// read is the operation of a span, and a hash of its parameters; 0: they are not known.
func (c *catalogue) read(s ptrace.Span, service, library string) (number int32, parameters uint64) {
	a := c.attributes(s.Attributes())
	op := operation{service: service, library: library}
	kind := s.Kind()
	switch {
	case a.dbSystem != "" && kind != ptrace.SpanKindServer && kind != ptrace.SpanKindConsumer:
		parameters = c.query(&op, s.Name(), a)
	case kind == ptrace.SpanKindServer || kind == ptrace.SpanKindConsumer:
		op.kind, op.name = bench.ServeOperation, s.Name()
		if a.route != "" && !strings.Contains(op.name, a.route) {
			op.name = strings.TrimSpace(a.httpMethod + " " + a.route)
		}
	case kind == ptrace.SpanKindClient || kind == ptrace.SpanKindProducer:
		parameters = c.call(&op, s.Name(), a)
	case waiting.MatchString(s.Name()) && strings.Contains(strings.ToLower(s.Name()), "conn"):
		op.kind, op.name = bench.WaitOperation, s.Name()
	default:
		op.kind, op.name = bench.InternalOperation, s.Name()
	}
	if op.kind != bench.QueryOperation {
		op.name = label(op.name)
	}
	return c.number(op, a.location()), parameters
}

func (c *catalogue) query(op *operation, name string, a attributes) (parameters uint64) {
	op.kind, op.system = bench.QueryOperation, label(a.dbSystem)
	if a.dbText == "" {
		if waiting.MatchString(name) {
			op.kind, op.name = bench.WaitOperation, name
			return 0
		}
		op.name = label(name)
		if a.dbTable != "" {
			op.about = label(strings.ToLower(a.dbTable))
			op.name = label(a.dbOperation + " " + a.dbTable)
		}
		return a.parameters
	}
	s := c.statement(a.dbText, a.dbSystem)
	op.name = s.Text
	switch {
	case len(s.Tables) > 0:
		op.about = s.Tables[0]
	case a.dbTable != "":
		op.about = label(strings.ToLower(a.dbTable))
	}
	if a.parameters == 0 && s.Inline {
		return c.hash(a.dbText)
	}
	return a.parameters
}

func (c *catalogue) call(op *operation, name string, a attributes) (parameters uint64) {
	op.kind = bench.CallOperation
	u, _ := url.Parse(a.url) // one that cannot be read has no host and no path
	if u == nil {
		u = &url.URL{Path: a.path}
	}
	host := a.host
	if u.Host != "" {
		host = u.Hostname()
	}
	if op.about = a.peer; op.about == "" {
		op.about = host
	}
	op.about = label(op.about)
	switch {
	case a.rpcMethod != "":
		op.name = strings.TrimSpace(a.rpcService + "/" + a.rpcMethod)
		if op.about == "" {
			op.about = a.rpcService
		}
		return 0
	case a.messaging != "":
		op.name = name
		if op.about == "" {
			op.about = label(a.destination)
		}
		return 0
	case a.httpMethod == "":
		op.name = name
		return 0
	}
	path := a.urlTemplate
	if path == "" {
		path = template(u.Path)
	}
	op.name = strings.Join(strings.Fields(a.httpMethod+" "+op.about+" "+path), " ")
	// Two calls of one address with a body may differ in it; what it holds is not known.
	if u.Path == "" || u.RawQuery == "" && template(u.Path) == u.Path && a.httpMethod != "GET" && a.httpMethod != "HEAD" {
		return 0
	}
	return c.hash(a.httpMethod, host, u.Path, u.RawQuery)
}

// id is a segment of a path that names one of many: a number, a UUID, a ULID, a long hexadecimal or random word.
var id = regexp.MustCompile(`^(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-.*|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-fA-F]{12,}|[\w-]*\d[\w-]*\d[\w-]{14,})$`)

// template is a path with {id} for what names one of many.
func template(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if id.MatchString(s) {
			segments[i] = "{id}"
		}
	}
	return strings.Join(segments, "/")
}

func (a attributes) location() bench.Location {
	function := a.codeFunction
	if a.codeNamespace != "" && function != "" {
		function = a.codeNamespace + "." + function
	}
	return bench.Location{File: label(a.codeFile), Line: int(max(min(a.codeLine, 1<<31-1), 0)), Function: label(function)}
}

// label is a name that can be shown.
func label(text string) string { return evidence.Short(evidence.Plain(text), longestLabel) }
