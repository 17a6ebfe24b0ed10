package bench

// An EvidenceConfig says where evidence is to be had. Texts are templates: they may hold ${env.NAME}, and ${service.port} and
// ${service.side} of the side that is asked. An empty text is a source that is not asked, unless it is found by itself; Off is never asked.
type EvidenceConfig struct {
	OTLP     string // Auto, or host:port of loopback: spans are received there while the load runs
	Traces   string // where spans are read from afterwards: jaeger+http://host:16686, tempo+http://host:3200, or a file of OTLP JSON lines
	Postgres string // URL
	MySQL    string // URL
	Metrics  string // in Prometheus' text format: a path of the target, or a URL; empty: /metrics, if the target has it
	Profile  string // URL of Go's pprof, as http://host:6060/debug/pprof
}

// What a text of an EvidenceConfig may say instead of a place.
const (
	Auto = "auto"
	Off  = "off"
)

// Sources are the texts by the names that users know them by, in the order of the documentation.
func (c *EvidenceConfig) Sources() []EvidenceSource {
	return []EvidenceSource{{"otlp", &c.OTLP}, {"traces", &c.Traces}, {"postgres", &c.Postgres}, {"mysql", &c.MySQL}, {"metrics", &c.Metrics}, {"profile", &c.Profile}}
}

// An EvidenceSource is one of them.
type EvidenceSource struct {
	Name string
	Text *string
}
