package author

import (
	"fmt"
	"slices"
)

// Keep makes a step save what a path points at, and returns the name: the one wished for, or another if that is taken by something else.
func (s *FlowStep) Keep(name, path string, f *Flow) string {
	for _, save := range s.Save {
		if save.Path == path {
			return save.Name
		}
	}
	wished := name
	for n := 2; f.saves(name) || s.saves(name); n++ {
		name = fmt.Sprintf("%s_%d", wished, n)
	}
	s.Save = append(s.Save, Save{name, path})
	return name
}

func (s *FlowStep) saves(name string) bool {
	return slices.ContainsFunc(s.Save, func(v Save) bool { return v.Name == name })
}

func (f *Flow) saves(name string) bool {
	return slices.ContainsFunc(f.Steps, func(s FlowStep) bool { return s.saves(name) })
}
