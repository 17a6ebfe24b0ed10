package accesslog

import (
	"bytes"
	"hash/maphash"
	"math/rand/v2"
)

// Bounds of what a worker keeps.
const (
	mostEndpoints = 4000 // then slugs are grouped, and what is rare is dropped
	mostSamples   = 1000 // of an endpoint
	mostHours     = 10_000
	mostAgents    = 20_000
	mostPairs     = 100_000
	mostURI       = 2048
	sessions      = 1 << 14
	longestGap    = 60 // seconds between requests that belong together
)

// Why a request is left out.
type why int

const (
	statics why = iota
	bots
	health
	preflights
	oddMethods
	rare
	whys
)

var whyWords = [whys]string{"static files", "by bots and monitors", "health checks", "preflights", "with unusual methods", "of rare paths"}

// A worker sums up chunks.
type worker struct {
	tree      *tree
	rng       *rand.Rand
	clock     clock
	lines     int64
	broken    int64
	left      [whys]int64
	endpoints map[string]*stat // by method and template
	byID      []*stat
	agents    map[string]bool // which are bots
	hours     map[int64]int64
	hourAt    int64
	hourCount int64
	first     int64 // second of the log; 0: none is told
	last      int64
	sessions  []session
	chunk     uint32
	pairs     map[[2]int32]*pair
	key       []byte
	seed      maphash.Seed
}

// A stat is what is kept of an endpoint.
type stat struct {
	id       int32
	method   string
	template string
	decided  bool // by a document
	count    int64
	statuses map[int]int64
	timed    int64
	seconds  float64
	hours    map[int64]*hour
	hourAt   int64
	hour     *hour
	samples  []sampled
	sampled  int64 // how many could have been
}

type hour struct {
	count   int64
	timed   int64
	seconds float64
}

// A sampled is one request that was answered well.
type sampled struct {
	uri     string
	seconds float64
}

// A session is what somebody asked last, within one chunk: chunks are read out of order.
type session struct {
	who    uint64
	chunk  uint32
	last   int32
	second int64
}

type pair struct {
	count int64
	gaps  int64
}

func newWorker(t *tree, n uint64) *worker {
	return &worker{tree: t, rng: rand.New(rand.NewPCG(1, n)), endpoints: map[string]*stat{}, agents: map[string]bool{}, hours: map[int64]int64{}, sessions: make([]session, sessions), pairs: map[[2]int32]*pair{}, seed: maphash.MakeSeed()}
}

func (w *worker) read(c *chunk) {
	w.chunk++
	w.lines += int64(c.broken)
	w.broken += int64(c.broken)
	var r record
	for text := c.bytes; len(text) > 0; {
		line := text
		if at := bytes.IndexByte(text, '\n'); at >= 0 {
			line, text = text[:at], text[at+1:]
		} else {
			text = nil
		}
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		w.lines++
		r = record{}
		if len(line) > mostLine || !c.parser.parse(line, &r, &w.clock) || r.status < 100 || r.status > 599 {
			w.broken++
			continue
		}
		w.take(&r)
	}
}

// take counts a request, unless no user made it.
func (w *worker) take(r *record) {
	path := r.uri
	if at := bytes.IndexAny(path, "?#"); at >= 0 {
		path = path[:at]
	}
	switch string(r.method) {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD":
	case "OPTIONS":
		w.left[preflights]++
		return
	default:
		w.left[oddMethods]++
		return
	}
	switch {
	case isStatic(path):
		w.left[statics]++
		return
	case isHealth(path):
		w.left[health]++
		return
	case w.isBot(r.agent):
		w.left[bots]++
		return
	case len(r.uri) > mostURI:
		w.left[rare]++
		return
	}
	s := w.stat(r.method, path)
	s.count++
	s.statuses[r.status]++
	h := r.second / 3600
	if s.hour == nil || s.hourAt != h {
		s.hourAt = h
		if s.hour = s.hours[h]; s.hour == nil {
			s.hour = &hour{}
			if len(s.hours) < mostHours {
				s.hours[h] = s.hour
			}
		}
	}
	s.hour.count++
	if r.seconds >= 0 {
		s.timed++
		s.seconds += r.seconds
		s.hour.timed++
		s.hour.seconds += r.seconds
	}
	if w.hourAt != h {
		w.flush()
		w.hourAt = h
	}
	w.hourCount++
	if r.second > w.last {
		w.last = r.second
	}
	if r.second > 0 && (w.first == 0 || r.second < w.first) {
		w.first = r.second
	}
	if r.status < 400 {
		w.sample(s, r)
	}
	w.follow(s, r)
}

func (w *worker) flush() {
	if w.hourCount > 0 && (len(w.hours) < mostHours || w.hours[w.hourAt] > 0) {
		w.hours[w.hourAt] += w.hourCount
	}
	w.hourCount = 0
}

