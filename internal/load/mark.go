package load

import "math/rand/v2"

// The first 32 bits of a trace id are a mark of its session, so that its spans can be told from all others that a service makes. The
// lowest of them is set in those of measured requests.
const measuring = 1

func newMark() uint32 { return rand.Uint32() &^ measuring }
