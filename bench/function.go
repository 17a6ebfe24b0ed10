package bench

// A Function is where the target's CPU or memory went.
type Function struct {
	Name  string  `json:"name"`
	File  string  `json:"file,omitempty"`
	Line  int     `json:"line,omitempty"`
	Kind  string  `json:"kind"`            // cpu, alloc, or gc: allocating and collecting garbage as a whole
	Flat  float64 `json:"flat"`            // share, 0 to 1, in the function itself and what of libraries it calls
	Total float64 `json:"total"`           // share, with what it calls
	Bytes float64 `json:"bytes,omitempty"` // allocated a request
}
