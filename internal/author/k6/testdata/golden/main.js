// The suite suite: its scenarios, one after another, as Tidemark runs them. Written by `tidemark export k6`.
//
//   k6 run -e TARGET=http://127.0.0.1:8080 main.js
//   k6 run -e SCENARIO=a-flow main.js   # one of them alone, or several with commas between
//
// Without counterpart: the control, GET /healthz, is left out: k6 takes no drift of the machine out of its numbers.
// Without counterpart: evidence is left out: `tidemark run --engine k6` gathers it beside the scripts.
// Without counterpart: `thresholds: strict` is left out: k6 decides by the point estimate alone.
import { chosen, inTurn, setUp, tearDown, thresholds } from './lib/tidemark.js';
import * as aFlow from './scenarios/a-flow.js';
import * as bWords from './scenarios/b-words.js';
import * as cStages from './scenarios/c-stages.js';
import * as dRamp from './scenarios/d-ramp.js';

const scenarios = chosen({
  'a-flow': aFlow,
  'b-words': bWords,
  'c-stages': cStages,
  'd-ramp': dRamp,
});

export const options = {
  scenarios: inTurn(scenarios),
  thresholds: thresholds(scenarios),
  summaryTrendStats: ['min', 'avg', 'med', 'p(95)', 'p(99)', 'max', 'count'],
};

export const setup = () => setUp(scenarios);
export const teardown = (given) => tearDown(scenarios, given);

// What the scenarios' exec names.
export { run as aFlow } from './scenarios/a-flow.js';
export { run as bWords } from './scenarios/b-words.js';
export { run as cStages } from './scenarios/c-stages.js';
export { run as dRamp } from './scenarios/d-ramp.js';
