package accesslog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// When words in one place of a path are values: that many different ones, of which half look made from a title.
const (
	someSlugs = 20
	manySlugs = 200 // whatever they look like
)

// group finds slugs: where paths that are the same before have many different words in one place, those are values. A document that
// has a path decides it.
func (w *worker) group() {
	type place struct{ words, odd int }
	split := map[*stat][]string{}
	deepest := 0
	for _, s := range w.endpoints {
		if !s.decided {
			split[s] = strings.Split(strings.Trim(s.template, "/"), "/")
			deepest = max(deepest, len(split[s]))
		}
	}
	changed := false
	for depth := range deepest {
		words := map[string]map[string]bool{}
		for _, segments := range split {
			if depth < len(segments) && segments[depth] != "{}" {
				before := strings.Join(segments[:depth], "/")
				if words[before] == nil {
					words[before] = map[string]bool{}
				}
				words[before][segments[depth]] = true
			}
		}
		values := map[string]bool{}
		for before, all := range words {
			p := place{words: len(all)}
			for word := range all {
				if looksMade(word) {
					p.odd++
				}
			}
			values[before] = p.words >= manySlugs || depth > 0 && p.words >= someSlugs && 2*p.odd >= p.words
		}
		for _, segments := range split {
			if depth < len(segments) && segments[depth] != "{}" && values[strings.Join(segments[:depth], "/")] {
				segments[depth], changed = "{}", true
			}
		}
	}
	if !changed {
		return
	}
	all := slices.SortedFunc(maps.Values(w.endpoints), func(a, b *stat) int { return cmp.Compare(a.id, b.id) })
	w.endpoints = map[string]*stat{}
	for _, s := range all {
		if segments := split[s]; segments != nil {
			s.template = "/" + strings.Join(segments, "/")
		}
	}
	w.put(all)
}

// put adds endpoints, each to one that is there, if it is. Pairs know endpoints by their numbers, which go on to mean the one.
func (w *worker) put(all []*stat) {
	became := map[*stat]*stat{}
	for _, s := range all {
		key := s.method + " " + s.template
		if into := w.endpoints[key]; into != nil {
			into.add(s, w)
			became[s] = into
			continue
		}
		w.endpoints[key] = s
	}
	for i, s := range w.byID {
		if into := became[s]; into != nil {
			w.byID[i] = into
		}
	}
}

// looksMade reports whether a word was made from a title or by a machine.
func looksMade(word string) bool {
	return len(word) >= 16 || strings.ContainsAny(word, "-_.0123456789%~+ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

// drop forgets the rarest endpoints, so that only so many stay.
func (w *worker) drop(most int) {
	if len(w.endpoints) <= most {
		return
	}
	keys := slices.SortedFunc(maps.Keys(w.endpoints), func(a, b string) int { return cmp.Compare(w.endpoints[b].count, w.endpoints[a].count) })
	for _, key := range keys[most:] {
		s := w.endpoints[key]
		w.left[rare] += s.count
		delete(w.endpoints, key)
		s.samples, s.hours, s.statuses = nil, nil, nil
	}
	// Numbers are given anew, so that those of the forgotten are not kept for ever.
	byID, moved := []*stat{}, map[int32]int32{}
	at := map[*stat]int32{}
	for i, s := range w.byID {
		if w.endpoints[s.method+" "+s.template] != s {
			continue
		}
		n, known := at[s]
		if !known {
			n = int32(len(byID))
			at[s], byID = n, append(byID, s)
			s.id = n
		}
		moved[int32(i)] = n
	}
	pairs := map[[2]int32]*pair{}
	for key, p := range w.pairs {
		a, known := moved[key[0]]
		b, known2 := moved[key[1]]
		if known && known2 && a != b {
			addPair(pairs, [2]int32{a, b}, p)
		}
	}
	w.byID, w.pairs = byID, pairs
	w.chunk++ // sessions know old numbers
}

func addPair(pairs map[[2]int32]*pair, key [2]int32, p *pair) {
	if into := pairs[key]; into != nil {
		into.count += p.count
		into.gaps += p.gaps
		return
	}
	pairs[key] = p
}

// add adds what another worker has counted.
func (w *worker) add(other *worker) {
	w.flush()
	other.flush()
	if w.first == 0 || other.first > 0 && other.first < w.first {
		w.first = other.first
	}
	w.last = max(w.last, other.last)
	w.lines, w.broken = w.lines+other.lines, w.broken+other.broken
	for i := range w.left {
		w.left[i] += other.left[i]
	}
	for h, n := range other.hours {
		w.hours[h] += n
	}
	first := int32(len(w.byID))
	for i, s := range other.byID {
		s.id = first + int32(i)
	}
	w.byID = append(w.byID, other.byID...)
	w.put(slices.SortedFunc(maps.Values(other.endpoints), func(a, b *stat) int { return cmp.Compare(a.id, b.id) }))
	for key, p := range other.pairs {
		addPair(w.pairs, [2]int32{first + key[0], first + key[1]}, p)
	}
}

func (s *stat) add(other *stat, w *worker) {
	s.count += other.count
	s.timed += other.timed
	s.seconds += other.seconds
	for status, n := range other.statuses {
		s.statuses[status] += n
	}
	for at, h := range other.hours {
		if mine := s.hours[at]; mine != nil {
			mine.count += h.count
			mine.timed += h.timed
			mine.seconds += h.seconds
		} else {
			s.hours[at] = h
		}
	}
	s.hour = nil
	// Each place of the common sample goes to one of the two by how many each stands for.
	switch {
	case other.sampled == int64(len(other.samples)): // all that there was: as if it came now
		for _, one := range other.samples {
			if s.sampled++; len(s.samples) < mostSamples {
				s.samples = append(s.samples, one)
			} else if at := w.rng.Int64N(s.sampled); at < mostSamples {
				s.samples[at] = one
			}
		}
		return
	default:
		mine, theirs := shuffled(s.samples, w), shuffled(other.samples, w)
		both := make([]sampled, 0, mostSamples)
		for len(both) < mostSamples && len(mine)+len(theirs) > 0 {
			if len(theirs) == 0 || len(mine) > 0 && w.rng.Int64N(s.sampled+other.sampled) < s.sampled {
				both, mine = append(both, mine[0]), mine[1:]
			} else {
				both, theirs = append(both, theirs[0]), theirs[1:]
			}
		}
		s.samples = both
	}
	s.sampled += other.sampled
}

func shuffled(all []sampled, w *worker) []sampled {
	w.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
