// What the scenarios beside this file share: random values, texts, JSONPath, phases. Written by `tidemark export k6`.
import { check, sleep } from 'k6';
import encoding from 'k6/encoding';
import exec from 'k6/execution';
import { Rate } from 'k6/metrics';

// errors is the share of requests whose answer was not as it has to be, in whatever way. http_req_failed knows the status alone, and checks
// has several values for one request.
export const errors = new Rate('errors');

// target is the API's base URL: TARGET, or what the suite says.
export function target(suggested) {
  const url = (__ENV.TARGET || suggested).replace(/\/+$/, '');
  if (!url) {
    throw new Error('no target: k6 run -e TARGET=http://host:port main.js');
  }
  return url;
}

// --- one scenario after another -------------------------------------------------------------------------------------

// chosen is all scenarios, or those that SCENARIO names, with commas between them.
export function chosen(all) {
  if (!__ENV.SCENARIO) {
    return all;
  }
  const some = {};
  for (const id of __ENV.SCENARIO.split(',')) {
    if (!all[id]) {
      throw new Error(`SCENARIO=${id}: there is none of that name; known are ${Object.keys(all).join(', ')}`);
    }
    some[id] = all[id];
  }
  return some;
}

// inTurn starts each scenario when the one before it has ended and its last answer must have come: they don't disturb each other.
export function inTurn(scenarios) {
  const all = {};
  let start = 0;
  for (const id of Object.keys(scenarios)) {
    const { load, scenario } = scenarios[id];
    all[id] = Object.assign({ startTime: `${start}s` }, scenario);
    start += load.warmup + load.duration + parseFloat(scenario.gracefulStop);
  }
  return all;
}

export function thresholds(scenarios) {
  return Object.assign({}, ...Object.values(scenarios).map((s) => s.thresholds));
}

// setUp is what k6's setup() does: the set-up of every scenario. What it returns goes to each, under its id.
export function setUp(scenarios) {
  for (const { load } of Object.values(scenarios)) {
    for (const name of load.env || []) {
      if (__ENV[name] === undefined) {
        throw new Error(`${load.id} needs the environment variable ${name}, which is not set`);
      }
    }
  }
  const given = {};
  for (const id of Object.keys(scenarios)) {
    given[id] = scenarios[id].setup ? scenarios[id].setup() : {};
  }
  return given;
}

export function tearDown(scenarios, given) {
  for (const id of Object.keys(scenarios)) {
    if (scenarios[id].teardown) {
      scenarios[id].teardown(given[id]);
    }
  }
}

// --- phases ---------------------------------------------------------------------------------------------------------

const elapsed = () => (Date.now() - exec.scenario.startTime) / 1000;

// over reports whether the load's time is: no new request begins then.
export function over(load) {
  return elapsed() >= load.warmup + load.duration;
}

// phase is that of a request that is sent now. Thresholds go by it: the warm-up is sent, and never counted.
function phase(load) {
  if (load.phase) {
    return load.phase;
  }
  return elapsed() < load.warmup ? 'warmup' : 'measured';
}

// iteration is what k6 calls. k6 starts iterations evenly; where arrivals are to be random, each waits a random time first. One that breaks off is
// an error: k6 alone would only log it.
export function iteration(load, body) {
  return (given) => {
    if (load.spread) {
      sleep(Math.random() * load.spread);
      if (over(load)) {
        return;
      }
    }
    exec.vu.metrics.tags.phase = phase(load);
    try {
      body(given[load.id]);
    } catch (e) {
      errors.add(true);
      throw e;
    } finally {
      if (load.think) {
        sleep(float(load.think.min, load.think.max));
      }
    }
  };
}

// params are a request's: whatever it measures is tagged with the name and the phase. With a traceparent its trace is found; `tidemark run --engine
// k6` says what those of measured requests begin with.
export function params(load, name, more) {
  const now = phase(load);
  exec.vu.metrics.tags.phase = now;
  const mark = (now === 'measured' && __ENV.TIDEMARK_TRACE_MARK) || '';
  const all = Object.assign({ tags: { name }, timeout: `${load.timeout}s`, redirects: load.redirects || 0 }, more);
  all.headers = Object.assign({ traceparent: `00-${mark}${hex(32 - mark.length)}-${hex(16)}-01` }, all.headers);
  return all;
}

// passed checks an answer.
export function passed(response, checks) {
  const ok = check(response, checks);
  errors.add(!ok);
  return ok;
}

// A Session keeps a virtual user logged in: again after so many seconds, and after an answer of 401, at most once a second. Virtual users
// share nothing, so each does it for itself.
export class Session {
  constructor(login, refresh) {
    Object.assign(this, { login, refresh, rejected: false });
  }

  // values is what the set-up gave, with what the last login gave.
  values(given) {
    if (!this.given) {
      this.given = given;
      this.since = given.logged_in_at;
    }
    const age = (Date.now() - this.since) / 1000;
    if ((this.rejected && age > 1) || (this.refresh > 0 && age > this.refresh)) {
      this.since = Date.now();
      this.rejected = false;
      try {
        this.given = Object.assign({}, this.given, this.login());
      } catch (e) {
        console.warn(`${e}: the old one stays in use`);
      }
    }
    return this.given;
  }

  // saw looks at an answer.
  saw(response) {
    this.rejected = this.rejected || response.status === 401;
  }
}

// --- random values --------------------------------------------------------------------------------------------------

// int is a whole number from low to high, both included.
export function int(low, high) {
  return low + Math.floor(Math.random() * (high - low + 1));
}

export function float(low, high) {
  return low + Math.random() * (high - low);
}

export function pick(list) {
  if (!list.length) {
    throw new Error('pick: the list is empty');
  }
  return list[Math.floor(Math.random() * list.length)];
}

