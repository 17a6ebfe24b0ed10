// PUT "things" \ `x`. Written by `tidemark export k6` from scenarios/c-stages.yml.
// Note: k6 starts iterations evenly: each waits a random time of up to 2.5s before it sends, which makes arrivals as independent as
// Poisson's over shorter times.
// Note: ${now().Year()} has no counterpart (a call of what is no function of ours): where it stands the script says so and the iteration
// fails; write one in its place.
import http from 'k6/http';
import { basic, int, iteration, params, passed, target, text, untranslated } from '../lib/tidemark.js';

const base = target('http://127.0.0.1:8080');

export const load = {
  id: 'c-stages',
  warmup: 1, // seconds
  duration: 3,
  timeout: 2, // of one request
  spread: 2.5, // arrivals at random: each is delayed by up to so much
  env: ['K6_TEST_USER', 'K6_TEST_PASSWORD'],
};

export const scenario = {
  executor: 'ramping-arrival-rate',
  startRate: 4,
  timeUnit: '1s',
  stages: [
    { duration: '2s', target: 4 }, // holds; 1s of it are warm-up
    { duration: '1s', target: 8 },
    { duration: '1s', target: 8 },
  ],
  preAllocatedVUs: 24, // for iterations of up to 3s
  maxVUs: 2000, // an arrival beyond is dropped
  gracefulStop: '4.5s',
  exec: 'cStages',
};

export const thresholds = {
  'http_req_duration{scenario:c-stages,phase:measured,expected_response:true}': ['p(95)<=2000'],
  'errors{scenario:c-stages,phase:measured}': ['rate<=0.05'],
  'dropped_iterations{scenario:c-stages}': ['count<=0'], // one in a hundred: what was not sent is in no percentile
};

export const run = iteration(load, () => {
  const response = http.put(
    base + '/things/1',
    text`\`a\` \\ ${int(1, 2) + 0.5} ${[1, 2, 3].filter((it) => it > 1)} \${x} ${untranslated('now().Year()')}\n`,
    params(load, 'PUT "things" \\ `x`', {
      headers: {
        Authorization: basic(text`${__ENV.K6_TEST_USER}:${__ENV.K6_TEST_PASSWORD}`),
        'Content-Type': 'text/plain',
      },
      responseCallback: http.expectedStatuses(204),
      responseType: 'none',
    }),
  );
  passed(response, {
    'status is 204': (r) => r.status === 204,
  });
});
