package brief

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/author"
)

const perSecond = `(?:requests?|reqs?|calls?|orders?|transactions?|queries|hits|anfragen|iterations?)\s*(?:/|per|a|pro|each)\s*(s|sec|seconds?|sekunde|m|min|minutes?|h|hours?|stunde)\b|(rps|qps|tps|r/s|rpm)\b`

var (
	rate        = re(`((?:at least|>=?|minimum(?: of)?|min\.?|throughput(?: of)?|no less than|more than|mindestens|durchsatz)[^\d.;]{0,20})?` + number + `\s*(?:\+\s*)?(?:` + perSecond + `)(\s*(?:throughput|durchsatz))?(\s*(?:in total|overall|altogether|combined|insgesamt))?`)
	rateIs      = re(`\b(?:rate|load|rps|qps|arrival rate|throughput)\s*(?:of|:|=|is)\s*` + number + `\s*(?:/|per)\s*(s|sec|seconds?|m|min|minutes?)\b`)
	users       = re(`(~|about |around |roughly |approx\.? |ca\.? |etwa |rund )?` + number + `\s+((?:concurrent(?:ly)?|parallel|simultaneous|virtual|active|gleichzeitigen?|parallelen?|virtuellen?)\s+)?(users?|vus?|clients?|connections?|threads?|workers?|nutzern?|benutzern?|sessions?|requests?|requests in flight|customers?|kunden)\b(\s+(?:at once|at a time|at the same time|in parallel|concurrently|simultaneously|gleichzeitig))?`)
	concurrency = re(`\b(?:concurrency|concurrent users|parallelism|vus|virtual users|nebenläufigkeit)(?:\s+level)?\s*(?:of|:|=|is|should be)?\s*` + number)
	usersAre    = re(`\b(?:users|clients|nutzer)\s*[:=]\s*` + number)
	warmup      = re(`\b(?:warm(?:ing)?[ -]?up|aufwärm\w*|warmlauf)\b(?:\s+(?:period|phase|time))?[^\d.;]{0,25}?` + duration + `|` + duration + `\s*(?:of\s+)?(?:warm[ -]?up|aufwärm\w*)(?:\s+(?:period|phase|time))?`)
	noWarmup    = re(`\b(?:no|without|ohne)\s+(?:a\s+)?(?:warm[ -]?up|aufwärm\w*)`)
	ramp        = re(`\bramp(?:ing|ed)?[ -]?up\b[^\d.;]{0,25}?` + duration + `|` + duration + `\s*(?:of\s+)?ramp[ -]?up`)
	lasts       = re(`\b(?:for|over|during|lasting|lasts?|running|runs?|duration|length|takes?|für|über|dauer|while|(?:test|run|measure|benchmark)(?: each(?: one)?| every endpoint| them)?(?: for)?)\b\s*(?:of|:|=|is|each|about|at least|a|the)?\s*(?:of\s*)?` + duration + `(?:\s+(?:each|per (?:endpoint|scenario|test|run)|long|pro \w+))?`)
	long        = re(duration + `\s*-?\s*(?:each|per (?:endpoint|scenario|test|run)|long|tests?|runs?|of (?:load|measurement|traffic|steady load)|measurement|duration|soak|lang)\b`)
	think       = re(`\bthink(?:ing)?[ -]?times?\b[^\d.;]{0,20}?` + simple + `\s*(ms|s|sec|seconds)?\s*(?:(?:-|to|\.\.|and|bis)\s*` + simple + `\s*(ms|s|sec|seconds))?`)
	pause       = re(`\b(?:paus\w+|wait\w*)\s+(?:of\s+|for\s+)?` + simple + `\s*(ms|s|sec|seconds)?\s*(?:(?:-|to|\.\.)\s*` + simple + `\s*(ms|s|sec|seconds)\s+|` + `)(?:between)\b`)
)

