package bench

// An EvidenceConfig says where evidence is to be had. Texts are templates: they may hold ${env.NAME}, and ${service.port} and
// ${service.side} of the side that they are asked for. An empty text is a source that is not asked.
type EvidenceConfig struct {
	OTLP     string // auto, or host:port of loopback: receive spans there as long as the load runs
	Traces   string // URL of a Jaeger or Tempo query API, as jaeger+http://host:16686, or the path of a file of OTLP JSON lines
	Postgres string // URL
	MySQL    string // URL
	Metrics  string // path of the target, or URL, of metrics in Prometheus' text format
	Profile  string // URL of Go's pprof, as http://host:6060/debug/pprof
}
