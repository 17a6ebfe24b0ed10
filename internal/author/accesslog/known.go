package accesslog

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tidemark/tidemark/internal/author"
)

const (
	mostDescribed = 200 // endpoints, the most important ones
	leastRate     = 1.0 // a second: below it a minute has too few requests to say anything
	mostValue     = 200 // letters of a parameter's value
	leastShare    = 0.1 // of an endpoint's requests, for a way to ask it that becomes a scenario of its own
	mostWays      = 3   // to ask one endpoint
	leastLift     = 2.0 // how much more often than by chance something follows something else, in a flow
)

// known is what the log tells.
func (w *worker) known() (*author.Known, error) {
	w.flush()
	w.group()
	w.group() // what is below a slug may have slugs too, once those above are one
	k := &author.Known{Source: author.AccessLog, Totals: map[string]int{}}
	all := slices.SortedFunc(maps.Values(w.endpoints), func(a, b *stat) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), strings.Compare(a.method+a.template, b.method+b.template))
	})
	busy, requests := int64(0), int64(0)
	for _, h := range slices.Sorted(maps.Keys(w.hours)) {
		if w.hours[h] > requests {
			busy, requests = h, w.hours[h]
		}
	}
	gone := int64(0)
	places := map[*stat]int{}
	for _, s := range all {
		if len(k.Endpoints) >= mostDescribed {
			break
		}
		if s.good()*10 < s.count { // nine of ten were refused: scanners, broken links
			gone += s.count
			continue
		}
		places[s] = len(k.Endpoints)
		k.Endpoints = append(k.Endpoints, s.asked(busy, w.covered(busy))...)
	}
	if len(k.Endpoints) == 0 {
		return nil, fmt.Errorf("has no requests of an API in %s%s", author.Count(w.lines, "line"), w.told(gone))
	}
	w.flow(k, places)
	k.Notes = append(k.Notes, fmt.Sprintf("access log: %s, the busy hour from %s with %s%s", author.Count(w.lines, "line"), time.Unix(busy*3600, 0).UTC().Format("2006-01-02 15:04 UTC"), author.Count(requests, "request"), w.told(gone)))
	return k, nil
}

// covered is how many seconds of an hour the log has: its first and its last one may be cut.
func (w *worker) covered(hour int64) float64 {
	return float64(max(60, min(3600*(hour+1), w.last+1)-max(3600*hour, w.first)))
}

// told says what was left out.
func (w *worker) told(gone int64) string {
	var parts []string
	if w.broken > 0 {
		parts = append(parts, author.Count(w.broken, "line")+" that could not be read")
	}
	for i, n := range w.left {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, whyWords[i]))
		}
	}
	if gone > 0 {
		parts = append(parts, fmt.Sprintf("%d of paths that nearly always fail", gone))
	}
	if len(parts) == 0 {
		return ""
	}
	return "; left out: " + strings.Join(parts, ", ")
}

// weight is traffic times time; where no times are told, traffic.
func (s *stat) weight() float64 {
	if s.timed > 0 {
		return s.seconds / float64(s.timed) * float64(s.count)
	}
	return float64(s.count) * 1e-9
}

func (s *stat) good() (n int64) {
	for status, count := range s.statuses {
		if status < 400 {
			n += count
		}
	}
	return n
}

// asked is an endpoint in each way that it was often asked, the most frequent first: a search with a category costs something else than one
// without, and a scenario can only ask with the same parameters each time.
func (s *stat) asked(busy int64, covered float64) []author.Endpoint {
	e := author.Endpoint{Method: s.method}
	places := s.path(&e)
	e.Summary = s.summary()
	best, most := 0, int64(0)
	for _, status := range slices.Sorted(maps.Keys(s.statuses)) {
		if n := s.statuses[status]; status < 300 && n > most { // a 304 is for who has it already
			best, most = status, n
		}
	}
	if e.Method == http.MethodGet || most*20 >= s.good()*19 {
		e.Answer.Status = best
	}
	ways := s.ways(places)
	if len(ways) > 1 {
		e.Mix = mix(ways)
	}
	kept, sum := s.frequent(ways, busy, covered)
	all := make([]author.Endpoint, len(kept))
	for i, way := range kept {
		share := float64(len(way.rows)) / float64(max(sum, 1))
		if len(kept) == 1 {
			share = 1
		}
		one := e
		one.Weight, one.Also = max(s.weight()*share, math.SmallestNonzeroFloat64), i > 0
		s.load(&one, busy, covered, share)
		way.values(&one, places)
		all[i] = one
	}
	return all
}

// A way is the requests of an endpoint, of those that were sampled, that have the same parameters.
type way struct {
	names string // of the query, sorted, joined by &
	rows  []row
}