// load takes how much is sent, and for how long, out of a span.
func (r *reader) load(s *span) {
	s.take(noWarmup, func([]string) bool {
		r.note("warm-up: none was asked for; 1s is left, in which connections open")
		r.wish(s, func(w *author.Wish) { w.Load.Warmup = time.Second })
		return true
	})
	s.take(warmup, func(m []string) bool {
		return r.length(s, m, func(w *author.Wish, d time.Duration) { w.Load.Warmup = d })
	})
	s.take(ramp, func(m []string) bool {
		r.note("ramp-up: taken as warm-up, which is sent and not counted; `stages` can say more")
		return r.length(s, m, func(w *author.Wish, d time.Duration) { w.Load.Warmup = d })
	})
	s.take(think, func(m []string) bool { return r.think(s, m) })
	s.take(pause, func(m []string) bool { return r.think(s, m) })
	s.take(rate, func(m []string) bool { return r.rate(s, m) })
	s.take(rateIs, func(m []string) bool {
		return r.rate(s, []string{m[0], "", m[1], m[2], m[3], "", "", ""})
	})
	s.take(concurrency, func(m []string) bool { return r.users(s, m[1], m[2]) })
	s.take(usersAre, func(m []string) bool { return r.users(s, m[1], m[2]) })
	s.take(users, func(m []string) bool {
		// About 200 users are how many there are; 50 users are how many come at once.
		noun := strings.ToLower(m[5])
		parallel := m[4] != "" || m[6] != "" || strings.HasPrefix(noun, "vu") || strings.HasPrefix(noun, "client") || strings.HasPrefix(noun, "connection") || strings.HasPrefix(noun, "thread") || strings.HasPrefix(noun, "worker")
		if !parallel && (m[1] != "" || inDatabase.MatchString(s.text) || !strings.HasPrefix(noun, "user") && !strings.HasPrefix(noun, "nutzer") && !strings.HasPrefix(noun, "benutzer")) {
			return false
		}
		return r.users(s, m[2], m[3])
	})
	s.take(lasts, func(m []string) bool {
		return r.length(s, m, func(w *author.Wish, d time.Duration) { w.Load.Duration = d })
	})
	s.take(long, func(m []string) bool {
		return r.length(s, m, func(w *author.Wish, d time.Duration) { w.Load.Duration = d })
	})
}

var inDatabase = re(`\b(?:database|db|registered|seeded?|exist\w*|there are|we have|in total|datenbank|table|dataset)\b`)

func (r *reader) length(s *span, m []string, set func(*author.Wish, time.Duration)) bool {
	digits, unit := m[1], m[2]
	if digits == "" && len(m) > 4 {
		digits, unit = m[3], m[4]
	}
	d, ok := lengthOf(digits, unit)
	if !ok || d < time.Second || d > 24*time.Hour {
		return false
	}
	r.wish(s, func(w *author.Wish) { set(w, d) })
	return true
}

// mostUsers is what a suite may ask for.
const mostUsers = 1_000_000

func (r *reader) users(s *span, digits, suffix string) bool {
	n, ok := thousandsOf(digits, suffix)
	if !ok || n < 1 || n > mostUsers {
		return false
	}
	r.wish(s, func(w *author.Wish) { w.Load.Users, w.Load.Rate, w.Load.Note = n, "", "as the brief says" })
	return true
}

func (r *reader) rate(s *span, m []string) bool {
	n, ok := thousandsOf(m[2], m[3])
	f, _ := decimal(m[2], false)
	if !ok || f <= 0 || n > 10_000_000 {
		return false
	}
	per := strings.ToLower(m[4])
	if short := strings.ToLower(m[5]); short == "rpm" {
		per = "m"
	} else if short != "" {
		per = "s"
	}
	value := float64(n)
	if m[3] == "" {
		value = f
	}
	unit := "/s"
	switch {
	case strings.HasPrefix(per, "h") || strings.HasPrefix(per, "stu"):
		value /= 60
		unit = "/m"
	case strings.HasPrefix(per, "m"):
		unit = "/m"
	}
	least := m[1] != "" || m[6] != ""
	if least {
		if unit == "/m" {
			value /= 60
		}
		text := strconv.FormatFloat(value, 'g', 6, 64) + "/s"
		r.wish(s, func(w *author.Wish) { r.setLimit(w, "throughput", text) })
		return true
	}
	note := "as the brief says"
	if n := len(r.known.Endpoints); len(s.endpoints) == 0 && n > 1 {
		if m[7] != "" {
			value /= float64(n)
			note = "the brief's rate, divided among all"
		} else {
			r.note("rate: for each scenario, since they run one after another")
		}
	}
	text := strconv.FormatFloat(value, 'g', 6, 64) + unit
	r.wish(s, func(w *author.Wish) { w.Load.Rate, w.Load.Users, w.Load.Note = text, 0, note })
	return true
}

func (r *reader) think(s *span, m []string) bool {
	unit := m[2]
	if unit == "" && len(m) > 4 {
		unit = m[4]
	}
	if unit == "" {
		unit = "s"
	}
	low, ok := lengthOf(m[1], unit)
	if !ok {
		return false
	}
	high := low
	if len(m) > 4 && m[3] != "" {
		if high, ok = lengthOf(m[3], m[4]); !ok || high < low {
			return false
		}
	}
	r.wish(s, func(w *author.Wish) { w.Load.ThinkMin, w.Load.ThinkMax = low, high })
	return true
}

