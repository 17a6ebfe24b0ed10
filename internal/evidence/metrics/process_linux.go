package metrics

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// A process is who listens on a port of this machine; several, where workers share the socket.
type process struct {
	port uint16
	pids []int
}

// listener is the process that answers at a URL; nil if that is not this machine.
func listener(target *url.URL) *process {
	host := target.Hostname()
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil
	}
	port := target.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[target.Scheme]
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil
	}
	return &process{port: uint16(n)}
}

// proxies pass on what another process answers, so theirs are not the numbers to look at.
var proxies = map[string]bool{"docker-proxy": true, "rootlessport": true, "ssh": true, "kubectl": true, "nginx": true, "haproxy": true, "envoy": true}

// find looks the process up: it may have been started anew since the last time.
func (p *process) find() {
	p.pids = nil
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for _, inode := range listening(text, p.port) {
			sockets["socket:["+inode+"]"] = true
		}
	}
	if len(sockets) == 0 {
		return
	}
	fds, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is a constant; those of other users are not listed
	for _, fd := range fds {
		to, err := os.Readlink(fd)
		if err != nil || !sockets[to] {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(fd, "/")[2])
		if err != nil || len(p.pids) > 0 && p.pids[len(p.pids)-1] == pid {
			continue
		}
		if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil && !proxies[strings.TrimSpace(string(name))] {
			p.pids = append(p.pids, pid)
		}
	}
}

// listening are the inodes of sockets that listen on a port, of a table in the form of /proc/net/tcp.
func listening(table []byte, port uint16) (inodes []string) {
	const local, state, inode, listen = 1, 3, 9, "0A"
	for line := range bytes.Lines(table) {
		fields := strings.Fields(string(line))
		if len(fields) <= inode || fields[state] != listen {
			continue
		}
		_, number, _ := strings.Cut(fields[local], ":")
		if raw, err := hex.DecodeString(number); err == nil && len(raw) == 2 && uint16(raw[0])<<8|uint16(raw[1]) == port {
			inodes = append(inodes, fields[inode])
		}
	}
	return inodes
}

const ticks = 100 // a second, in /proc, on every architecture

// add adds what the system says of the process now, to the values that it told itself.
func (p *process) add(values map[series]float64) map[series]float64 {
	var cpu, wait, threads, resident float64
	for _, pid := range p.pids {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return values // it ended: a sum without it would be less than before
		}
		// The name, in parentheses, may hold anything; the fields after it are counted from the third on.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		const utime, stime, numThreads, rss = 14 - 3, 15 - 3, 20 - 3, 24 - 3
		if len(fields) <= rss {
			return values
		}
		cpu += (number(fields[utime]) + number(fields[stime])) / ticks
		wait += waited(pid)
		threads += number(fields[numThreads])
		resident += number(fields[rss]) * float64(os.Getpagesize())
	}
	if len(p.pids) == 0 {
		return values
	}
	if values == nil {
		values = map[series]float64{}
	}
	values[series{name: "proc", kind: bench.CPUSeconds, grows: true}] = cpu
	values[series{name: "proc", kind: bench.CPUWaitSeconds, grows: true}] = wait
	values[series{name: "proc", kind: bench.ResidentBytes}] = resident
	values[series{name: "proc", kind: bench.Threads}] = threads
	values[series{name: "proc", kind: bench.Cores}] = float64(runtime.NumCPU())
	return values
}

// waited is how many seconds the threads of a process could have run, and did not for want of a core.
func waited(pid int) (seconds float64) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid)) // the pattern is a constant
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if fields := strings.Fields(string(text)); err == nil && len(fields) > 1 { // on the core, waiting for one, in nanoseconds
			seconds += number(fields[1]) / 1e9
		}
	}
	return seconds
}

func number(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64) // the kernel writes numbers
	return n
}
