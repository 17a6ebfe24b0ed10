package catalog

import (
	"strings"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newPlanChange() *faults.Fault {
	return &faults.Fault{
		Name:      "plan-change",
		Endpoints: []string{"GET /api/v1/search"},
		Mistake:   "terms are compared by lower(term), though they are stored in lower case: the index on term is there and cannot be used",
	}
}

// hasTerm is the condition that a term is one of those that the parameters stand for.
func (c *Catalog) hasTerm(parameters []string) string {
	if c.planChange.On() {
		return `lower(t.term) IN (lower(` + strings.Join(parameters, `), lower(`) + `))`
	}
	return `t.term IN (` + strings.Join(parameters, `, `) + `)`
}