// sample keeps each request with the same chance, whatever their number (Vitter's algorithm R): so the sample is distributed as they are.
func (w *worker) sample(s *stat, r *record) {
	s.sampled++
	if len(s.samples) < mostSamples {
		s.samples = append(s.samples, sampled{string(r.uri), r.seconds})
		return
	}
	if at := w.rng.Int64N(s.sampled); at < mostSamples {
		s.samples[at] = sampled{string(r.uri), r.seconds}
	}
}

// stat finds an endpoint, or makes it.
func (w *worker) stat(method, path []byte) *stat {
	w.key = append(append(w.key[:0], method...), ' ')
	decided := false
	if !w.tree.empty() {
		if template := w.tree.match(path); template != "" {
			w.key, decided = append(w.key, template...), true
		}
	}
	if !decided {
		if w.key = appendTemplate(w.key, path); w.key[len(w.key)-1] == ' ' {
			w.key = append(w.key, '/')
		}
	}
	if s := w.endpoints[string(w.key)]; s != nil {
		return s
	}
	if len(w.endpoints) >= mostEndpoints {
		w.group()
		w.drop(mostEndpoints / 2)
	}
	s := &stat{id: int32(len(w.byID)), method: string(method), template: string(w.key[len(method)+1:]), decided: decided, statuses: map[int]int64{}, hours: map[int64]*hour{}}
	w.endpoints[string(w.key)] = s
	w.byID = append(w.byID, s)
	return s
}

// follow notes which endpoint somebody asks after which.
func (w *worker) follow(s *stat, r *record) {
	if len(r.client) == 0 || r.second == 0 {
		return
	}
	who := maphash.Bytes(w.seed, r.client) ^ 31*maphash.Bytes(w.seed, r.agent)
	slot := &w.sessions[who%sessions]
	if slot.chunk == w.chunk && slot.who == who {
		if gap := r.second - slot.second; gap >= 0 && gap <= longestGap && slot.last != s.id {
			key := [2]int32{slot.last, s.id}
			p := w.pairs[key]
			if p == nil && len(w.pairs) < mostPairs {
				p = &pair{}
				w.pairs[key] = p
			}
			if p != nil {
				p.count++
				p.gaps += gap
			}
		}
	}
	*slot = session{who, w.chunk, s.id, r.second}
}

var staticEnds = map[string]bool{"js": true, "mjs": true, "css": true, "png": true, "jpg": true, "jpeg": true, "gif": true, "svg": true, "webp": true, "avif": true, "ico": true, "woff": true, "woff2": true, "ttf": true, "otf": true, "eot": true,
	"map": true, "mp4": true, "webm": true, "mp3": true, "html": true, "htm": true, "txt": true, "webmanifest": true, "wasm": true, "php": true, "asp": true, "aspx": true, "env": true}

func isStatic(path []byte) bool {
	for i := len(path) - 1; i >= 0 && len(path)-i < 13; i-- {
		switch path[i] {
		case '.':
			return staticEnds[string(path[i+1:])]
		case '/':
			return false
		}
	}
	return false
}

var healthEnds = map[string]bool{"health": true, "healthz": true, "healthcheck": true, "health-check": true, "livez": true, "readyz": true, "live": true, "ready": true, "ping": true, "metrics": true, "status": true, "heartbeat": true, "alive": true, "nginx_status": true}

func isHealth(path []byte) bool {
	last := path[bytes.LastIndexByte(path, '/')+1:]
	return healthEnds[string(last)] && bytes.Count(path, []byte("/")) <= 3
}

var botWords = [][]byte{[]byte("bot"), []byte("spider"), []byte("crawl"), []byte("slurp"), []byte("kube-probe"), []byte("healthcheck"), []byte("googlehc"), []byte("pingdom"), []byte("uptime"), []byte("monitor"), []byte("prometheus"),
	[]byte("statuscake"), []byte("site24x7"), []byte("nagios"), []byte("zabbix"), []byte("masscan"), []byte("zgrab"), []byte("nmap"), []byte("nikto"), []byte("sqlmap"), []byte("ahrefs"), []byte("semrush"), []byte("facebookexternal")}

// isBot reports whether a user agent is a program that looks at sites by itself. Agents are few, so the answer is remembered.
func (w *worker) isBot(agent []byte) bool {
	if len(agent) < 2 {
		return false
	}
	if known, ok := w.agents[string(agent)]; ok {
		return known
	}
	low := bytes.ToLower(agent)
	bot := false
	for _, word := range botWords {
		if bytes.Contains(low, word) {
			bot = true
			break
		}
	}
	if len(w.agents) < mostAgents {
		w.agents[string(agent)] = bot
	}
	return bot
}
