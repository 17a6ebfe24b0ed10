package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// picture is a comparison's chart: the hosted one, or one made of letters.
func picture(c *bench.Comparison, address string) string {
	if picture := hosted(address, c.Name); picture != "" {
		return picture
	}
	drawn := distributions(c)
	if drawn == "" {
		drawn = percentiles(c)
	}
	if drawn == "" {
		return ""
	}
	return "\n    ```text\n    " + strings.ReplaceAll(strings.TrimRight(drawn, "\n"), "\n", "\n    ") + "\n    ```\n"
}

// hosted is a picture that is hosted somewhere, if its address is one that nothing can be hidden in.
func hosted(address, name string) string {
	if !strings.HasPrefix(address, "https://") || strings.ContainsAny(address, " <>()\"'`\\\n\r\t") {
		return ""
	}
	return fmt.Sprintf("\n    <img src=\"%s\" width=\"760\" alt=\"Response times of %s: base and head\">\n", inHTML(address), inHTML(name))
}

const (
	pictureWidth = 48     // columns of latency
	outside      = 0.0005 // of the answers are left out on either side: a chart that ends at the slowest of a million shows the others as a spike
)

// distributions draws how often answers took how long, on base and on head, over columns of latency that grow by equal factors.
func distributions(c *bench.Comparison) string {
	d := c.Distributions
	if d == nil || d.Base.Count() == 0 || d.Head.Count() == 0 {
		return ""
	}
	low := min(d.Base.Quantile(outside), d.Head.Quantile(outside))
	high := max(d.Base.Quantile(1-outside), d.Head.Quantile(1-outside))
	low, high = max(low, time.Microsecond), max(high, low+low/10, 2*time.Microsecond)
	base, head := columns(d.Base, low, high), columns(d.Head, low, high)
	left, right := Duration(bench.Milliseconds(low)), Duration(bench.Milliseconds(high))
	middle := Duration(bench.Milliseconds(time.Duration(math.Sqrt(float64(low) * float64(high)))))
	gap := pictureWidth - len(left) - len(middle) - len(right)
	return fmt.Sprintf("base %s\nhead %s\n     %s%s%s%s%s\n", base, head, left, strings.Repeat(" ", gap/2), middle, strings.Repeat(" ", gap-gap/2), right)
}

// columns is a histogram as blocks; each is as high as its share of the highest.
func columns(h *hist.Histogram, low, high time.Duration) string {
	var counts [pictureWidth]int64
	most := int64(1)
	h.Each(func(value time.Duration, count int64) bool {
		if value >= low && value <= high {
			at := math.Log(float64(value)/float64(low)) / math.Log(float64(high)/float64(low))
			i := min(int(at*pictureWidth), pictureWidth-1)
			counts[i] += count
			most = max(most, counts[i])
		}
		return true
	})
	var b strings.Builder
	for _, n := range counts {
		if n == 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(block(float64(n), float64(most)))
	}
	return b.String()
}

// earlierLine is p95 of the runs before head and of head, as blocks whose height is their value: a step is seen, and a drift that led to it. It is for
// comparisons that know what was; one run says nothing that base does not.
func earlierLine(c *bench.Comparison) string {
	i := slices.IndexFunc(c.Effects, func(e bench.Effect) bool { return e.Metric == "p95" })
	if len(c.Earlier) < 2 || i < 0 {
		return ""
	}
	head, threshold := c.Effects[i].Head, ""
	top := max(slices.Max(c.Earlier), head)
	var b strings.Builder
	for _, v := range c.Earlier {
		b.WriteRune(block(v, top))
	}
	if limit, ok := c.Thresholds.Latency("p95"); ok {
		threshold = ", threshold: " + Duration(limit)
	}
	return fmt.Sprintf("  - p95 of the last %d runs, and now: `%s %c` %s to %s -> %s%s\n", len(c.Earlier), b.String(), block(head, top),
		Duration(slices.Min(c.Earlier)), Duration(slices.Max(c.Earlier)), Duration(head), threshold)
}

// block is a value as one of eight heights.
func block(v, top float64) rune {
	return []rune("▁▂▃▄▅▆▇█")[min(int(v/max(top, 1e-9)*8), 7)]
}

// percentiles draws each percentile of base and head as a bar, where the distributions were not kept.
func percentiles(c *bench.Comparison) string {
	top := 0.0
	for _, e := range c.Effects {
		top = max(top, e.Base, e.Head)
	}
	var b strings.Builder
	for _, e := range c.Effects {
		fmt.Fprintf(&b, "%-4s base %-*s %s\n     head %-*s %s\n", e.Metric, barWidth, bar(e.Base, top), Duration(e.Base), barWidth, bar(e.Head, top), Duration(e.Head))
	}
	return b.String()
}
