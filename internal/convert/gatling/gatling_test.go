package gatling_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/internal/convert/converttest"
	"github.com/tidemark/tidemark/internal/convert/gatling"
)

// As Gatling 3.11 writes it.
const text = "RUN\tshop.Checkout\tcheckout\t1700000000000\tnightly\t3.11.5\n" +
	"USER\tUsers\tSTART\t1700000000010\n" +
	"REQUEST\t\tList products\t1700000000020\t1700000000140\tOK\t \n" +
	"REQUEST\tCart,Pay\tPlace an order\t1700000000200\t1700000000230\tKO\tstatus.find.in(200,201), but actually found 503\n" +
	"REQUEST\tCart,Pay\tPlace an order\t1700000001200\t1700000061200\tKO\ti.g.h.c.i.RequestTimeoutException: Request timeout to shop.example after 60000 ms\n" +
	"REQUEST\t\tList products\t1700000001300\t1700000001380\tKO\tjsonPath($.total).find.exists, found nothing\n" +
	"GROUP\tCart,Pay\t1700000000200\t1700000000230\t30\tKO\n" +
	"ERROR\tFeeder is now empty, stopping engine\t1700000001400\n" +
	"USER\tUsers\tEND\t1700000001500\n"

// older is the records of 3.0 to 3.3, which have the user's number first, and of 2.3, which have the scenario's name before it.
func older(before string) string { return strings.ReplaceAll(text, "REQUEST\t", "REQUEST\t"+before) }

// A writer writes the binary log, as LogFileDataWriter.scala of Gatling 3.12 does.
type writer struct {
	bytes.Buffer
	texts map[string]int32
}

func (w *writer) number(n int32) { _ = binary.Write(w, binary.BigEndian, n) }

func (w *writer) text(s string) {
	w.number(int32(len(s)))
	if s != "" {
		w.WriteString(s)
		w.WriteByte(0)
	}
}

func (w *writer) again(s string) {
	if n := w.texts[s]; n > 0 {
		w.number(-n)
		return
	}
	w.texts[s] = int32(len(w.texts) + 1)
	w.number(w.texts[s])
	w.text(s)
}

func (w *writer) request(groups []string, name string, start, end int32, ok byte, message string) {
	w.WriteByte(1)
	w.number(int32(len(groups)))
	for _, g := range groups {
		w.again(g)
	}
	w.again(name)
	w.number(start)
	w.number(end)
	w.WriteByte(ok)
	w.again(message)
}

// binaryLog is the same as text.
func binaryLog() []byte {
	w := &writer{texts: map[string]int32{}}
	w.WriteByte(0)
	w.text("3.12.1")
	w.text("shop.Checkout")
	_ = binary.Write(w, binary.BigEndian, int64(1700000000000))
	w.text("nightly")
	w.number(1)
	w.text("Users")
	w.number(1) // an assertion, of three bytes
	w.number(3)
	w.WriteString("abc")
	w.WriteByte(2)
	w.number(0)
	w.WriteByte(1)
	w.number(10)
	w.request(nil, "List products", 20, 140, 1, "")
	w.request([]string{"Cart", "Pay"}, "Place an order", 200, 230, 0, "status.find.in(200,201), but actually found 503")
	w.request([]string{"Cart", "Pay"}, "Place an order", 1200, 61200, 0, "i.g.h.c.i.RequestTimeoutException: Request timeout to shop.example after 60000 ms")
	w.request(nil, "List products", 1300, 1380, 0, "jsonPath($.total).find.exists, found nothing")
	w.WriteByte(3)
	w.number(2)
	w.again("Cart")
	w.again("Pay")
	w.Write(make([]byte, 13))
	w.WriteByte(4)
	w.again("Feeder is now empty, stopping engine")
	w.number(1400)
	return w.Bytes()
}

func TestAllVersions(t *testing.T) {
	for name, content := range map[string]string{"3.11": text, "3.3": older("7\t"), "2.3": older("Users\t7\t"), "3.12": string(binaryLog())} {
		t.Run(name, func(t *testing.T) {
			tally, all := converttest.Read(t, gatling.Format, []byte(content), 0)
			list, order := converttest.Scenario(t, all, "List products"), converttest.Scenario(t, all, "Cart / Pay / Place an order")
			if list.Requests != 2 || list.Errors["expectation"] != 1 || order.Requests != 2 || order.Errors["status"] != 1 || order.Errors["timeout"] != 1 || order.Statuses["503"] != 1 {
				t.Errorf("%d requests, %v; %d requests, %v, %v", list.Requests, list.Errors, order.Requests, order.Errors, order.Statuses)
			}
			converttest.Near(t, "p50", list.Latency.P50, 120, .1)
			if order.CensoredMS != 60000 || len(list.Seconds) != 2 {
				t.Errorf("censored from %g ms, %d seconds", order.CensoredMS, len(list.Seconds))
			}
			if !strings.HasPrefix(tally.Tool, "Gatling 3.1") || !tally.Started().Equal(time.UnixMilli(1700000000000)) {
				t.Errorf("%s, at %s", tally.Tool, tally.Started())
			}
			if notes := strings.Join(tally.Notes(), "\n"); !strings.Contains(notes, "1 errors were outside of requests") {
				t.Error(notes)
			}
		})
	}
}

func TestWhatIsNoLog(t *testing.T) {
	whole := string(binaryLog())
	unknown := whole + "\x09"
	half, _, _ := strings.Cut(text, "KO\tstatus")
	converttest.Refuses(t, gatling.Format,
		converttest.Refused{About: "cut text", Content: half, Words: "line 4: is no whole record of a request"},
		converttest.Refused{About: "cut binary", Content: whole[:len(whole)-3], Words: "the file ends in the middle of it"},
		converttest.Refused{About: "another kind", Content: unknown, Words: "is of kind 9, and the records of Gatling 3.12"},
		converttest.Refused{About: "a second run", Content: whole + whole, Words: "the first record alone is that of a run"},
		converttest.Refused{About: "text after binary", Content: whole + text, Words: "is of kind 82"},
		converttest.Refused{About: "backwards", Content: strings.Replace(text, "1700000000140", "1600000000140", 1), Words: "line 3: a request ends -99999999880 ms after it began"},
		converttest.Refused{About: "another record", Content: text + "SOMETHING\telse\n", Words: `line 10: "SOMETHING" is no kind of record`})
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, gatling.Format, []byte(text), binaryLog())
}
