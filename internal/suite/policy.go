package suite

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

func (d *document) policy(f policyFile) bench.Policy {
	p := bench.DefaultPolicy()
	for _, v := range f.Thresholds {
		d.use(v, func(text string) error {
			switch text {
			case "strict":
				p.Strict = true
			case "always":
				p.Always = true
			default:
				return fmt.Errorf("%q is no policy for thresholds: write strict, always, both as [strict, always], or leave it out", text)
			}
			return nil
		})
	}
	d.use(f.Inconclusive, func(text string) error {
		if p.FailInconclusive = text == "fail"; !p.FailInconclusive && text != "pass" {
			return fmt.Errorf("%q is no policy for what cannot be decided: write pass or fail", text)
		}
		return nil
	})
	d.use(f.Tolerance, func(text string) (err error) { p.Tolerance.Ratio, err = bench.ParsePercent(text); return err })
	d.use(f.ToleranceTime, duration(&p.Tolerance.Change, 0))
	d.use(f.MaxTime, duration(&p.MaxTime, 1))
	return p
}
