// Package otlp gathers OpenTelemetry traces of measured requests: as a receiver that services send to, or from a file, or from Jaeger or
// Tempo. It says where the time of a typical and of a slow request went, and what was done again and again.
//
// Its stance: what comes over the network is hostile until it is counted. Names are made plain, values of statements are forgotten at
// once, and however much comes, what is kept has a bound. A trace that is not whole is counted and not used: a span that is missing would
// make its parent look busy.
package otlp
