package shop

import "embed"

// Suite is the benchmark suite of the shop, in benchmarks/api-performance. It needs SHOP_TOKEN in the environment.
//
//go:embed benchmarks
var Suite embed.FS
