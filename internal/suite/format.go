package suite

// What the files may hold. Editors complete them from the JSON Schemas that are generated from these types.

// scenarioFile is scenarios/*.yml.
type scenarioFile struct {
	Name     value               `yaml:"name" jsonschema_description:"the title in tables; default: method and path"`
	Load     loadFile            `yaml:"load" jsonschema_description:"how much is sent, and when"`
	Auth     authFile            `yaml:"auth" jsonschema_description:"how requests prove who sends them"`
	Data     map[string]dataFile `yaml:"data" jsonschema_description:"tables that requests take values from, a row for each iteration, by the name that expressions use"`
	Setup    []stepFile          `yaml:"setup" jsonschema_description:"steps sent once, before the warm-up, never counted"`
	Request  *stepFile           `yaml:"request" jsonschema_description:"what is sent again and again"`
	Steps    []stepFile          `yaml:"steps" jsonschema_description:"instead of request: a flow of several, in order"`
	Teardown []stepFile          `yaml:"teardown" jsonschema_description:"steps sent once, after the measurement"`
	Expect   *expectFile         `yaml:"expect" jsonschema_description:"what the request's answer has to be; one that is not counts as an error"`
	Size     value               `yaml:"size" jsonschema_description:"an expression for a number that the cost may grow with, such as ${users.orders}"`
}

type loadFile struct {
	Users       value       `yaml:"users" jsonschema_description:"closed model: so many users, who each wait for their answer"`
	Rate        value       `yaml:"rate" jsonschema_description:"open model: so many iterations are started, whatever the answers do, as 120/s or 600/m"`
	Stages      []stageFile `yaml:"stages" jsonschema_description:"levels of users or of rate: the first holds, each later one moves evenly from the one before to its own"`
	Arrivals    value       `yaml:"arrivals" jsonschema_description:"open model: constant (default) or poisson"`
	MaxInFlight value       `yaml:"max_in_flight" jsonschema_description:"open model: requests on their way at once; arrivals beyond wait with their clock running"`
	Connections value       `yaml:"connections" jsonschema_description:"so many connections, shared by all users; default: one for each"`
	Think       value       `yaml:"think" jsonschema_description:"closed model: pause between a user's iterations, as 1s or 1s..3s"`
	Warmup      value       `yaml:"warmup" jsonschema_description:"sent before the measurement and not counted; default 10s"`
	Duration    value       `yaml:"duration" jsonschema_description:"of the measurement; default 60s"`
	Timeout     value       `yaml:"timeout" jsonschema_description:"for one request; default 10s"`
	MaxBody     value       `yaml:"max_body" jsonschema_description:"size of an answer beyond which it is an error; default 64MB"`
	Redirects   value       `yaml:"redirects" jsonschema_description:"how many redirects are followed; default 0"`
}

type stageFile struct {
	Users    value `yaml:"users"`
	Rate     value `yaml:"rate"`
	Duration value `yaml:"duration"`
}

type authFile struct {
	Bearer value      `yaml:"bearer" jsonschema_description:"token, as ${env.API_TOKEN}"`
	Basic  *basicFile `yaml:"basic"`
	Header *fieldFile `yaml:"header" jsonschema_description:"an API key in a header of its own"`
	Login  *loginFile `yaml:"login" jsonschema_description:"a step sent first; bearer or header may use what it saves"`
}

type basicFile struct {
	User     value `yaml:"user"`
	Password value `yaml:"password"`
}

type fieldFile struct {
	Name  value `yaml:"name"`
	Value value `yaml:"value"`
}

type loginFile struct {
	Step    stepFile `yaml:"request"`
	Refresh value    `yaml:"refresh" jsonschema_description:"sent again after so long; default: only when an answer is 401"`
}

type dataFile struct {
	File  value `yaml:"file" jsonschema_description:"CSV with a first line of names, or JSON: a list of objects; relative to this file"`
	Order value `yaml:"order" jsonschema_description:"sequential (default), random, or unique: each user keeps a row of its own"`
}

// stepFile is a request and, in a flow, what belongs to it.
type stepFile struct {
	Name    value            `yaml:"name"`
	Get     value            `yaml:"get"`
	Head    value            `yaml:"head"`
	Post    value            `yaml:"post"`
	Put     value            `yaml:"put"`
	Patch   value            `yaml:"patch"`
	Delete  value            `yaml:"delete"`
	Headers map[string]value `yaml:"headers"`
	Body    value            `yaml:"body" jsonschema_description:"sent as it stands, expressions replaced"`
	JSON    tree             `yaml:"json" jsonschema_description:"sent as JSON; an expression that is all of a value keeps its type"`
	Expect  *expectFile      `yaml:"expect"`
	Save    map[string]value `yaml:"save" jsonschema_description:"names for values of the JSON answer, each with its JSONPath"`
	Think   value            `yaml:"think" jsonschema_description:"pause after the step, as 1s or 1s..3s"`
}

