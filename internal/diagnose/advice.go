package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	explained     = 0.3 // weight of a finding that needs no further source
	worthPointing = 0.3 // of a request, that something has to take to be pointed at
	goodFit       = 0.8 // r² of latency against the scenario's size
)

// advice is what to switch on to learn more: sources that were asked and told nothing, and, where no finding explains much, those that would
// tell what takes the time. Nothing is said of sources that would add nothing.
func (s *Subject) advice(causes []cause) (all []string) {
	for _, e := range s.Evidence {
		if e.Missing != "" && e.Source != bench.FromServerTiming {
			all = append(all, fmt.Sprintf("%s: %s", e.Source, e.Missing))
		}
		if e.Database != nil {
			for _, gap := range e.Database.Gaps {
				all = append(all, fmt.Sprintf("%s: %s", e.Source, gap))
			}
		}
	}
	if slices.ContainsFunc(causes, func(c cause) bool {
		return weight(c) >= explained && c.Confidence != bench.Possible && !symptom(c.Kind)
	}) {
		return all
	}
	if s.Latency == (Latency{}) {
		return all // nothing was answered, and so nothing was slow
	}
	if t := s.traces(); t != nil {
		return append(all, s.afterTraces(t)...)
	}
	return append(all, s.withoutTraces()...)
}

// symptom reports whether a kind says that requests wait, and leaves open what for.
func symptom(kind bench.Kind) bool {
	return kind == bench.SaturationKind || kind == bench.GeneratorLimit
}

func (s *Subject) has(sources ...bench.Source) bool {
	return slices.ContainsFunc(sources, func(source bench.Source) bool { return of(s.Evidence, source) != nil })
}

// asked reports whether a source was asked, whatever it told.
func (s *Subject) asked(source bench.Source) bool {
	return slices.ContainsFunc(s.Evidence, func(e bench.Evidence) bool { return e.Source == source })
}

// afterTraces points at what takes the time by the traces, and at who could say why.
func (s *Subject) afterTraces(t *bench.Traces) (all []string) {
	const profile = "`evidence: {profile: …}` (pprof) would name the functions, and `metrics` tell of garbage collection and of waiting for connections"
	var own, ownSlow float64 // of all
	pointed := false
	for _, o := range t.Operations {
		works := o.Kind == bench.ServeOperation || o.Kind == bench.InternalOperation
		if works {
			own, ownSlow = own+o.Share, ownSlow+o.ShareSlow
		}
		if max(o.Share, o.ShareSlow) < worthPointing {
			continue
		}
		much := fmt.Sprintf("%s of a typical request and %s of a slow one", percent(o.Share), percent(o.ShareSlow))
		switch {
		case o.Kind == bench.QueryOperation && !s.has(bench.FromPostgres, bench.FromMySQL):
			all = append(all, fmt.Sprintf("%s is one statement, %s: %s would tell its plan, its indexes and what it waits for", much, quoted(o.Name), database(o.System)))
		case works && !s.has(bench.FromProfile):
			all, pointed = append(all, fmt.Sprintf("%s is the own work of %s, in no other span: %s", much, quoted(o.Name), profile)), true
		case o.Kind == bench.CallOperation && o.About != "" && !served(t, o):
			all = append(all, fmt.Sprintf("%s is the call %s: spans of %s, sent to the same place, would tell what it does", much, quoted(o.Name), o.About))
		case o.Kind == bench.CallOperation && onTheWay(t, o) && !s.has(bench.FromMetrics):
			all = append(all, fmt.Sprintf("%s is the call %s, most of it on the way to it and in no span of who is called: `evidence: {metrics: …}` would tell whether both wait for a processor", much, quoted(o.Name)))
		}
	}
	if max(own, ownSlow) >= worthPointing && !pointed && !s.has(bench.FromProfile) {
		all = append(all, fmt.Sprintf("%s of a typical request and %s of a slow one is the services' own work, in no other span: %s", percent(min(own, 1)), percent(min(ownSlow, 1)), profile))
	}
	return all
}

