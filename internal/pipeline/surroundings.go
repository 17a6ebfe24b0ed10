package pipeline

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/suite"
)

// commit is the named commit, or what git says is checked out in the working directory; nil where that is no repository, or
// git is not there.
func commit(ctx context.Context, named string) *bench.Commit {
	git := func(args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "git", args...).Output()
		return strings.TrimSpace(string(out)), err
	}
	if named != "" {
		c := &bench.Commit{SHA: named}
		if known, err := git("log", "-1", "--format=%H%n%s", "--end-of-options", named); err == nil { // a shallow clone may not have it
			c.SHA, c.Subject, _ = strings.Cut(known, "\n")
		}
		return c
	}
	head, err := git("log", "-1", "--format=%H%n%s")
	if err != nil {
		return nil
	}
	sha, subject, _ := strings.Cut(head, "\n")
	c := &bench.Commit{SHA: sha, Subject: subject}
	if branch, err := git("symbolic-ref", "--short", "HEAD"); err == nil { // detached: no branch
		c.Branch = branch
	}
	changes, err := git("status", "--porcelain", "--untracked-files=no")
	c.Dirty = err != nil || changes != ""
	return c
}

// LocateSuite says in a comparison where in its repository the folder of its suite is, and whether it has a namesake there. A folder that is in none has
// no place, and one at the top has no other name than its own.
func LocateSuite(ctx context.Context, v *bench.Versus, dir string) {
	var namesakes []string
	v.Folder, namesakes = place(ctx, dir, v.Suite)
	v.Namesake = v.Folder != "" && len(namesakes) > 0
}

// Namesakes are the folders of other suites of the repository that have the same name as the suite in dir.
func Namesakes(ctx context.Context, dir, name string) []string {
	_, namesakes := place(ctx, dir, name)
	return namesakes
}

// place is where in its repository a folder is, and which other folders have suites of a name. Suites that git does not know are not seen.
func place(ctx context.Context, dir, name string) (folder string, namesakes []string) {
	git := func(args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...).Output()
		return strings.TrimSuffix(string(out), "\n"), err
	}
	prefix, err := git("rev-parse", "--show-prefix")
	if folder = strings.TrimSuffix(prefix, "/"); err != nil {
		return "", nil
	}
	top, err := git("rev-parse", "--show-toplevel")
	if err != nil {
		return folder, nil
	}
	files, err := git("ls-files", "-z", "--full-name", "--", ":(top,glob)**/scenarios/*.y*ml")
	if err != nil {
		return folder, nil
	}
	seen := map[string]bool{folder: true, ".": folder == ""}
	for file := range strings.SplitSeq(files, "\x00") {
		other := path.Dir(path.Dir(file))
		if file == "" || seen[other] {
			continue
		}
		seen[other] = true
		if called, _ := suite.Name(filepath.Join(top, filepath.FromSlash(other))); called == name { // what is wrong with another suite is told where it is used
			namesakes = append(namesakes, other)
		}
	}
	return folder, namesakes
}

// Version is this program's own.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "devel"
}

func environment() bench.Environment {
	e := bench.Environment{Tidemark: Version(), Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH, CPU: cpuModel(), Cores: runtime.NumCPU()}
	for _, ci := range cis {
		if os.Getenv(ci.variable) != "" {
			e.CI = ci.name
			break
		}
	}
	return e
}

// cis are the CIs that are known, each by a variable that its runners set. Forgejo's set Gitea's too, and both set GitHub's, whose runner they imitate.
var cis = []struct{ name, variable string }{
	{"forgejo", "FORGEJO_ACTIONS"}, {"gitea", "GITEA_ACTIONS"}, {"github", "GITHUB_ACTIONS"}, {"gitlab", "GITLAB_CI"}, {"jenkins", "JENKINS_URL"},
}

// cpuModel is the processor's name, or "" where the system does not tell it in a file.
func cpuModel() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
