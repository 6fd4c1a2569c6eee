import { renderAccessReport } from '../../../src/prove/aws/report-access';
import { renderReport } from '../../../src/prove/report';

const COMPARISON = { differences: [], held: [] };
const INTERRUPTED = '**The run was interrupted. The steps that held on both sides are compared';

const ofTenant = (isInterrupted: boolean): string =>
  renderReport({
    journal: { kind: 'workforce', day: '2026-11-28' },
    proof: { tenant: [], emulator: [], seen: new Set(), isClean: true, isInterrupted, comparison: COMPARISON },
    catalogue: [],
    versions: {},
  });

const ofAccount = (isInterrupted: boolean, isElsewhere = false): string =>
  renderAccessReport({
    journal: { day: '2026-11-28' },
    proof: { account: [], standIn: [], refusal: undefined, isClean: true, isInterrupted, comparison: COMPARISON },
    versions: {},
    isElsewhere,
  });

test.each([
  ['a tenant', ofTenant],
  ['an account', ofAccount],
])('the report of %s says that the run was interrupted', (_, render) => {
  expect(render(true)).toContain(INTERRUPTED);
  expect(render(false)).not.toContain('interrupted');
});

test('the report of an account that was not reached at AWS begins with it', () => {
  expect(ofAccount(false, true)).toContain('This proves nothing of AWS.');
  expect(ofAccount(false)).not.toContain('This proves nothing of AWS.');
});