// served reports whether there are spans of who is called.
func served(t *bench.Traces, call bench.Operation) bool {
	return slices.ContainsFunc(t.Operations, func(o bench.Operation) bool { return o.Kind == bench.ServeOperation && o.Parent == call.Name })
}

// database is the key of the source for a database system.
func database(system string) string {
	switch {
	case strings.HasPrefix(system, "postgres"):
		return "`evidence: {postgres: …}`"
	case system == "mysql" || system == "mariadb":
		return "`evidence: {mysql: …}`"
	}
	return "the database's own statistics (`evidence: {postgres: …}` or `{mysql: …}`)"
}

// withoutTraces says what is known of where the time goes, and who could say more.
func (s *Subject) withoutTraces() (all []string) {
	known := ""
	if e := of(s.Evidence, bench.FromServerTiming); e != nil {
		known = timingHint(e.Timings)
	}
	if f := s.load().Size; f != nil && f.R2 >= goodFit && f.Slope*f.Typical >= worthPointing*s.Latency.P50 {
		known = fmt.Sprintf("latency grows by %s for each of the scenario's size (r² %.2f, from %s to %s), as a query or a call for each makes it. ", span(f.Slope), f.R2, number(f.Smallest), number(f.Largest)) + known
	}
	if e := s.anyDatabase(); e != nil {
		spent := 0.0
		for _, st := range e.Database.Statements {
			spent += st.Calls * st.Each
		}
		if i := slices.IndexFunc(e.Database.Statements, func(st bench.Statement) bool { return st.Calls >= leastRepeated }); i >= 0 {
			st := e.Database.Statements[i]
			known += fmt.Sprintf("%s is made %s times a request; traces would tell whether each time for another row, or for the same. ", quoted(st.Query), number(st.Calls))
		}
		if spent < worthPointing*s.Latency.P50 {
			known += fmt.Sprintf("the database accounts for %s of %s (p50). ", span(spent), span(s.Latency.P50))
		}
	}
	if !s.asked(bench.FromTraces) {
		all = append(all, known+"`evidence: {otlp: auto}`, with the service's OpenTelemetry exporter pointed at it, would show in which statements, calls and own work the time goes")
	} else if known != "" {
		all = append(all, strings.TrimSpace(known))
	}
	if !s.has(bench.FromPostgres, bench.FromMySQL) {
		all = append(all, "`evidence: {postgres: …}` or `{mysql: …}` would tell the database's part: statements a request, plans, missing indexes, locks")
	}
	if !s.has(bench.FromProfile, bench.FromMetrics) {
		all = append(all, "`evidence: {profile: …, metrics: …}` would tell the service's own part: functions, garbage collection, waiting for connections")
	}
	return all
}

func (s *Subject) anyDatabase() *bench.Evidence {
	for _, source := range []bench.Source{bench.FromPostgres, bench.FromMySQL} {
		if e := of(s.Evidence, source); e != nil && e.Database != nil {
			return e
		}
	}
	return nil
}

// timingHint is what Server-Timing says of where the time goes.
func timingHint(all []bench.Timing) string {
	var parts []string
	for _, m := range all {
		if m.Share < worthPointing || strings.EqualFold(m.Name, "total") {
			continue
		}
		part := fmt.Sprintf("%s takes %s of a typical request by its Server-Timing", quoted(m.Name), percent(m.Share))
		if m.Count >= leastRepeated {
			part += fmt.Sprintf(", in %s queries or calls", number(m.Count))
		}
		if m.CountBySize >= .2 {
			part += fmt.Sprintf(", %s more for each of the scenario's size", number(m.CountBySize))
		}
		parts = append(parts, part)
	}
	if parts == nil {
		return ""
	}
	return strings.Join(parts, "; ") + ". "
}
