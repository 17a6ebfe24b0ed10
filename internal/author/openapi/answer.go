package openapi

import (
	"slices"

	"github.com/tidemark/tidemark/internal/author"
)

// listIn finds the list in an answer: all of it, or a member, or a member of a member. Many says that the path speaks of many things.
func (d *document) listIn(schema *node, many bool) (path string, members []string) {
	s := d.flat(schema, 0)
	if typeOf(s) == "array" {
		return "$[*]", d.members(s.get("items"))
	}
	type place struct {
		path  string
		items *node
		rank  int
	}
	var best *place
	look := func(path, name string, p *node) {
		if typeOf(p) != "array" {
			return
		}
		rank := author.ListRank(name)
		if best == nil || rank > best.rank {
			best = &place{path + author.PathMember(name) + "[*]", p.get("items"), rank}
		}
	}
	properties := s.get("properties")
	if properties == nil || properties.kind != mapping {
		return "", nil
	}
	for i, name := range properties.names {
		p := d.follow(properties.kids[i])
		if p == nil {
			continue
		}
		p = d.flat(p, 0)
		look("$", name, p)
		if inner := p.get("properties"); typeOf(p) == "object" && inner != nil && inner.kind == mapping && slices.Contains([]string{"data", "result", "response", "_embedded"}, name) {
			for j, innerName := range inner.names {
				if q := d.follow(inner.kids[j]); q != nil {
					look("$"+author.PathMember(name), innerName, d.flat(q, 0))
				}
			}
		}
	}
	if best == nil {
		return "", nil
	}
	members = d.members(best.items)
	if (best.rank < 3 || !many) && d.idIn(s) != "" { // a thing with an id of its own, which has lists too
		return "", nil
	}
	return best.path, members
}

// members are an element's members with plain values, and those of its metadata.
func (d *document) members(items *node) (names []string) {
	s := d.follow(items)
	if s == nil || s.kind != mapping {
		return nil
	}
	properties := d.flat(s, 0).get("properties")
	if properties == nil || properties.kind != mapping {
		return nil
	}
	for i, name := range properties.names {
		p := d.follow(properties.kids[i])
		if p == nil {
			continue
		}
		p = d.flat(p, 0)
		switch typeOf(p) {
		case "string", "integer", "":
			names = append(names, name)
		case "object":
			if name == "metadata" || name == "attributes" || name == "sys" {
				for j, inner := range p.get("properties").keys() {
					if q := d.follow(p.get("properties").kids[j]); q != nil && typeOf(q) == "string" {
						names = append(names, name+"."+inner)
					}
				}
			}
		}
	}
	return names
}

// keys are a mapping's names; a nil node has none.
func (n *node) keys() []string {
	if n == nil || n.kind != mapping {
		return nil
	}
	return n.names
}

// idIn is where an answer that is one thing has its id.
func (d *document) idIn(schema *node) string {
	properties := d.flat(schema, 0).get("properties")
	for _, name := range []string{"id", "uuid", "_id", "gid", "sid"} {
		if properties.get(name) != nil {
			return "$." + name
		}
	}
	for _, wrapper := range []string{"data", "result"} {
		if inner := d.follow(properties.get(wrapper)); inner != nil && d.flat(inner, 0).get("properties", "id") != nil {
			return "$." + wrapper + ".id"
		}
	}
	return ""
}
