package bench

import "time"

// A Measurement is one request. Times count from the start of the scenario's load.
type Measurement struct {
	Intended  time.Duration // when it was due (open model) or its user was ready (closed model)
	Sent      time.Duration // first byte written
	FirstByte time.Duration // first byte of the answer; 0 if none came
	Done      time.Duration
	Open      bool // of an open model: Intended is an arrival
	Delayed   bool // found no free slot at its intended time
	Outcome   Outcome
	Status    int
	Size      int64 // bytes of the body, as received
}

// Response is the response time: from the intended send to the end of the answer.
func (m Measurement) Response() time.Duration { return m.Done - m.Intended }

// Service is the service time: from the first byte written to the end of the answer.
func (m Measurement) Service() time.Duration { return m.Done - m.Sent }
