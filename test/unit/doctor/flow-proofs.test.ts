import { known } from '../../../src/clouds/reading';
import { userFlows } from '../../../src/doctor/checks/b2c/user-flows';
import { examineEstate } from '../../../src/doctor/examination';
import { flowProof } from '../../../src/doctor/flow-proof';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { planFiles, recorded, sandboxFiles } from '../../support/sandbox';
import { customersFacts } from './healthy-facts';

const FLOW = 'B2C_1_signupsignin1_mfa';
const plan = planFiles(sandboxFiles());
const [customers, flow] = [plan.estate.customers, plan.estate.customers?.userFlows.find(({ id }) => id === FLOW)];
if (customers === undefined || flow === undefined) throw new Error('the sandbox has no flow');

interface Proved {
  readonly on: string;
  readonly shown: string[];
  readonly faults: string[];
}

/** Outcome of what a sign-in showed of a flow's claims, on a day. */
function outcomeOf(proved: Proved | undefined): string | undefined {
  const steps = recorded(plan).map(({ record, ...step }) => {
    const { target, asks, by, on } = record;
    const shown = step.provedBy === FLOW && proved !== undefined && { proved };
    return { ...step, record: { step: step.id, target, asks, by, on, ...shown } };
  });
  const changed = { ...plan, steps, placeOf: plan.placeOf.bind(plan) };
  const now = new Date('2026-11-30T12:00:00Z');
  const [check] = examineEstate({ plan: changed, facts: {}, now }, ['b2c-steps']).checks;
  return check?.observations.find(({ message }) => message.startsWith(`${FLOW}/claims`))?.outcome;
}

test.each([
  ['nobody signed in', undefined, 'warning'],
  ['a sign-in showed it', { on: '2026-06-03', shown: [], faults: [] }, 'ok'],
  ['the sign-in is 181 days old', { on: '2026-06-02', shown: [], faults: [] }, 'warning'],
  ['a sign-in of today showed something else', { on: '2026-11-30', shown: [], faults: ['a claim'] }, 'failure'],
])('a recorded step, of which %s', (_what, proved, outcome) => {
  expect(outcomeOf(proved)).toBe(outcome);
});

test('a flow that stays under a previous id is examined like any other', () => {
  const files = sandboxFiles();
  const text = files[ESTATE_FILE]?.replace(`id: ${FLOW}\n`, `id: ${FLOW}\n      previousNames: [B2C_1_old]\n`) ?? '';
  const renamed = planFiles({ ...files, [ESTATE_FILE]: text });
  const now = new Date('2026-11-30T12:00:00Z');
  const section = renamed.estate.customers;
  const facts = section && customersFacts(section, now, (items) => items);
  if (facts?.directory.type !== 'b2c') throw new Error('the sandbox has no directory of B2C');
  const told = (there: typeof facts.directory.flows) => {
    const customers = { ...facts, directory: { ...facts.directory, flows: there } };
    return userFlows
      .run({ plan: renamed, facts: { customers }, now })
      ?.map(({ outcome, message }) => `${outcome}: ${message}`);
  };
  const { flows } = facts.directory;
  expect(told(flows)).toContain('ok: B2C_1_old is as declared');
  const gone = 'failure: the user flow B2C_1_old is not there';
  expect(told(new Map([...flows, ['B2C_1_old', known(undefined)]]))).toContain(gone);
});

describe('two sign-ins', () => {
  const WHOLE = {
    name: 'Ada',
    emails: ['a@example.com'],
    given_name: 'Ada',
    family_name: 'Lovelace',
    oid: 'o',
    sub: 'o',
  };
  const claims = { ...WHOLE, tfp: FLOW.toLowerCase(), auth_time: 100 };
  const faultsOf = (second: Readonly<Record<string, unknown>>) => {
    const sign = (more: object) => ({ claims: { ...claims, ...more }, seconds: 3 });
    return flowProof([sign({}), sign({ auth_time: 130, ...second })], flow, customers).faults;
  };

  test.each([
    ['as declared', {}, []],
    ['by acr alone', { tfp: undefined, acr: FLOW }, []],
    ['of another flow', { tfp: 'B2C_1_signupsignin1' }, ['the token is of B2C_1_signupsignin1']],
    ['that asked nobody', { auth_time: 100 }, ['the second sign-in did not ask again']],
    ['of two people', { sub: 'p' }, ['two people signed in']],
    ['without a claim, and of nobody who was asked', { auth_time: 100, oid: undefined }, ['did not ask', 'claim oid']],
  ])('%s', (_what, second, faults) => {
    expect(faultsOf(second)).toEqual(faults.map((fault) => expect.stringContaining(fault) as string));
  });
});