var (
	envIs        = re(`(?:\$\{?\s*|\b(?:environment|env)\.?\s*(?:variables?|vars?)?\s*(?:named|called|:|=)?\s*\$?\{?)((?-i:[A-Z][A-Z0-9_]{2,}))\}?|\b((?-i:[A-Z][A-Z0-9_]{2,}))\s+(?:environment|env)\s*(?:variable|var)?`)
	noAuth       = re(`\b(?:no|without(?: any)?|needs? no|ohne|keine)\s+(?:auth\w*|login|token|credentials|api[- ]key)\b|\b(?:public|unauthenticated|öffentlich)\b`)
	keyHeader    = re(`\b(?:api[ -]?keys?|keys?|tokens?|secrets?)\b[^.;\n]{0,40}?\b(?:in|via|as|header|using)?\s*(?:the\s+|an?\s+)?(?:header\s+)?"?((?:x|api)-[a-z0-9-]+)"?(?:\s*-?\s*header)?|"?\b((?:x|api)-[a-z0-9-]*(?:key|token|auth)[a-z0-9-]*)"?(?:\s*-?\s*header)?`)
	keyQuery     = re(`\bapi[ -]?key\b[^.;\n]{0,30}?\b(?:query(?:[ -]?(?:string|parameter|param))?|parameter)\s*(?:named\s+|called\s+)?"?([a-z_]\w*)?"?`)
	keyWord      = re(`\bapi[ -]?keys?\b(?:\s+auth\w*)?`)
	bearerWord   = re(`\b(?:bearer(?:[ -]?(?:tokens?|auth\w*))?|jwts?|oauth ?2?(?:\.0)?(?:\s+(?:access\s+)?tokens?)?|access tokens?)\b(?:\s+auth\w*)?(?:\s+tokens?)?`)
	basicWord    = re(`\b(?:http\s+)?basic[ -]auth\w*`)
	cookieWord   = re(`\b(?:session[ -]?)?cookies?\b(?:\s+(?:auth\w*|session))?`)
	loginWord    = re(`\b(?:log(?:s|ged)?[ -]?in|sign(?:s|ed)?[ -]?in|authenticate[sd]?|(?:get|obtain|fetch)s?\s+(?:a|the)\s+(?:token|jwt)|anmeld\w*|einloggen)\b`)
	authSentence = re(`\b(?:auth\w*|token|key|header|login|credential)`)
)

// auth takes out how requests prove who sends them.
func (r *reader) auth(s *span) {
	set := func(a author.Auth) bool { return r.setAuth(s, &a) }
	name := ""
	if authSentence.MatchString(s.text) {
		s.take(envIs, func(m []string) bool {
			name = first(m[1:])
			return true
		})
	}
	or := func(usual string) string {
		if name != "" {
			return name
		}
		return usual
	}
	s.take(noAuth, func(m []string) bool {
		if strings.Contains(strings.ToLower(m[0]), "public") && !strings.Contains(s.text, "endpoint") && len(s.endpoints) == 0 {
			return false
		}
		return set(author.Auth{Kind: author.NoAuth})
	})
	s.take(basicWord, func([]string) bool { return set(*basicAuth()) })
	s.take(keyQuery, func(m []string) bool {
		param := m[1]
		if param == "" || strings.EqualFold(param, "named") {
			param = "api_key"
		}
		return set(author.Auth{Kind: author.Query, Header: param, Value: "${env." + or("API_KEY") + "}"})
	})
	s.take(keyHeader, func(m []string) bool {
		return set(author.Auth{Kind: author.Header, Header: first(m[1:]), Value: "${env." + or("API_KEY") + "}"})
	})
	s.take(bearerWord, func([]string) bool {
		return set(author.Auth{Kind: author.Bearer, Value: "${env." + or("API_TOKEN") + "}"})
	})
	s.take(keyWord, func([]string) bool {
		r.note("API key: sent in the header X-Api-Key, since none is named")
		return set(author.Auth{Kind: author.Header, Header: "X-Api-Key", Value: "${env." + or("API_KEY") + "}"})
	})
	s.take(cookieWord, func(m []string) bool {
		return set(author.Auth{Kind: author.Header, Header: "Cookie", Value: "${env." + or("SESSION_COOKIE") + "}"})
	})
}

// setAuth gives a way to prove who sends to whom a span is about. It reports that something was understood.
func (r *reader) setAuth(s *span, a *author.Auth) bool {
	s.found = true
	if len(s.endpoints) == 0 || s.class != "" {
		r.known.Auth = a
		return true
	}
	for _, i := range s.endpoints {
		r.known.Endpoints[i].Auth = a
	}
	return true
}

// comesIn notes the endpoint that gives the token.
func (r *reader) comesIn(s *span) {
	s.take(loginWord, func([]string) bool {
		if len(s.endpoints) != 1 {
			return true
		}
		e := &r.known.Endpoints[s.endpoints[0]]
		if e.Method != http.MethodPost || strings.Contains(e.Path, "{") || r.known.Auth == nil && !tokenWord.MatchString(s.text) {
			return true
		}
		if r.login = s.endpoints[0] + 1; e.Auth != nil && e.Auth.Kind == author.Bearer {
			e.Auth = nil
		}
		return true
	})
}

var tokenWord = re(`first|before|token|jwt|bearer|obtain`)
