package openapi

import (
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// mostFlows is how many links become flows.
const mostFlows = 3

var bodyPointer = regexp.MustCompile(`^\{?\$response\.body#/([^}]+)\}?$`)

// links makes flows of what the document says of operations that follow each other: create, then read by the id.
func (d *document) links() {
	made := map[string]bool{}
	for _, op := range d.ops {
		responses := op.node.get("responses")
		for i, status := range responses.keys() {
			if !strings.HasPrefix(status, "2") && status != "default" {
				continue
			}
			links := d.follow(responses.kids[i]).get("links")
			for j := range links.keys() {
				link := d.follow(links.kids[j])
				target := d.target(link)
				if target == nil || len(made) == mostFlows {
					continue
				}
				f := d.flow(op, *target, link)
				if f == nil || made[f.Name] {
					continue
				}
				made[f.Name] = true
				d.known.Flows = append(d.known.Flows, *f)
			}
		}
	}
}

// target is the operation that a link leads to.
func (d *document) target(link *node) *operation {
	id, ref := link.string("operationId"), link.string("operationRef")
	for i := range d.ops {
		op := &d.ops[i]
		if id != "" && op.id == id {
			return op
		}
		if pointer, local := strings.CutPrefix(ref, "#"); local && d.at(pointer) == op.node {
			return op
		}
	}
	return nil
}

func (d *document) flow(from, to operation, link *node) *author.Flow {
	first := author.FlowStep{Endpoint: d.known.Endpoints[from.endpoint]}
	second := author.FlowStep{Endpoint: d.known.Endpoints[to.endpoint]}
	second.Params = append([]author.Param{}, second.Params...)
	parameters := link.get("parameters")
	for i, name := range parameters.keys() {
		m := bodyPointer.FindStringSubmatch(parameters.kids[i].text)
		if m == nil {
			return nil // from a header or the request: a suite cannot save those
		}
		parts := strings.Split(m[1], "/")
		for j, part := range parts {
			parts[j] = author.PathMember(unescape.Replace(part))
		}
		path := "$" + strings.Join(parts, "")
		name = name[strings.LastIndexByte(name, '.')+1:] // path.id
		variable := first.Keep(author.SaveName(name), path, &author.Flow{})
		found := false
		for p := range second.Params {
			if second.Params[p].Name == name {
				second.Params[p].Value, found = author.Expression(variable), true
			}
		}
		if !found {
			return nil
		}
	}
	if len(first.Save) == 0 {
		return nil
	}
	return &author.Flow{
		Name:  author.Title(first.Method, first.Path) + ", then " + author.Title(second.Method, second.Path),
		About: "The document links the second to the first.",
		Steps: []author.FlowStep{first, second},
	}
}
