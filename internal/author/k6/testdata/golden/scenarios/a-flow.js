// Checkout. Written by `tidemark export k6` from scenarios/a-flow.yml.
// Note: k6's virtual users share nothing: what the login gives before the test goes to all, and afterwards each logs in again for itself.
// Note: `order: unique` goes by the number of the virtual user, and users has 5 rows: where other scenarios of the test have more virtual
// users, two may share a row; run this one alone with -e SCENARIO=a-flow.
import { fail, sleep } from 'k6';
import { SharedArray } from 'k6/data';
import http from 'k6/http';
import {
  ALL,
  header,
  int,
  iteration,
  json,
  over,
  own,
  params,
  parsed,
  passed,
  path,
  pick,
  repeat,
  same,
  select,
  Session,
  size,
  target,
  text,
} from '../lib/tidemark.js';

const base = target('http://127.0.0.1:8080');
const usersRows = new SharedArray('users.json', () => JSON.parse(open('../data/users.json')));

export const load = {
  id: 'a-flow',
  warmup: 1, // seconds
  duration: 2,
  timeout: 2, // of one request
  think: { min: 0.05, max: 0.1 }, // between a user's iterations
  env: ['K6_TEST_PASSWORD'],
};
const aside = Object.assign({}, load, { phase: 'setup' }); // of requests that are not measured

export const scenario = {
  executor: 'constant-vus',
  vus: 3,
  duration: '3s', // 1s of warm-up, 2s measured
  gracefulStop: '2s',
  exec: 'aFlow',
};

export const thresholds = {
  'http_req_duration{scenario:a-flow,phase:measured,expected_response:true}': ['p(95)<=2000'],
  'errors{scenario:a-flow,phase:measured}': ['rate<=0.05'],
};

function login() {
  const response = http.post(
    base + '/login',
    json({ password: text`${__ENV.K6_TEST_PASSWORD}` }),
    params(aside, 'POST /login', {
      headers: { 'Content-Type': 'application/json' },
      responseCallback: http.expectedStatuses({ min: 100, max: 399 }),
    }),
  );
  const body = parsed(response);
  if (!passed(response, {
    'status below 400': (r) => r.status > 0 && r.status < 400,
    '$.token can be saved': () => select(body, 'token').length > 0,
  })) {
    fail(`login of a-flow: POST /login answered ${response.status}`);
  }
  const token = select(body, 'token')[0];
  return { token };
}

const session = new Session(login, 300);

export function setup() {
  const given = Object.assign({ logged_in_at: Date.now() }, login());
  const { token } = given;
  const response = http.get(
    base + '/items?per_page=100',
    params(aside, 'list', {
      headers: { Authorization: text`Bearer ${token}` },
      responseCallback: http.expectedStatuses({ min: 100, max: 399 }),
    }),
  );
  const body = parsed(response);
  if (!passed(response, {
    'status below 400': (r) => r.status > 0 && r.status < 400,
    '$.data[0] can be saved': () => select(body, 'data', 0).length > 0,
    '$.data[*].id can be saved': () => select(body, 'data', ALL, 'id').length > 0,
  })) {
    fail(`set-up of a-flow: list answered ${response.status}`);
  }
  const first = select(body, 'data', 0)[0];
  const item_ids = select(body, 'data', ALL, 'id');
  return Object.assign(given, { first, item_ids });
}

export const run = iteration(load, (given) => {
  const { item_ids, token } = session.values(given);
  const users = own(usersRows);
  const response = http.post(
    base + '/carts',
    json({
      user: users.id,
      class: text`${users.name}`,
      items: repeat(int(2, 3), () => ({ id: pick(item_ids), note: 'it\'s ' + users.name })),
      'a b': null,
      ['__proto__']: 1,
    }),
    params(load, 'put into the cart', {
      headers: {
        Authorization: text`Bearer ${token}`,
        'X-Tenant': text`t-${users.id}`,
        'Content-Type': 'application/json',
      },
      responseCallback: http.expectedStatuses(201),
    }),
  );
  session.saw(response);
  const body = parsed(response);
  if (!passed(response, {
    'status is 201': (r) => r.status === 201,
    'header Location contains /carts/': (r) => (header(r, 'Location') || '').includes('/carts/'),
    'header X-Request': (r) => header(r, 'X-Request') !== undefined,
    '$.error is absent': () => body !== undefined && select(body, 'error').length === 0,
    '$.id exists': () => select(body, 'id').length > 0,
    '$.lines[0] is {"n":1}': () => same(select(body, 'lines', 0)[0], {"n":1}),
    '$.state is "open"': () => select(body, 'state')[0] === 'open',
    '$.lines[*].n can be saved': () => select(body, 'lines', ALL, 'n').length > 0,
  })) {
    return;
  }
  const cart = select(body, 'id')[0];
  const lines = select(body, 'lines', ALL, 'n');
  sleep(0.02);
  if (over(load)) {
    return;
  }
  const response2 = http.get(
    base + path`/carts/${cart}?verbose=${(users.id > 1) ? 'yes & no' : 'no'}`,
    params(load, 'look at ${}', {
      headers: { Authorization: text`Bearer ${token}` },
      responseCallback: http.expectedStatuses({ min: 100, max: 399 }),
    }),
  );
  session.saw(response2);
  if (!passed(response2, {
    'status below 400': (r) => r.status > 0 && r.status < 400,
    'body contains "state"': (r) => (r.body || '').includes('"state"'),
    'body has at least 1 bytes': (r) => size(r) >= 1,
    'body has at most 1048576 bytes': (r) => size(r) <= 1048576,
  })) {
    return;
  }
  if (over(load)) {
    return;
  }
  const response3 = http.del(
    base + path`/carts/${cart}`,
    null,
    params(load, 'DELETE /carts/${}', {
      headers: { Authorization: text`Bearer ${token}` },
      responseCallback: http.expectedStatuses({ min: 200, max: 299 }, 404),
      responseType: 'none',
    }),
  );
  session.saw(response3);
  passed(response3, {
    'status is 200 to 299 or 404': (r) => (r.status >= 200 && r.status <= 299) || r.status === 404,
  });
});

export function teardown({ first, token }) {
  const response = http.del(
    base + path`/items/${first.id}/carts`,
    null,
    params(aside, 'DELETE /items/${}/carts', {
      headers: { Authorization: text`Bearer ${token}` },
      responseCallback: http.expectedStatuses({ min: 100, max: 399 }),
      responseType: 'none',
    }),
  );
  if (!passed(response, {
    'status below 400': (r) => r.status > 0 && r.status < 400,
  })) {
    fail(`teardown of a-flow: DELETE /items/\${}/carts answered ${response.status}`);
  }
}
