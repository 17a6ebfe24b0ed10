package suite

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// maxFile bounds a scenario or threshold file: what is larger is something else.
const maxFile = 1 << 20

// A document is one YAML or JSON file (JSON is YAML) and what was found in it.
type document struct {
	dir, name string
	source    string
	lifted    lifted
	root      ast.Node // nil: it is no YAML
	faults    Faults
	env       []bench.EnvUse
}

func open(dir, name string) *document {
	d := &document{dir: dir, name: name}
	source, err := readFile(filepath.Join(dir, name), maxFile)
	if err != nil {
		d.whole(err.Error())
	}
	d.source = strings.TrimPrefix(string(source), "\ufeff") // some editors write a byte order mark
	if !utf8.ValidString(d.source) || strings.ContainsFunc(d.source, func(r rune) bool { return isMark(r) || r == filler }) {
		d.whole("is no plain UTF-8 text")
	}
	d.lifted = lift(d.source)
	if strings.HasSuffix(name, ".json") { // in which a tab is as good as a space, but for the decoder's columns
		d.lifted.source = strings.ReplaceAll(d.lifted.source, "\t", " ")
	}
	return d
}

// readFile reads a file of at most so many bytes. Its error leaves the path out: the reader of the suite knows which.
func readFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		err = errors.New("is a folder")
	}
	if err == nil && info.Size() > most {
		err = fmt.Errorf("is larger than %d MB", most>>20)
	}
	if err == nil {
		var b []byte
		if b, err = os.ReadFile(path); err == nil {
			return b, nil
		}
	}
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		err = pe.Err
	}
	return nil, err
}

func (d *document) whole(message string) {
	d.faults = append(d.faults, Fault{File: d.name, Message: message})
}

// decode fills v strictly: a key that v does not have is a fault.
func (d *document) decode(v any) {
	if len(d.faults) > 0 {
		return
	}
	if strings.TrimSpace(d.source) == "" {
		d.whole("is empty")
		return
	}
	if d.parse(); d.root != nil {
		d.unknown(d.root, reflect.TypeOf(v))
	}
	if len(d.faults) > 0 {
		return
	}
	err := yaml.NewDecoder(bytes.NewReader([]byte(d.lifted.source)), yaml.Strict()).Decode(v)
	if err != nil && !d.positioned(err) {
		d.whole(d.lifted.restore(err.Error()))
	}
}

// positioned notes an error of the decoder where it says that it is; false: it does not say.
func (d *document) positioned(err error) bool {
	var positioned yaml.Error
	if !errors.As(err, &positioned) || positioned.GetToken() == nil {
		return false
	}
	p := positioned.GetToken().Position
	d.at(p.Line, p.Column, d.lifted.restore(plain(positioned.GetMessage())))
	return true
}

// plain takes Go's types out of a decoder's message.
func plain(message string) string {
	if after, found := strings.CutPrefix(message, "cannot unmarshal "); found {
		return "a " + strings.Fields(after)[0] + " does not belong here"
	}
	return strings.Replace(message, "unknown field", "unknown key", 1)
}

func (d *document) at(line, column int, message string) {
	excerpt := ""
	if lines := strings.Split(d.source, "\n"); line <= len(lines) {
		excerpt = strings.TrimRight(lines[line-1], "\r")
	}
	d.faults = append(d.faults, Fault{d.name, line, max(column, 1), excerpt, message})
}

// sort puts the faults into the order of the file.
func (d *document) sort() {
	slices.SortStableFunc(d.faults, func(a, b Fault) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
}

// use gives a value that was set to f, and notes what f finds wrong where the value stands.
func (d *document) use(v value, f func(text string) error) {
	if !v.set() {
		return
	}
	if err := f(d.lifted.restore(v.text)); err != nil {
		d.at(v.line, v.column, err.Error())
	}
}

// template compiles a source to see whether it can be, notes the environment that it needs, and returns it.
func (d *document) template(at value, source string, format template.Format, names template.Names) string {
	text, err := template.Compile(source, format, names)
	if err != nil {
		d.wrong(at, source, err)
		return source
	}
	for _, name := range text.Env() {
		d.env = append(d.env, bench.EnvUse{Name: name, File: d.name})
		if err := bench.NotOurs(name); err != nil {
			d.at(at.line, at.column, err.Error())
		}
	}
	return source
}

// wrong notes a template's fault where its expression stands in the file, if it can be found there: an escape in a quoted text
// may hide it, and then the text's own place has to do.
func (d *document) wrong(at value, source string, err error) {
	line, column := at.line, at.column
	if e, ok := errors.AsType[*template.Error](err); ok {
		text, within := e.Expression, e.Within
		if text == "" {
			text, within = source[e.Offset:], 0
		}
		if i := strings.Index(d.source, text); i >= 0 {
			before := d.source[:i+within]
			line = 1 + strings.Count(before, "\n")
			column = 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
		}
	}
	d.at(line, column, err.Error())
}
