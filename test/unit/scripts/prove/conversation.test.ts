import { cleanUpAll, conclude, interruptibly, killedRuns } from '../../../../scripts/prove/conversation';
import { type AccountJournal, type Journal, readJournals, writeJournal } from '../../../../src/prove/journal';
import { AccountId } from '../../../../src/estate/source/ids';
import type { Proof } from '../../../../src/prove/proof';
import { inTemporaryFolder } from '../../../support/in-temporary-folder';

const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';

const journal = (mark: string): Journal => ({
  mark,
  kind: 'workforce',
  tenantId: TENANT,
  directory: 'contoso',
  day: '2026-11-28',
});
const ofAccount: AccountJournal = {
  mark: 'prove-0000000a',
  kind: 'aws',
  account: AccountId.parse('210000000099'),
  region: 'eu-west-1',
  instanceArn: 'arn:aws:sso:::instance/ssoins-7904a1b2c3d4e5f6',
  identityStoreId: 'd-93670a1b2d',
  day: '2026-11-28',
};

inTemporaryFolder();

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const isOurs = (one: Journal | AccountJournal): one is Journal => one.kind !== 'aws';

test('a run that is at work is left alone, unless the person says that it was killed', () => {
  writeJournal(journal('prove-00000001'));
  expect(killedRuns(isOurs, {})).toEqual([]);
  expect(killedRuns(isOurs, { killed: 'prove-00000002' })).toEqual([]);
  expect(said.at(-1)).toBe(
    `prove-00000001 may be at work, as process ${process.pid}. If it is not: --clean-up --killed prove-00000001\n`,
  );
  expect(killedRuns(isOurs, { killed: 'prove-00000001' }).map(({ mark }) => mark)).toEqual(['prove-00000001']);
});

test('of a run elsewhere it says how it is cleaned up there', () => {
  writeJournal(ofAccount);
  expect(killedRuns(isOurs, { killed: ofAccount.mark })).toEqual([]);
  expect(said.join('')).toContain(
    'prove-0000000a is left in the AWS account 210000000099: clean up by --kind aws --account 210000000099 --clean-up',
  );
});

test('one run that can not be cleaned up keeps no other, and its journal stays', async () => {
  const runs = [journal('prove-00000002'), journal('prove-00000003')];
  for (const one of runs) writeJournal(one);
  const cleanUp = ({ mark }: Journal) =>
    mark === 'prove-00000002'
      ? Promise.reject(new Error('refused'))
      : Promise.resolve({ isClean: true, detail: 'done' });
  expect(await cleanUpAll(runs, { yes: true }, cleanUp)).toBe(1);
  expect(said).toEqual(expect.arrayContaining(['prove-00000002: refused\n', 'prove-00000003: done\n']));
  const left = readJournals().map(({ mark }) => mark);
  expect([left.includes('prove-00000002'), left.includes('prove-00000003')]).toEqual([true, false]);
});

test('Ctrl-C is told to the run, which says what happens, and has a result all the same', async () => {
  const result = await interruptibly((isInterrupted) => {
    process.emit('SIGINT');
    return Promise.resolve(isInterrupted());
  });
  expect(result).toBe(true);
  expect(said.join('')).toMatch(/^Interrupted: what is under way ends, and then what was made is destroyed/);
  expect(process.listenerCount('SIGINT')).toBe(0);
});

/** Report of a run in an account. */
const report = (proof: Partial<Proof>): Parameters<typeof conclude>[0] => ({
  journal: ofAccount,
  proof: {
    ...{ tenant: [], emulator: [], seen: new Set(), isClean: true, isInterrupted: false },
    comparison: { differences: [], held: [] },
    ...proof,
  },
  ...{ catalogue: [], versions: {}, isElsewhere: false },
});

test('a run that was interrupted has failed, and says where its report is', () => {
  expect(conclude(report({}), { out: 'report.md' })).toBe(0);
  expect(conclude(report({ isInterrupted: true }), { out: 'report.md' })).toBe(1);
  expect(said.at(-1)).toBe('The run was interrupted. 0 differences; the report is report.md\n');
});

test('a rehearsal that failed is told from one that was interrupted', () => {
  const emulator = [{ step: 'create', held: false, detail: 'a stack is made by a change set' }];
  expect(conclude(report({ comparison: undefined, emulator }), {})).toBe(1);
  expect(said.join('')).toContain('create: a stack is made by a change set');
  expect(conclude(report({ comparison: undefined, isInterrupted: true }), {})).toBe(1);
  expect(said.at(-2)).toBe('The account was not asked, since the run was interrupted before\n');
});
