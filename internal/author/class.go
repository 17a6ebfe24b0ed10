package author

import (
	"net/http"
	"slices"
)

// A Class is a kind of endpoint: how much load it usually gets goes by it.
type Class string

// The classes.
const (
	ListClass Class = "list"    // many things, page by page
	Detail    Class = "detail"  // one thing
	Write     Class = "write"   // something is changed
	History   Class = "history" // what belongs to one thing, as a user's orders
)

// Reads and Writes stand for several classes in what a source wants.
const (
	Reads  Class = "reads"
	Writes Class = "writes"
)

// users is how many concurrent users each class gets when nobody says: details are asked most and cost least.
var users = map[Class]int{ListClass: 100, Detail: 200, Write: 50, History: 100}

// searches are lists whatever method they are asked with.
var searches = []string{"search", "query", "find", "filter", "autocomplete", "suggest"}

// class is an endpoint's class, as told or by method and path.
func (e *Endpoint) class() Class {
	if e.Class != "" {
		return e.Class
	}
	segments := plainSegments(e.Path)
	last := ""
	if len(segments) > 0 {
		last = segments[len(segments)-1]
	}
	nested := slices.ContainsFunc(segments, IsParam)
	searches := slices.Contains(searches, last)
	switch {
	case e.Method == http.MethodPost && searches:
		return ListClass
	case e.Method != http.MethodGet && e.Method != http.MethodHead:
		return Write
	case IsParam(last):
		return Detail
	case nested && isPlural(last):
		return History
	case searches || isPlural(last):
		return ListClass
	}
	return Detail
}

// ClassOf is an endpoint's class.
func ClassOf(e *Endpoint) Class { return e.class() }

// is reports whether a class is part of another, wider one.
func (c Class) is(wider Class) bool {
	return c == wider || wider == Reads && c != Write || wider == Writes && c == Write
}
