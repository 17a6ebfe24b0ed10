//go:build unix

package service

import (
	"os/exec"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// Each command prints the folder of the data as one word, wherever the placeholder stands, be there what may in its path.
func TestAValueStaysOneWord(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh")
	}
	const value = `a  b'c"d$HOME\e` + "`f`" + `;g*`
	for text, want := range map[bench.Text]string{
		`${service.data}`:                              value,
		`${service.data}/x`:                            value + "/x",
		`x${service.data}`:                             "x" + value,
		`"${service.data}"`:                            value,
		`'${service.data}'`:                            value,
		`'it is ${service.data}' `:                     "it is " + value,
		`"say \"${service.data}\""`:                    `say "` + value + `"`,
		`it\'s${service.data}`:                         "it's" + value,
		`"$(printf %s ${service.data})"`:               value,
		`"$(printf %s "${service.data}")"`:             value,
		`"$(printf %s '${service.data}')"`:             value,
		`"$( (printf %s "a)"); )${service.data}"`:      "a)" + value,
		"\"`printf %s \"${service.data}\"`\"":          value,
		`"${UNSET:-${service.data}}"`:                  value,
		"x # it's no quote\nprintf %s ${service.data}": "x" + value,
		`x#'${service.data}'`:                          "x#" + value,
		`${service.data}'${service.data}'`:             value + value,
		`"$${UNSET:-y}"`:                               "y",
		`'$${service.data}'`:                           "${service.data}",
	} {
		line, err := command("printf %s " + text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		c := exec.Command("sh", "-e", "-c", line)
		c.Env = []string{"TIDEMARK_SERVICE_DATA=" + value}
		if got, err := c.CombinedOutput(); err != nil || string(got) != want {
			t.Errorf("%s\nbecame   %s\nprints   %s\ninstead of %s (%v)", text, line, got, want, err)
		}
	}
}

func TestNoValueIsInACommandLine(t *testing.T) {
	line, err := command("psql -c '${env.PASSWORD}' ${service.port}")
	if want := `psql -c ''"${TIDEMARK_ENV_PASSWORD}"'' "${TIDEMARK_SERVICE_PORT}"`; err != nil || line != want {
		t.Errorf("%s, want %s: %v", line, want, err)
	}
}