type expectFile struct {
	Status   values           `yaml:"status" jsonschema_description:"201, 2xx, or a list; default: any below 400"`
	Headers  map[string]value `yaml:"headers" jsonschema_description:"text that each header's value has to contain, or exists"`
	JSON     map[string]tree  `yaml:"json" jsonschema_description:"by JSONPath: exists, absent, or the value that it has to equal"`
	Contains values           `yaml:"contains" jsonschema_description:"text that the body has to contain"`
	Size     *sizeFile        `yaml:"size" jsonschema_description:"of the body"`
}

type sizeFile struct {
	Min value `yaml:"min"`
	Max value `yaml:"max"`
}

// sharedFile is suite.yml.
type sharedFile struct {
	Name    value        `yaml:"name" jsonschema_description:"what history, comments and checks call the suite; default: the name of its folder"`
	Target  targetFile   `yaml:"target" jsonschema_description:"base URL, as http://host:port; or url and version"`
	Service *serviceFile `yaml:"service" jsonschema_description:"how a commit of the service is built and started; texts may hold ${service.port}, ${service.side}, ${service.dir}, ${service.data} and ${env.NAME}"`
	Policy  policyFile   `yaml:"policy" jsonschema_description:"what it takes to fail"`
	Control controlFile  `yaml:"control" jsonschema_description:"an endpoint that no change touches, as GET /healthz, or a scenario: measured in short pieces between the scenarios, to know the machine's own drift"`

	Evidence evidenceFile `yaml:"evidence" jsonschema_description:"where causes are looked for while the load runs; texts may hold ${env.NAME}, ${service.port} and ${service.side}"`
}

type evidenceFile struct {
	OTLP     value `yaml:"otlp" jsonschema_description:"auto, off (default) or host:port of this machine: receive OpenTelemetry spans there"`
	Traces   value `yaml:"traces" jsonschema_description:"read spans from jaeger+http://host:16686, tempo+http://host:3200, or a file of OTLP JSON lines"`
	Postgres value `yaml:"postgres" jsonschema_description:"URL of the database, with a read-only role"`
	MySQL    value `yaml:"mysql" jsonschema_description:"URL of the database, with a read-only role"`
	Metrics  value `yaml:"metrics" jsonschema_description:"path of the target, or URL, of Prometheus metrics; default: /metrics if the target has it; off"`
	Profile  value `yaml:"profile" jsonschema_description:"URL of Go's pprof, as http://host:6060/debug/pprof"`
}

type targetFile struct {
	URL     value       `yaml:"url"`
	Version versionFile `yaml:"version"`
}

type versionFile struct {
	Path   value `yaml:"path" jsonschema_description:"asked with GET before anything is measured"`
	Header value `yaml:"header" jsonschema_description:"the answer's header that holds the commit; default: the body does"`
	JSON   value `yaml:"json" jsonschema_description:"JSONPath to the commit in the body"`
}

type serviceFile struct {
	Prepare values           `yaml:"prepare" jsonschema_description:"commands for what a side needs of its own: database, migrations, seeds; after the build"`
	Build   values           `yaml:"build" jsonschema_description:"commands that build it"`
	Start   values           `yaml:"start" jsonschema_description:"commands that start it; the last one stays"`
	Ready   readyFile        `yaml:"ready" jsonschema_description:"path that answers below 400 once it can be measured; default /"`
	Reset   values           `yaml:"reset" jsonschema_description:"commands, sent between rounds, that put its data back"`
	Env     map[string]value `yaml:"env" jsonschema_description:"environment variables of all these commands"`
}

type readyFile struct {
	Path    value `yaml:"path" jsonschema_description:"asked with GET on ${service.port}"`
	Timeout value `yaml:"timeout" jsonschema_description:"how long it may take; default 1m"`
}

type policyFile struct {
	Thresholds    values `yaml:"thresholds" jsonschema_description:"strict: a close verdict fails; always: one that the base misses too fails; or a list of both"`
	Inconclusive  value  `yaml:"inconclusive" jsonschema_description:"of a comparison that could not be decided: pass (default) or fail"`
	Tolerance     value  `yaml:"tolerance" jsonschema_description:"how much slower than its base bothers nobody; default 5%"`
	ToleranceTime value  `yaml:"tolerance_time" jsonschema_description:"and how much, however small the percentage; default 1ms"`
	MaxTime       value  `yaml:"max_time" jsonschema_description:"of a comparison, all scenarios together; default 3m for each"`
}

// thresholdsFile is thresholds.json.
type thresholdsFile struct {
	Schema    value                       `yaml:"$schema"`
	Default   map[string]value            `yaml:"default" jsonschema_description:"budgets of every scenario: p50, p95, p99 as 300ms, errors as 0.1%, throughput as 100/s"`
	Scenarios map[string]map[string]value `yaml:"scenarios" jsonschema_description:"budgets of one, by its title or its file's stem"`
}
