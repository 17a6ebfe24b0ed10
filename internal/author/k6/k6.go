// Package k6 writes a suite as scripts for k6.
//
// Its stance: what a careful user of k6 would have written, and no more than k6 can carry. The same requests are sent, drawn in the same way, under
// the same load, and thresholds count what Tidemark counts: the measurement without the warm-up, answers that are as they have to be. What has no
// counterpart stands in the script as a comment and in the notes; nothing is left out silently. No value of an environment variable is read.
package k6

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/author"
)

//go:embed lib
var lib embed.FS

// An Export is a suite as scripts for k6.
type Export struct {
	Files []author.File
	Notes []Note
	Env   []string // variables that the scripts read
}

// A Note says of scenarios what k6 does otherwise, or not at all.
type Note struct {
	Scenarios []string `json:"scenarios,omitempty"` // their ids; empty: of the whole suite
	Text      string   `json:"text"`
}

// Write writes a plan as scripts: main.js, a module for each scenario, the library that they share, and their data.
func Write(plan *bench.Plan) (*Export, error) {
	x := &Export{}
	tables, most := &tables{}, 0
	for _, s := range plan.Scenarios {
		if most = max(most, s.Load.MostUsers()); s.Load.Open() {
			most = max(most, s.Load.MaxInFlight)
		}
	}
	modules := make([]module, 0, len(plan.Scenarios))
	for i := range plan.Scenarios {
		m := module{file: plan.Scenarios[i].ID, id: scenarioName(plan.Scenarios[i].ID), function: functionName(plan.Scenarios[i].ID, modules)}
		modules = append(modules, m)
		f := newFile(&plan.Scenarios[i], plan.Target, m.function, most, tables)
		content := f.script()
		x.Files = append(x.Files, author.File{Name: "scenarios/" + f.s.ID + ".js", Content: content, About: f.s.Name})
		for _, text := range f.notes {
			x.note(f.s.ID, text)
		}
		for _, name := range f.variables {
			if !slices.Contains(x.Env, name) {
				x.Env = append(x.Env, name)
			}
		}
	}
	notes := suiteNotes(plan)
	for _, text := range notes {
		x.Notes = append(x.Notes, Note{Text: text})
	}
	x.Files = slices.Insert(x.Files, 0, author.File{Name: "main.js", Content: mainScript(plan, modules, notes), About: "all scenarios, one after another"})
	for _, t := range tables.all {
		content, err := t.content()
		if err != nil {
			return nil, fmt.Errorf("data %s: %w", t.file, err)
		}
		x.Files = append(x.Files, author.File{Name: "data/" + t.file, Content: content, About: fmt.Sprintf("%d rows", len(t.rows))})
	}
	err := fs.WalkDir(lib, "lib", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := lib.ReadFile(name)
		x.Files = append(x.Files, author.File{Name: name, Content: string(content), About: "what the scenarios share"})
		return err
	})
	return x, err
}

// note adds what several scenarios have alike once.
func (x *Export) note(scenario, text string) {
	for i := range x.Notes {
		if x.Notes[i].Text == text {
			x.Notes[i].Scenarios = append(x.Notes[i].Scenarios, scenario)
			return
		}
	}
	x.Notes = append(x.Notes, Note{[]string{scenario}, text})
}

// suiteNotes is what belongs to the suite as a whole and k6 has no place for.
func suiteNotes(plan *bench.Plan) (notes []string) {
	if plan.Control != nil {
		notes = append(notes, "the control, "+plan.Control.Name+", is left out: k6 takes no drift of the machine out of its numbers")
	}
	if plan.Version.Path != "" {
		notes = append(notes, "target.version is left out: k6 does not ask which commit answers")
	}
	if plan.Service != nil {
		notes = append(notes, "service is left out: start what is measured yourself")
	}
	if plan.Evidence != (bench.EvidenceConfig{}) {
		notes = append(notes, "evidence is left out: `tidemark run --engine k6` gathers it beside the scripts")
	}
	if plan.Policy.Strict {
		notes = append(notes, "`thresholds: strict` is left out: k6 decides by the point estimate alone")
	}
	return notes
}

