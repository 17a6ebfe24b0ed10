package service

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// members are the processes of the group that have not ended, but for the guard, and those that left it and have its mark.
func (g *group) members() (within, strays []int, err error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == g.id {
			continue
		}
		p, alive := look(pid)
		switch {
		case !alive:
		case p.group == g.id:
			within = append(within, pid)
		case p.since >= g.since && p.marked(g.mark):
			strays = append(strays, pid)
		}
	}
	return within, strays, nil
}

// A member is a process as /proc shows it.
type member struct {
	pid, group int
	since      uint64 // in ticks since the system was started
}

// look reads /proc/<pid>/stat. A zombie is not alive: it waits for a parent, which may never care, but it holds nothing any more.
func look(pid int) (m member, alive bool) {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // after the name, which may hold anything: state, parent, group, …
	const state, group, since = 0, 2, 19
	if err != nil || len(fields) <= since || fields[state] == "Z" || fields[state] == "X" {
		return m, false
	}
	m.pid = pid
	m.group, _ = strconv.Atoi(fields[group])
	m.since, _ = strconv.ParseUint(fields[since], 10, 64)
	return m, true
}

// marked reports whether a process was started with a variable. Those of other users cannot be read, and are not ours.
func (m member) marked(variable string) bool {
	environment, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(m.pid), "environ"))
	return bytes.Contains(append([]byte{0}, environment...), []byte("\x00"+variable+"\x00"))
}

func began(pid int) uint64 {
	m, _ := look(pid)
	return m.since
}
