package diff

import (
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

var calls = []bench.Kind{bench.SlowDependency, bench.SequentialCalls, bench.NPlusOneCalls}

// callSigns are requests to other services for which the user has to wait.
var callSigns = []sign{
	{in: "go", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\bhttp\.(?:Get|Post|PostForm|Head|NewRequest|NewRequestWithContext)\((.*)`)},
	{in: "go", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\b\w+\.(\w+)\.\w+\((?:ctx|r\.Context\(\)|req\.Context\(\)|c\.Request\.Context\(\)|context\.)`),
		unless: regexp.MustCompile(`(?i)\.(?:db|tx|pool|conn|log|logger|tracer|cache|read|write|client|q|queries|repo)\.\w+\(`)},
	{in: "go", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\b(\w+?)(?:Client|API|Gateway)\.\w+\(`)},
	{in: "python", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\b(?:requests|httpx)\.(?:get|post|put|patch|delete|request)\((.*)|\burlopen\((.*)|\b(\w+?)_(?:client|api|gateway)\.\w+\(`)},
	{in: "js", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\bfetch\((.*)|\baxios(?:\.\w+)?\((.*)|\bgot(?:\.\w+)?\((.*)|\b(\w+?)(?:Client|Api|Gateway)\.\w+\(`)},
	{in: "java", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\b\w*[rR]estTemplate\.(?:get|post|put|exchange|delete)\w*\((.*)|\b\w*[wW]ebClient\.(.*)|\bhttpClient\.send\((.*)|\b(\w+?)(?:Client|Api|Gateway)\.\w+\(`)},
	{in: "ruby", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\b(?:Faraday|HTTParty|RestClient|HTTP|Excon|Typhoeus)\.(?:get|post|put|patch|delete|new)\b(.*)|\bNet::HTTP\.\w+(.*)|\b(\w+?)(?:Client|Api|Gateway)(?:\.new)?\.\w+|\b(\w+?)_(?:client|api|gateway)\.\w+`)},
	{in: "php", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\bHttp::(?:get|post|put|patch|delete)\((.*)|\bcurl_exec\((.*)|->(?:request|get|post)\(\s*['"](?:GET|POST|https?:)(.*)|\$(?:this->)?(\w+?)(?:Client|Api|Gateway)->\w+\(`)},
	{in: "elixir", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\b(?:HTTPoison|Req|Tesla|Finch|Mint)\.\w+!?\((.*)`)},
	{in: "csharp", kinds: calls, why: "a call of %s is waited for", expr: regexp.MustCompile(`\b\w*[hH]ttp\w*\.(?:Get|Post|Put|Delete|Send|Patch)\w*Async\((.*)|\bGetFromJsonAsync<\w+>\((.*)|\b_?(\w+?)(?:Client|Api|Gateway)\.\w+\(`)},

	{in: "ruby", gone: true, kinds: calls, why: "the work of %s is no longer put off", expr: regexp.MustCompile(`\b(\w+?)(?:Job|Worker)?\.(?:perform_later|perform_async|set\()`)},
	{in: "python", gone: true, kinds: calls, why: "the work of %s is no longer put off", expr: regexp.MustCompile(`\b(\w+)\.(?:delay|apply_async)\(`)},
	{in: "go", gone: true, kinds: calls, why: "the work of %s is no longer put off", expr: regexp.MustCompile(`^\s*go\s+(?:func\b|(?:\w+\.)?(\w+)\()`)},
	{in: "php", gone: true, kinds: calls, why: "the work of %s is no longer put off", expr: regexp.MustCompile(`\b(\w+)::dispatch\(`)},
	{gone: true, kinds: []bench.Kind{bench.SequentialCalls, bench.SlowDependency, bench.NPlusOneCalls}, why: "what ran together now runs in sequence",
		expr: regexp.MustCompile(`\bPromise\.all(?:Settled)?\(|\basyncio\.gather\(|\berrgroup\.|\b\w+\.Go\(func|\bCompletableFuture\.(?:allOf|supplyAsync)|\bTask\.WhenAll\(|\bTask\.async_stream\(|\bThreadPoolExecutor\(|\bin_threads\b|\bConcurrent::`)},
}

// lockSigns are locks and transactions that others may have to wait for, and connections that are kept for longer.
var lockSigns = []sign{
	{kinds: []bench.Kind{bench.LockContention}, why: "rows or tables are locked: %s",
		expr: regexp.MustCompile(`(?i)\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b(?:\s+OF\s+(\w+))?|\bLOCK\s+TABLE\s+(\w+)|\bpg_advisory(?:_xact)?_lock\b|\bGET_LOCK\(|\bLOCK\s+IN\s+SHARE\s+MODE\b|\bselect_for_update\(|\bwith_for_update\(|\.lock!?\b\s*$|\bwith_lock\b|\blockForUpdate\(|@Lock\(|\bPESSIMISTIC_WRITE\b|\block:\s*\{\s*mode|\block:\s*"FOR UPDATE|\bISOLATION\s+LEVEL\s+SERIALIZABLE\b|clause\.Locking`)},
	{in: "go", kinds: []bench.Kind{bench.LockContention}, why: "a lock is taken: %s", expr: regexp.MustCompile(`\b(\w+)\.R?Lock\(\)`)},
	{in: "java", kinds: []bench.Kind{bench.LockContention}, why: "a lock is taken", expr: regexp.MustCompile(`\bsynchronized\b|\.lock\(\)`)},
	{kinds: []bench.Kind{bench.LockContention, bench.PoolExhaustion}, why: "a transaction was put around it",
		expr: regexp.MustCompile(`\btransaction\s+do\b|@Transactional\b|\btransaction\.atomic\b|\.Begin(?:Tx)?\(|\.\$transaction\(|\bDB::transaction\(|\bRepo\.transaction\(|\bBeginTransaction\w*\(|\bsession\.begin\(\)|\.transaction\(async`)},
}

// pageSigns are limits that are gone.
var pageSigns = []sign{
	{gone: true, kinds: tooMuch, why: "a limit or a page was taken away", expr: regexp.MustCompile(`(?i)\bLIMIT\s+(?:\$\d|\d|\?|:\w|%s|@)|\.limit\(|\.paginate\(|\.page\(|->paginate\(|->simplePaginate\(|->take\(|\.Take\(|\btake:|\bsetMaxResults\(|\bPageable\b|\bpagination_class\b|\[:\w*(?:limit|size|page)\w*\]|\blimit:\s`)},
	{gone: true, kinds: tooMuch, why: "the columns are no longer chosen", expr: regexp.MustCompile(`\.(?:only|defer|select|pluck|values|values_list)\((.+)\)|\bselect:\s*\{(.*)`), unless: regexp.MustCompile(`=>|\bselect\(\s*\w+\s*\)`)},
}

// workSigns are work that is done anew each time.
var workSigns = []sign{
	{in: "go", kinds: []bench.Kind{bench.CPUHotspot, bench.GCPressure}, why: "an expression is compiled", expr: regexp.MustCompile(`^\s+.*\bregexp\.(?:Must)?Compile\(`)},
	{in: "python", kinds: []bench.Kind{bench.CPUHotspot}, why: "an expression is compiled", expr: regexp.MustCompile(`^\s+.*\bre\.compile\(`)},
	{in: "java", kinds: []bench.Kind{bench.CPUHotspot}, why: "an expression is compiled", expr: regexp.MustCompile(`^\s{6,}.*\bPattern\.compile\(`)},
}

// limit is a setting of a pool or of patience, with its value.
var limit = regexp.MustCompile(`(?i)\b(\w*(?:max_?open_?conns?|max_?idle_?conns?|max(?:imum)?[-_.]?pool[-_.]?size|pool[-_.]?size|max_overflow|connection_?limit|max[-_.]?connections|max_?conns|min(?:imum)?[-_.]?idle|checkout_timeout|pool_?timeout|connection[-_]?timeout|acquire_?timeout|conn_?max_?lifetime|\bpool\b))\b["']?\s*(?:[:=(]|=>)\s*["']?(\d[\w.*]*)`)

// patience is a setting of how long is waited for something else.
var patience = regexp.MustCompile(`(?i)\b(\w*timeout\w*|retries|max_?retries)\b["']?\s*(?:[:=(]|=>)\s*["']?(\d[\w.*]*(?:\s*\*\s*[\w.]+)?)`)

// settings finds those that have another value than before.
func (c *change) settings(h *bench.Hunk) {
	values := func(lines []string, expr *regexp.Regexp) map[string]string {
		all := map[string]string{}
		for _, l := range lines {
			for _, m := range expr.FindAllStringSubmatch(l, -1) {
				all[m[1]] = m[2]
			}
		}
		return all
	}
	for _, s := range []struct {
		expr  *regexp.Regexp
		kinds []bench.Kind
	}{{limit, []bench.Kind{bench.PoolExhaustion}}, {patience, []bench.Kind{bench.SlowDependency, bench.PoolExhaustion}}} {
		was := values(c.gone, s.expr)
		for name, now := range values(c.added, s.expr) {
			if before := was[name]; before != "" && before != now && !strings.Contains(h.Why, name) {
				add(h, s.kinds, name+" was "+before+" and is "+now, []string{name})
			}
		}
	}
}

// cacheSigns are what spared work, or gave something back, and is gone.
var cacheSigns = []sign{
	{gone: true, kinds: []bench.Kind{bench.PoolExhaustion, bench.CPUHotspot}, why: "a cache was taken away", expr: regexp.MustCompile(`\b[cC]ache\w*\.(?:fetch|get|Get|remember|read)\(|@Cacheable\b|@(?:lru_)?cache(?:d|_page)?\b|\bRails\.cache\.|\bCache::remember\(`)},
	{in: "go", gone: true, kinds: []bench.Kind{bench.PoolExhaustion}, why: "a connection is no longer given back: %s", expr: regexp.MustCompile(`\bdefer\s+(\w+)\.(?:Close|Release|Rollback)\(`)},
}
