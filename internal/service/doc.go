// Package service is the service under test as a process: a commit's checkout, built, prepared, started, reset and stopped.
//
// Its stance: nothing is left behind. Whatever a side starts, writes to or listens on ends with it: when it is closed, when the
// context ends in the middle of a build, and when this process is killed. The user's own working tree is never written to by us. What goes
// wrong is told with what was asked, how it ended, and the last lines that it said.
package service
