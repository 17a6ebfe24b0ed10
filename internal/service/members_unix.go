//go:build unix && !linux

package service

import (
	"os/exec"
	"strconv"
	"strings"
)

// members are the processes of the group that have not ended, but for the guard. Those that left it cannot be told here.
func (g *group) members() (within, strays []int, err error) {
	list, err := exec.Command("ps", "-A", "-o", "pid=,pgid=,state=").Output()
	if err != nil {
		return nil, nil, err
	}
	for line := range strings.Lines(string(list)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[1] != strconv.Itoa(g.id) || strings.HasPrefix(fields[2], "Z") {
			continue
		}
		if pid, err := strconv.Atoi(fields[0]); err == nil && pid != g.id {
			within = append(within, pid)
		}
	}
	return within, nil, nil
}

func began(int) uint64 { return 0 }
