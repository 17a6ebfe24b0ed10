package evidence

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
)

func TestCodeOf(t *testing.T) {
	for text, want := range map[string]*bench.Location{
		"SELECT 1 /*code.filepath='orders%2Fhistory.go',code.lineno='42',traceparent='00-5bd6-00f0-01'*/":                {File: "orders/history.go", Line: 42},
		"/*code.file.path='a.go',code.line.number='7',code.function.name='shop.(*Orders).list'*/ SELECT 1":               {File: "a.go", Line: 7, Function: "shop.(*Orders).list"},
		"SELECT 1 /*application:Shop,controller:orders,action:index,source_location:app/models/order.rb:12:in 'total'*/": {File: "app/models/order.rb", Line: 12, Function: "orders#index"},
		"SELECT 1 /*action='%2Forders',controller='index',framework='django%3A4.2'*/":                                    {Function: "index#/orders"},
		"SELECT 1 /*traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01'*/":                             nil,
		"SELECT '/*' || 1": nil, "SELECT 1 /* a remark: none */": nil, "": nil,
		"SELECT 1 /*file='%1b[31mred.go'*/": {File: "[31mred.go"},
	} {
		if d := cmp.Diff(want, CodeOf(text)); d != "" {
			t.Errorf("%s: %s", text, d)
		}
	}
}
