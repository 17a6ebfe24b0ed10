package jmeter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert/converttest"
	"github.com/tidemark/tidemark/internal/convert/jmeter"
)

// As JMeter's manual shows the columns that it writes by default: an answer, one with a failed assertion, one that could not connect, and one with
// a comma and quotes in its message.
const csv = `timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect
1700000000000,120,List products,200,OK,Users 1-1,text,true,,5120,120,1,2,http://shop.example:8080/api/v1/products?page=1,118,0,3
1700000000500,80,List products,200,OK,Users 1-2,text,false,"Test failed: text expected to contain /""total""/, but",5120,120,2,7,http://shop.example:8080/api/v1/products?page=2,79,0,0
1700000001100,200,List products,503,Service Unavailable,Users 1-1,text,false,,52,120,2,5,http://shop.example:8080/api/v1/products?page=3,199,0,0
1700000002000,4,Place an order,Non HTTP response code: java.net.ConnectException,Non HTTP response message: Connection refused,Users 1-1,,false,,2600,0,2,5,http://shop.example:8080/api/v1/orders,0,0,4
1700000002900,5000,Place an order,Non HTTP response code: java.net.SocketTimeoutException,Non HTTP response message: Read timed out,Users 1-1,,false,,2600,0,2,5,http://shop.example:8080/api/v1/orders,0,0,4
`

// The same as XML, with a redirect inside of a sample, and what a transaction is made of inside of it.
const xml = `<?xml version="1.0" encoding="UTF-8"?>
<testResults version="1.2">
<httpSample t="120" it="0" lt="118" ct="3" ts="1700000000000" s="true" lb="List products" rc="200" rm="OK" tn="Users 1-1" dt="text" by="5120" sby="120" ng="1" na="2">
  <httpSample t="20" it="0" lt="18" ct="3" ts="1700000000000" s="true" lb="List products-0" rc="302" rm="Found" tn="Users 1-1" by="1" ng="1" na="1"/>
  <java.net.URL>http://shop.example:8080/api/v1/products?page=1</java.net.URL>
</httpSample>
<httpSample t="80" it="0" lt="79" ct="0" ts="1700000000500" s="false" lb="List products" rc="200" rm="OK" tn="Users 1-2" dt="text" by="5120" ng="2" na="7">
  <assertionResult><name>total</name><failure>true</failure><error>false</error></assertionResult>
</httpSample>
<httpSample t="200" ts="1700000001100" s="false" lb="List products" rc="503" rm="Service Unavailable" tn="Users 1-1" na="5"/>
<httpSample t="4" ts="1700000002000" s="false" lb="Place an order" rc="Non HTTP response code: java.net.ConnectException" rm="Non HTTP response message: Connection refused" na="5"/>
<sample t="5000" ts="1700000002900" s="false" lb="Place an order" rc="Non HTTP response code: java.net.SocketTimeoutException" rm="Non HTTP response message: Read timed out" na="5"><httpSample t="5000" ts="1700000002900" s="false" lb="POST" rc="" rm="" na="5"/></sample>
</testResults>
`

func TestBothWays(t *testing.T) {
	for name, content := range map[string]string{"csv": csv, "xml": xml, "csv with semicolons": strings.NewReplacer(",but", ",but", ", but", ", but", ",", ";").Replace(csv), "csv with CRLF": strings.ReplaceAll(csv, "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			tally, all := converttest.Read(t, jmeter.Format, []byte(content), 0)
			list, order := converttest.Scenario(t, all, "List products"), converttest.Scenario(t, all, "Place an order")
			if list.Requests != 3 || list.Errors["expectation"] != 1 || list.Errors["status"] != 1 || list.Statuses["200"] != 2 || list.Statuses["503"] != 1 {
				t.Errorf("%d requests, %v, %v", list.Requests, list.Errors, list.Statuses)
			}
			converttest.Near(t, "p50", list.Latency.P50, 120, .1) // of the one that was as it should be
			if order.Errors["refused"] != 1 || order.Errors["timeout"] != 1 || order.CensoredMS != 5000 {
				t.Errorf("%v, censored from %g ms", order.Errors, order.CensoredMS)
			}
			if want := (bench.LoadRecord{Model: "closed", Users: 7}); list.Load.Users != want.Users || list.Load.Model != want.Model {
				t.Errorf("%+v", list.Load)
			}
			if tally.Where() != "http://shop.example:8080" || !tally.Started().Equal(time.UnixMilli(1700000000000)) {
				t.Errorf("%s at %q", tally.Started(), tally.Where())
			}
			// From the first request, at 0, to the end of the last list, at 1.3 s: two seconds.
			if len(list.Seconds) != 2 || list.Seconds[0].Count != 2 || list.Seconds[0].Errors != 1 {
				t.Errorf("%+v", list.Seconds)
			}
		})
	}
}

func TestWhatIsNoJTL(t *testing.T) {
	_, rows, _ := strings.Cut(csv, "\n")
	converttest.Refuses(t, jmeter.Format,
		converttest.Refused{About: "no header", Content: rows, Words: "print_field_names=true"},
		converttest.Refused{About: "cut", Content: csv[:len(csv)-60], Words: "line 6: wrong number of fields"},
		converttest.Refused{About: "dates", Content: strings.ReplaceAll(csv, "1700000000000", "2023/11/14 22:13:20.000"), Words: `line 2: "2023/11/14 22:13:20.000" is no time in milliseconds since 1970: set jmeter.save.saveservice.timestamp_format=ms`},
		converttest.Refused{About: "no success", Content: "timeStamp,elapsed,label\n1700000000000,1,a\n", Words: "line 1: has no column success: set jmeter.save.saveservice.successful=true"},
		converttest.Refused{About: "XML that was cut", Content: xml[:len(xml)-16], Words: "line 12: the file ends before </testResults>"},
		converttest.Refused{About: "XML that is none", Content: strings.Replace(xml, `s="true"`, "s=true", 1), Words: "line 3"},
		converttest.Refused{About: "deep XML", Content: "<testResults>" + strings.Repeat("<sample>", 200), Words: "deeper than 100"},
		converttest.Refused{About: "a huge text", Content: "<testResults><httpSample><responseData>" + strings.Repeat("x", 17<<20), Words: "longer than 16 MB"},
		converttest.Refused{About: "entities that grow", Content: `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testResults><httpSample lb="&b;"/></testResults>`, Words: "invalid character entity"},
		converttest.Refused{About: "too many names", Content: names(), Words: "more than 500 names of requests"})
}

func names() string {
	var b strings.Builder
	b.WriteString("timeStamp,elapsed,label,success\n")
	for i := range 501 {
		b.WriteString("1700000000000,1,product " + strings.Repeat("x", i%50) + string(rune('a'+i%26)) + strings.Repeat("y", i/50) + ",true\n")
	}
	return b.String()
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, jmeter.Format, []byte(csv), []byte(xml))
}
