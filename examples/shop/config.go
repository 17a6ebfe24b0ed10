package shop

import (
	"io"
	"log/slog"
	"time"

	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// A Config says how a shop is to be. The zero value is a healthy shop with a database of its own on free ports.
type Config struct {
	Listen    string // host:port of the API; empty: a free port of the loopback interface, as for the next two
	Admin     string // of the fault switches and pprof
	Inventory string // of the inventory service

	Database    string        // postgres://…, an SQLite file, or empty: a temporary SQLite file
	Delay       time.Duration // of the network to the database, for each round trip
	Connections int           // to the database; 0: 16

	Faults        []string      // to switch on before the first request
	Token         string        // the bearer token that may act for every user; empty: a random one
	TokenLifetime time.Duration // of the tokens that users log in for; 0: an hour
	Version       string        // what /version and X-Shop-Version say; empty: the commit that the binary was built from

	OTLP            string    // base URL of an OTLP endpoint for traces; empty: no tracing
	SQLComments     bool      // with tracing: each statement names its trace in a comment
	AccessLog       io.Writer // nil: none
	AccessLogFormat telemetry.Format
	Log             *slog.Logger // failures; nil: none
}

const (
	freePort           = "127.0.0.1:0"
	defaultConnections = 16
	defaultLifetime    = time.Hour
	inventorySeed      = 1
)