// ways are those that an endpoint was asked in, the most frequent first. There is always one.
func (s *stat) ways(places map[int]string) []way {
	byNames := map[string]*way{}
	for _, r := range s.samples {
		if one, ok := rowOf(r.uri, places); ok {
			if byNames[one.names] == nil {
				byNames[one.names] = &way{names: one.names}
			}
			w := byNames[one.names]
			w.rows = append(w.rows, one)
		}
	}
	all := make([]way, 0, len(byNames))
	for _, w := range byNames {
		all = append(all, *w)
	}
	slices.SortFunc(all, func(a, b way) int {
		return cmp.Or(cmp.Compare(len(b.rows), len(a.rows)), strings.Compare(a.names, b.names))
	})
	if len(all) == 0 {
		all = append(all, way{})
	}
	return all
}

// frequent is the ways that are worth a scenario each, and how many of the sampled requests they have together.
func (s *stat) frequent(all []way, busy int64, covered float64) (kept []way, sum int) {
	total := 0
	for _, w := range all {
		total += len(w.rows)
	}
	rate := 0.0
	if h := s.hours[busy]; h != nil {
		rate = float64(h.count) / covered
	}
	for i, w := range all {
		if share := float64(len(w.rows)) / float64(max(total, 1)); i == 0 || share >= leastShare && share*rate >= leastRate && len(kept) < mostWays {
			kept, sum = append(kept, w), sum+len(w.rows)
		}
	}
	return kept, sum
}

// path names the parameters of a template, and returns their names by their place.
func (s *stat) path(e *author.Endpoint) map[int]string {
	segments := strings.Split(strings.Trim(s.template, "/"), "/")
	names := map[int]string{}
	several := strings.Count(s.template, "{") > 1
	used := map[string]bool{}
	for i, segment := range segments {
		if !strings.Contains(segment, "{") {
			continue
		}
		name := strings.Trim(segment, "{}")
		if name == "" {
			name = "id"
			if several && i > 0 && !strings.Contains(segments[i-1], "{") {
				name = strings.Join(author.Words(author.Singular(segments[i-1])), "_") + "_id"
			}
		}
		for n := 2; used[name]; n++ {
			name = fmt.Sprintf("id%d", n)
		}
		used[name] = true
		if segment == "{}" {
			segments[i] = "{" + name + "}"
		}
		names[i] = name
	}
	e.Path = "/" + strings.Join(segments, "/")
	return names
}

// load is the arrival rate of the busy hour, or of a share of it, and by Little's law how many requests were on their way at once.
func (s *stat) load(e *author.Endpoint, busy int64, covered, share float64) {
	h := s.hours[busy]
	if h == nil {
		h = &hour{}
	}
	rate := float64(h.count) / covered
	note := fmt.Sprintf("%d in the busy hour", h.count)
	if h.timed > 0 {
		note += fmt.Sprintf(", %.2g at once", rate*h.seconds/float64(h.timed))
	}
	if share < 1 {
		note += fmt.Sprintf("; %.0f%% of them in this way", 100*share)
		rate *= share
	}
	if rate < leastRate {
		note += fmt.Sprintf("; that is %s/s, too few to measure", strconv.FormatFloat(rate, 'g', 2, 64))
		rate = leastRate
	}
	e.Load = author.Load{Rate: strconv.FormatFloat(math.Round(rate*100)/100, 'f', -1, 64) + "/s", Note: note}
}

// summary says how it went in the log: times, statuses, and how it was asked.
func (s *stat) summary() string {
	text := fmt.Sprintf("In the log %d times", s.count)
	var times []float64
	for _, r := range s.samples {
		if r.seconds >= 0 {
			times = append(times, r.seconds)
		}
	}
	if slices.Sort(times); len(times) >= 100 {
		at := func(q float64) string {
			return time.Duration(times[int(q*float64(len(times)-1))] * float64(time.Second)).Round(100 * time.Microsecond).String()
		}
		text += fmt.Sprintf(", p50 %s, p95 %s", at(0.5), at(0.95))
	}
	if failed := s.count - s.good(); failed > 0 {
		text += fmt.Sprintf(", %s%% failed", strconv.FormatFloat(100*float64(failed)/float64(s.count), 'g', 2, 64))
	}
	return text + "."
}

// A row is what one request asked, by name.
type row struct {
	path  map[string]string
	query url.Values
	names string
}

// values makes the parameters of an endpoint from the requests that were sampled: the rows of a table, which have the distribution that
// the requests had, its head and its tail.
func (w way) values(e *author.Endpoint, places map[int]string) {
	rows := w.rows
	table := &author.Table{}
	cells := make([][]string, len(rows))
	add := func(p author.Param, value func(row) string) {
		column := make([]string, len(rows))
		same := true
		for i, r := range rows {
			column[i] = value(r)
			same = same && column[i] == column[0]
		}
		switch {
		case p.In == "query" && author.SecretName(p.Name):
			p.Value = author.Expression("env." + author.EnvName(p.Name))
		case len(rows) == 0 || slices.ContainsFunc(column, private):
			p.Value = nil // somebody's own: it has to be given
			p.Kind = author.StringKind
			if p.In == "query" {
				p.Value = author.Expression("env." + author.EnvName(p.Name))
			}
		case same && p.In == "query":
			p.Value = author.Literal{V: column[0]}
		default:
			p.Column = author.SaveName(p.Name)
			for n := 2; slices.Contains(table.Columns, p.Column); n++ {
				p.Column = fmt.Sprintf("%s_%d", author.SaveName(p.Name), n)
			}
			table.Columns = append(table.Columns, p.Column)
			for i := range cells {
				cells[i] = append(cells[i], column[i])
			}
		}
		e.Params = append(e.Params, p)
	}
	for _, i := range slices.Sorted(maps.Keys(places)) {
		name := places[i]
		add(author.Param{Name: name, In: "path", Required: true}, func(r row) string { return r.path[name] })
	}
	if w.names != "" {
		for name := range strings.SplitSeq(w.names, "&") {
			add(author.Param{Name: name, In: "query", Required: true}, func(r row) string { return r.query.Get(name) })
		}
	}
	if len(table.Columns) > 0 {
		table.Rows = cells
		e.Samples = table
	}
}

