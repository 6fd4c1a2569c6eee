import { renderReport, type ReportOptions } from '../../../src/prove/report';

const INTERRUPTED = '**The run was interrupted. The steps that held on both sides are compared';

const rendered = (kind: 'workforce' | 'aws', more: Partial<ReportOptions['proof']> = {}, isElsewhere = false): string =>
  renderReport({
    journal: { kind, day: '2026-11-28' },
    proof: {
      ...{ tenant: [], emulator: [], seen: new Set(), isClean: true, isInterrupted: false },
      comparison: { differences: [], held: [] },
      ...more,
    },
    catalogue: [],
    versions: {},
    isElsewhere,
  });

test.each(['workforce', 'aws'] as const)('the report of %s says that the run was interrupted', (kind) => {
  expect(rendered(kind, { isInterrupted: true })).toContain(INTERRUPTED);
  expect(rendered(kind)).not.toContain('interrupted');
});

test.each([
  ['workforce', 'The tenant was not asked: the emulator was to be right first.'],
  ['aws', 'The account was not asked: the stand-in was to be right first.'],
] as const)('the report of %s says where nothing was asked', (kind, words) => {
  expect(rendered(kind, { comparison: undefined })).toContain(words);
});

test('the report of an account that was not reached at AWS begins with it', () => {
  expect(rendered('aws', {}, true)).toContain('This proves nothing of AWS.');
  expect(rendered('aws')).not.toContain('This proves nothing of AWS.');
});