// A tables holds the data of all scenarios; what several have alike is written once.
type tables struct{ all []table }

type table struct {
	file string
	rows []map[string]any
}

// add is the file that a scenario's data is written to.
func (t *tables) add(scenario string, d bench.Data) string {
	name := d.Name + ".json"
	for _, known := range t.all {
		if known.file != name {
			continue
		}
		if reflect.DeepEqual(known.rows, d.Rows) {
			return name
		}
		name = d.Name + "-" + scenario + ".json"
	}
	t.all = append(t.all, table{name, d.Rows})
	return name
}

// content is a list with a row on each line, so that a change of one row is a change of one line.
func (t table) content() (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	b.WriteString("[\n")
	for i, row := range t.rows {
		if i > 0 {
			b.Truncate(b.Len() - 1) // the line's end
			b.WriteString(",\n")
		}
		if err := e.Encode(row); err != nil {
			return "", err
		}
	}
	b.WriteString("]\n")
	return b.String(), nil
}

// A module is a scenario's file as main.js sees it.
type module struct{ file, id, function string }

// scenarioName is an id as k6 allows scenarios to be called.
func scenarioName(id string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, id)
}

// functionName is an id as a function is called: create-order becomes createOrder.
func functionName(id string, taken []module) string {
	name, upper := "", false
	for _, r := range scenarioName(id) {
		switch {
		case r == '-' || r == '_':
			upper = name != ""
		case upper:
			name, upper = name+strings.ToUpper(string(r)), false
		default:
			name += string(r)
		}
	}
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "scenario" + name
	}
	if reserved[name] {
		name += "Scenario"
	}
	for n, wished := 2, name; slices.ContainsFunc(taken, func(m module) bool { return m.function == name }); n++ {
		name = fmt.Sprint(wished, n)
	}
	return name
}

func mainScript(plan *bench.Plan, modules []module, notes []string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("// The suite %s: its scenarios, one after another, as Tidemark runs them. Written by `tidemark export k6`.", oneLine(plan.Name))
	line("//")
	line("//   k6 run -e TARGET=%s main.js", oneLine(suggested(plan.Target)))
	line("//   k6 run -e SCENARIO=%s main.js   # one of them alone, or several with commas between", scenarioName(modules[0].id))
	if len(notes) > 0 {
		line("//")
		for _, note := range notes {
			comment(&b, "Without counterpart: "+note+".")
		}
	}
	line("import { chosen, inTurn, setUp, tearDown, thresholds } from './lib/tidemark.js';")
	for _, m := range modules {
		line("import * as %s from %s;", m.function, quoted("./scenarios/"+m.file+".js"))
	}
	line("")
	line("const scenarios = chosen({")
	for _, m := range modules {
		line("  %s: %s,", memberName(m.id), m.function)
	}
	line("});")
	line("")
	line("export const options = {")
	line("  scenarios: inTurn(scenarios),")
	line("  thresholds: thresholds(scenarios),")
	line("  summaryTrendStats: ['min', 'avg', 'med', 'p(95)', 'p(99)', 'max', 'count'],")
	line("};")
	line("")
	line("export const setup = () => setUp(scenarios);")
	line("export const teardown = (given) => tearDown(scenarios, given);")
	line("")
	line("// What the scenarios' exec names.")
	for _, m := range modules {
		line("export { run as %s } from %s;", m.function, quoted("./scenarios/"+m.file+".js"))
	}
	return b.String()
}

func suggested(target string) string {
	if target == "" {
		return "http://127.0.0.1:8080"
	}
	return target
}

// comment writes a text as comment lines.
func comment(b *strings.Builder, text string) {
	line := "//"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > commentWidth && line != "//" {
			b.WriteString(line + "\n")
			line = "//"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}

const commentWidth = 140

// oneLine is a text that cannot end the comment that it stands in.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// base is a scenario's file within the suite, as it is told.
func base(id string) string { return oneLine(path.Join("scenarios", id+".yml")) }
