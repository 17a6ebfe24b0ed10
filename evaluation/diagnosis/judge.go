package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/diagnose"
)

// A measurement is one trial under one load, with what each setting's evidence says.
type measurement struct {
	trial
	load   shopLoad
	result bench.Result
	again  int      // times that it was measured before, with a late load generator
	said   []saying // of each setting
}

// A saying is what one setting's evidence says, and how right it is.
type saying struct {
	setting  string
	findings []bench.Finding
	advice   []string
	mark     mark
}

// A mark is how right a diagnosis is.
type mark string

// The marks, from right to wrong.
const (
	first   mark = "first"   // the true cause is named first
	three   mark = "top 3"   // among the first three
	advised mark = "advised" // not named, nothing else is, and the advice names a source that would
	silent  mark = "silent"  // nothing is named, and no source that would
	symptom mark = "symptom" // only that requests wait, which they do, and the advice names a source that would tell what for
	wrong   mark = "WRONG"   // something else is named, and the true cause is not
	missed  mark = "missed"  // the evidence suffices, and the cause is not named
	none    mark = "none"    // of the healthy shop, as it should be
)

// judge explains a result by each setting's evidence alone.
func judge(t trial, l shopLoad, r *bench.Result) measurement {
	m := measurement{trial: t, load: l, result: *r}
	for _, setting := range settings {
		only := *r
		only.Evidence = slices.DeleteFunc(slices.Clone(r.Evidence), func(e bench.Evidence) bool {
			return e.Source != bench.FromGenerator && !slices.Contains(setting.sources, e.Source)
		})
		s := saying{setting: setting.name}
		s.findings, s.advice = diagnose.Explain(diagnose.Of(&only))
		if t.fault != string(bench.GeneratorLimit) && r.Verdict.Status == bench.Void {
			// The machine was too busy, and that is what is said; what is asked here is what else is.
			s.findings = slices.DeleteFunc(s.findings, func(f bench.Finding) bool { return f.Kind == bench.GeneratorLimit })
		}
		s.mark = t.mark(s)
		m.said = append(m.said, s)
	}
	return m
}

func (t trial) mark(s saying) mark {
	at := slices.IndexFunc(s.findings, func(f bench.Finding) bool {
		return string(f.Kind) == t.fault || slices.Contains(t.also, string(f.Kind))
	})
	advice := strings.Join(s.advice, "\n")
	pointed := slices.ContainsFunc(t.points, func(source string) bool { return strings.Contains(advice, source) })
	waits := !slices.ContainsFunc(s.findings, func(f bench.Finding) bool { return f.Kind != bench.SaturationKind && f.Kind != bench.GeneratorLimit })
	switch {
	case t.fault == healthy && len(s.findings) == 0:
		return none
	case t.fault == healthy:
		return wrong
	case at == 0:
		return first
	case at > 0 && at < 3:
		return three
	case len(s.findings) > 0 && waits && pointed && !slices.Contains(t.suffices, s.setting):
		return symptom
	case len(s.findings) > 0:
		return wrong
	case slices.Contains(t.suffices, s.setting):
		return missed
	case pointed:
		return advised
	}
	return silent
}

// line is a measurement in short.
func (m measurement) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-18s %-15s %-22s p50 %6.1f p95 %6.1f ms", m.fault, m.scenario, m.load.name, m.result.Latency.P50, m.result.Latency.P95)
	for _, s := range m.said {
		fmt.Fprintf(&b, "  %s: %s", s.setting, s.mark)
		if s.mark == wrong || s.mark == three {
			fmt.Fprintf(&b, " (%s)", s.findings[0].Kind)
		}
	}
	if m.result.Verdict.Status == bench.Void {
		b.WriteString("  [generator late]")
	}
	return b.String()
}

// details is all that was said.
func (m measurement) details() string {
	var b strings.Builder
	for _, s := range m.said {
		fmt.Fprintf(&b, "    %s:\n", s.setting)
		for _, f := range s.findings {
			fmt.Fprintf(&b, "      %s (%s) %.0f%% %.0f%% saves %.1f ms: %s | %s\n", f.Kind, f.Confidence, 100*f.Effect.ShareP50, 100*f.Effect.ShareP99, f.Effect.SavesMS, f.Summary, f.Remedy)
		}
		for _, a := range s.advice {
			fmt.Fprintf(&b, "      advice: %s\n", a)
		}
	}
	return b.String()
}
