// GET /search/${words.text}. Written by `tidemark export k6` from scenarios/b-words.yml.
// Note: `connections: 4` is left out: with k6 each virtual user has connections of its own.
// Note: k6 follows redirects to other hosts too, and each is a request of its own in its numbers.
// Note: `size: ${words.size}` is left out: k6 does not hold latency against it.
// Note: words.size has whole numbers beyond 2^53, of which JavaScript loses the last digits.
// Note: the header X-API-Key has its credential in the clear in the suite; here it is the environment variable X_API_KEY.
// Note: the expectation of $.hits[?(@.id > 1)].id is left out: it has no counterpart ([?(@.id > 1)], a filter or function).
import { SharedArray } from 'k6/data';
import http from 'k6/http';
import {
  DEEP,
  float,
  hex,
  item,
  iteration,
  len,
  next,
  params,
  parsed,
  passed,
  path,
  select,
  target,
  text,
  uuid,
} from '../lib/tidemark.js';

const base = target('http://127.0.0.1:8080');
const wordsRows = new SharedArray('words.json', () => JSON.parse(open('../data/words.json')));

export const load = {
  id: 'b-words',
  warmup: 1, // seconds
  duration: 2,
  timeout: 2, // of one request
  redirects: 1,
  env: ['X_API_KEY'],
};

export const scenario = {
  executor: 'constant-arrival-rate',
  rate: 15,
  timeUnit: '10s',
  duration: '3s', // 1s of warm-up, 2s measured
  preAllocatedVUs: 10, // for iterations of up to 0.5s
  maxVUs: 20, // an arrival beyond is dropped
  gracefulStop: '2s',
  exec: 'bWords',
};

export const thresholds = {
  'http_req_duration{scenario:b-words,phase:measured,expected_response:true}': ['p(95)<=2000'],
  'errors{scenario:b-words,phase:measured}': ['rate<=0.05'],
  'http_reqs{scenario:b-words,phase:measured,expected_response:true}': ['count>=1'], // 0.5/s for 2s
  'dropped_iterations{scenario:b-words}': ['count<=0'], // one in a hundred: what was not sent is in no percentile
};

export const run = iteration(load, () => {
  const words = next(wordsRows);
  const response = http.get(
    base + path`/search/${words.text}?q=${words.text}&n=${len(words.tags)}&all=${words.tags.map((it) => it.toUpperCase()).join('+')}&u=${uuid()}&h=${hex(8)}&f=${float(0, 1) < 2}&s=${item(words.tags, -1)}&p=\${x}`,
    params(load, 'GET /search/${words.text}', {
      headers: { 'X-API-Key': text`${__ENV.X_API_KEY}` },
      responseCallback: http.expectedStatuses({ min: 100, max: 399 }),
    }),
  );
  const body = parsed(response);
  passed(response, {
    'status below 400': (r) => r.status > 0 && r.status < 400,
    '$..id exists': () => select(body, DEEP, 'id').length > 0,
    '$.hits[0:2].id exists': () => select(body, 'hits', { to: 2, from: 0, by: 1 }, 'id').length > 0,
  });
});
