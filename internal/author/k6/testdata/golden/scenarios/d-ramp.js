// POST /plain. Written by `tidemark export k6` from scenarios/d-ramp.yml.
import http from 'k6/http';
import { has, int, iteration, json, params, passed, target, text } from '../lib/tidemark.js';

const base = target('http://127.0.0.1:8080');

export const load = {
  id: 'd-ramp',
  warmup: 0, // seconds
  duration: 2,
  timeout: 2, // of one request
};

export const scenario = {
  executor: 'ramping-vus',
  startVUs: 2,
  stages: [
    { duration: '1s', target: 2 }, // holds; 0s of it are warm-up
    { duration: '1s', target: 4 },
  ],
  gracefulRampDown: '2s',
  gracefulStop: '2s',
  exec: 'dRamp',
};

export const thresholds = {
  'http_req_duration{scenario:d-ramp,phase:measured,expected_response:true}': ['p(95)<=2000'],
  'errors{scenario:d-ramp,phase:measured}': ['rate<=0.05'],
};

export const run = iteration(load, () => {
  const response = http.post(
    base + '/plain',
    `{"n":12345678901234567890,"list":[1,2.5,true],"deep":{"x":{"y":"${json(text`${((n) => n * 2)(int(5, 5))}`).slice(1, -1)}"}},"s":"a ${json(text`${has([1, 2], 1)}`).slice(1, -1)} b"}`,
    params(load, 'POST /plain', {
      headers: { 'Content-Type': 'application/json' },
      responseCallback: http.expectedStatuses({ min: 100, max: 399 }),
      responseType: 'none',
    }),
  );
  passed(response, {
    'status below 400': (r) => r.status > 0 && r.status < 400,
  });
});