// mix says how often which parameters were asked with.
func mix(ways []way) string {
	total := 0
	for _, w := range ways {
		total += len(w.rows)
	}
	parts := make([]string, 0, 4)
	for _, w := range ways[:min(4, len(ways))] {
		shown := w.names
		if shown == "" {
			shown = "no query"
		}
		parts = append(parts, fmt.Sprintf("%d%% %s", (100*len(w.rows)+total/2)/total, shown))
	}
	return "Asked with: " + strings.Join(parts, ", ") + "."
}

// private reports whether a value is a secret or somebody's own.
func private(v string) bool { return author.SecretValue(v) || strings.Contains(v, "@") }

// rowOf reads an address again, now that its template is known.
func rowOf(uri string, places map[int]string) (r row, ok bool) {
	path, query, _ := strings.Cut(uri, "?")
	path, _, _ = strings.Cut(path, "#")
	query, _, _ = strings.Cut(query, "#")
	r.path = map[string]string{}
	segments := strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
	for i, name := range places {
		if i >= len(segments) {
			return r, false
		}
		v, err := url.PathUnescape(segments[i])
		if err != nil || !plainValue(v) {
			return r, false
		}
		r.path[name] = v
	}
	values, err := url.ParseQuery(query)
	if err != nil || len(values) > 20 {
		return r, false
	}
	r.query = values
	var names []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if v := values.Get(name); name == "" || len(name) > 60 || !plainValue(name) || strings.Contains(name, "&") || v != "" && !plainValue(v) || v == "" {
			return r, false
		}
		names = append(names, name)
	}
	r.names = strings.Join(names, "&")
	return r, true
}

func plainValue(v string) bool {
	return v != "" && len(v) <= mostValue && utf8.ValidString(v) && !strings.ContainsFunc(v, func(c rune) bool { return c < ' ' || c == 0x7f || c >= 0xE000 && c <= 0xF8FF })
}

// flow makes the way that was gone most often, of up to four endpoints, a scenario. What follows something else no more often than chance has
// it is no way: behind a proxy that hides them, all clients look like one.
func (w *worker) flow(k *author.Known, places map[*stat]int) {
	counts := map[[2]int]*pair{}
	out, in, total := map[int]int64{}, map[int]int64{}, int64(0)
	for key, p := range w.pairs {
		a, known := places[w.byID[key[0]]]
		b, known2 := places[w.byID[key[1]]]
		if !known || !known2 || a == b {
			continue
		}
		out[a] += p.count
		in[b] += p.count
		total += p.count
		if into := counts[[2]int{a, b}]; into != nil {
			into.count += p.count
			into.gaps += p.gaps
		} else {
			counts[[2]int{a, b}] = &pair{p.count, p.gaps}
		}
	}
	keys := slices.SortedFunc(maps.Keys(counts), func(x, y [2]int) int {
		return cmp.Or(cmp.Compare(counts[y].count, counts[x].count), cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]))
	})
	keys = slices.DeleteFunc(keys, func(key [2]int) bool {
		return float64(counts[key].count)*float64(total) < leastLift*float64(out[key[0]])*float64(in[key[1]])
	})
	if len(keys) == 0 || counts[keys[0]].count < 50 {
		return
	}
	way := []int{keys[0][0], keys[0][1]}
	for len(way) < 4 {
		last, next := way[len(way)-1], -1
		for _, key := range keys { // where a fifth went on to the same
			if key[0] == last && !slices.Contains(way, key[1]) && counts[key].count*5 >= out[last] {
				next = key[1]
				break
			}
		}
		if next < 0 {
			break
		}
		way = append(way, next)
	}
	f := author.Flow{Name: "Frequent flow", About: fmt.Sprintf("The way that was gone most often: its first step %d times.", counts[keys[0]].count)}
	for i, at := range way {
		step := author.FlowStep{Endpoint: k.Endpoints[at]}
		step.Summary, step.Weight = "", 0
		if i+1 < len(way) {
			p := counts[[2]int{at, way[i+1]}]
			step.Think = min(10*time.Second, time.Duration(p.gaps)*time.Second/time.Duration(p.count)).Round(100 * time.Millisecond)
		}
		f.Steps = append(f.Steps, step)
	}
	k.Flows = append(k.Flows, f)
}
