/** What asking the lifecycle machine costs, against sending the same events to an xstate actor of it. */
import { judge, lifecycle } from '@layerscope/core/snapshots';
import { createActor } from 'xstate';

const ROUNDS = 5;
const PASSES = 20_000;
/** A key's life, back to where it began. */
const LIFE = [
  { type: 'prepare', parent: 'Committed' },
  { type: 'stat' },
  { type: 'mounts' },
  { type: 'update', fixedField: false },
  { type: 'commit', rebase: 'keep' },
];

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

/** Nanoseconds an event. */
const timed = (body) => {
  const begin = process.hrtime.bigint();
  for (let pass = 0; pass < PASSES; pass++) body();
  return Number(process.hrtime.bigint() - begin) / PASSES / LIFE.length;
};

const byJudge = () => {
  let state = 'Absent';
  for (const event of LIFE) state = judge(state, event, {});
  return state;
};

const actor = createActor(lifecycle).start();
const byActor = () => {
  for (const event of LIFE) actor.send(event);
};

/** Everything of an actor that the machine asks for, made once. */
const scope = {
  self: actor,
  system: actor.system,
  id: actor.id,
  sessionId: actor.sessionId,
  logger: () => {},
  defer: () => {},
  emit: () => {},
  stopChild: () => {},
  actionExecutor: () => {},
};
let snapshot = actor.getSnapshot();
const byTransition = () => {
  for (const event of LIFE) snapshot = lifecycle.transition(snapshot, event, scope);
};

export const suite = {
  name: 'lifecycle',
  goals: [{ row: 'judge', atMost: 1, of: 'ours / actor.send' }],
  run: async () => {
    const sides = { judge: byJudge, transition: byTransition, send: byActor };
    const figures = { judge: [], transition: [], send: [] };
    for (const body of Object.values(sides)) timed(body);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, body] of Object.entries(sides)) figures[name].push(timed(body));
    }
    const send = median(figures.send);
    const row = (name, key) => {
      const ours = median(figures[key]);
      return { row: name, ours, theirs: send, unit: 'ns/event', ratio: ours / send };
    };
    return [row('judge', 'judge'), row('transition with a reused scope', 'transition')];
  },
};