// weighted is one element, by weight.
export function weighted(list, weights) {
  let at = Math.random() * weights.reduce((sum, w) => sum + w, 0);
  for (let i = 0; i < list.length; i++) {
    at -= weights[i];
    if (at < 0) {
      return list[i];
    }
  }
  return list[list.length - 1];
}

// repeat is a list of n values, each made anew.
export function repeat(n, make) {
  return Array.from({ length: n }, make);
}

export function hex(digits) {
  let text = '';
  while (text.length < digits) {
    text += Math.floor(Math.random() * 0x100000000).toString(16).padStart(8, '0');
  }
  return text.slice(0, digits);
}

// uuid is one of version 4.
export function uuid() {
  const h = hex(32);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${int(8, 11).toString(16)}${h.slice(17, 20)}-${h.slice(20)}`;
}

// --- rows of data ---------------------------------------------------------------------------------------------------

// next is one row after another over all virtual users, from the start again at the end.
export function next(rows) {
  return rows[exec.scenario.iterationInTest % rows.length];
}

// own is the row that this virtual user keeps.
export function own(rows) {
  return rows[(exec.vu.idInTest - 1) % rows.length];
}

// --- texts ----------------------------------------------------------------------------------------------------------

function written(value) {
  if (value === undefined || value === null) {
    throw new Error('a value of a request is not there');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

// path writes a path and query: values are escaped by where they stand.
export function path(strings, ...values) {
  let all = strings[0];
  values.forEach((v, i) => {
    const escaped = encodeURIComponent(written(v));
    all += (all.includes('?') ? escaped.replace(/%20/g, '+') : escaped) + strings[i + 1];
  });
  return all;
}

// text writes values as they are.
export function text(strings, ...values) {
  return strings.reduce((all, s, i) => all + written(values[i - 1]) + s);
}

// json writes a value; what is not there is null.
export function json(value) {
  return JSON.stringify(value, (_, v) => (v === undefined ? null : v));
}

export function basic(credentials) {
  return `Basic ${encoding.b64encode(credentials)}`;
}

// --- answers --------------------------------------------------------------------------------------------------------

// parsed is the answer's JSON; undefined: it is none.
export function parsed(response) {
  try {
    return JSON.parse(response.body);
  } catch (_) {
    return undefined;
  }
}

// header is a header's value, however its name is written; undefined: there is none.
export function header(response, name) {
  const key = Object.keys(response.headers).find((k) => k.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : response.headers[key];
}

// size is how many bytes the body has: as they were sent where the answer says it.
export function size(response) {
  const told = header(response, 'Content-Length');
  return told !== undefined ? Number(told) : encoding.b64decode(encoding.b64encode(response.body || '')).byteLength;
}

// ALL stands for every element or member in select, DEEP for what it is selected from and all below it.
export const ALL = Symbol('all');
export const DEEP = Symbol('deep');

// select is all values that a path points at: a text is a member's name, a number an element's, a list several of them, { from, to, by } a slice.
export function select(value, ...steps) {
  return steps.reduce((found, step) => found.flatMap((v) => follow(v, step)), value === undefined ? [] : [value]);
}

function follow(value, step) {
  if (Array.isArray(step)) {
    return step.flatMap((s) => follow(value, s));
  }
  if (step === DEEP) {
    return [value].concat(children(value).flatMap((v) => follow(v, DEEP)));
  }
  if (step === ALL) {
    return children(value);
  }
  if (typeof step === 'object') {
    return Array.isArray(value) ? sliced(value, step) : [];
  }
  if (typeof step === 'number') {
    const at = step < 0 && Array.isArray(value) ? value.length + step : step;
    return Array.isArray(value) && at >= 0 && at < value.length ? [value[at]] : [];
  }
  const there = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.prototype.hasOwnProperty.call(value, step);
  return there ? [value[step]] : [];
}

function sliced(list, { from, to, by }) {
  const end = (n, otherwise) => (n === undefined ? otherwise : n < 0 ? list.length + n : n);
  const some = [];
  if (by > 0) {
    for (let i = Math.max(end(from, 0), 0); i < Math.min(end(to, list.length), list.length); i += by) {
      some.push(list[i]);
    }
  } else if (by < 0) {
    for (let i = Math.min(end(from, list.length - 1), list.length - 1); i > Math.max(end(to, -1), -1); i += by) {
      some.push(list[i]);
    }
  }
  return some;
}

function children(value) {
  return value !== null && typeof value === 'object' ? Object.values(value) : [];
}

// --- what expressions need --------------------------------------------------------------------------------------------

// item is an element of a list, from its end where the index is below 0, or a member.
export function item(of, at) {
  if (typeof at !== 'number') {
    return of[at];
  }
  const i = at < 0 ? of.length + at : at;
  if (!(i >= 0 && i < of.length)) {
    throw new Error(`there is no element ${at} in a list of ${of.length}`);
  }
  return of[i];
}

// has reports whether a list has an element, or an object a member.
export function has(among, wanted) {
  return Array.isArray(among) ? among.some((v) => same(v, wanted)) : Object.prototype.hasOwnProperty.call(among, wanted);
}

// same compares values by what they hold.
export function same(a, b) {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    return a === b;
  }
  const names = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && names.length === Object.keys(b).length && names.every((n) => n in b && same(a[n], b[n]));
}

// len counts the elements of a list, the members of an object, the letters of a text.
export function len(of) {
  return typeof of === 'string' ? Array.from(of).length : Object.keys(of).length;
}

export function range(first, last) {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);
}

// untranslated stands where an expression of the suite has no counterpart here.
export function untranslated(expression) {
  throw new Error(`\${${expression}} has no counterpart in k6: write one in its place`);
}
