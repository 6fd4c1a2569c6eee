import { gunzipSync, gzipSync } from 'node:zlib';
import { packed, parseResults, planDigest, unpacked } from '../../../../src/deploy/pipeline/evidence';
import { outputFaults } from '../../../support/output-faults';

const plan = {
  preview: '## Access of sandbox\n',
  engines: [{ step: 'access', command: 'cdk diff', state: 'changed', text: 'one change' }],
  images: { web: 'sha256:0' },
};
const record = {
  ...{ program: '0.1.0', estate: 'sandbox', commit: 'a'.repeat(40), before: 'b'.repeat(40), forge: 'github' as const },
  run: 'https://github.localhost/insurance/identity/actions/runs/42',
  ...{ began: '2026-11-24T09:00:00.000Z', ended: '2026-11-24T09:30:00.000Z', result: 'failed' as const },
  changes: { state: 'known' as const, value: [{ number: 7, approvals: [{ by: 'ada', at: '2026-11-24' }] }] },
  approvals: { state: 'unknown' as const, reason: 'no answer' },
  plan: { sha256: planDigest(plan), ...plan },
  steps: [{ step: 'entra-aws ci apply-stack', result: 'failed' as const, why: 'exit code 1' }],
};

test('a record is read as it was written, and as its schema says', () => {
  const kept = packed(record);
  expect(kept.key).toMatch(/^2026-11-24T093000Z-[0-9a-f]{64}\.json\.gz$/);
  expect(unpacked(kept)).toEqual({ version: 1, ...record });
  expect(outputFaults('evidence-record', gunzipSync(kept.body).toString())).toBeNull();
});

test('a record whose text, name or plan was changed is refused', () => {
  const kept = packed(record);
  const text = gunzipSync(kept.body).toString();
  expect(() => unpacked({ ...kept, body: gzipSync(text.replace('ada', 'eve')) })).toThrow('SHA-256');
  expect(() => unpacked({ ...kept, key: 'record.json.gz' })).toThrow('no deployment gives');
  const later = kept.key.replace('T093000Z', 'T093001Z');
  expect(() => unpacked({ ...kept, key: later })).toThrow('its name has another time');
  const other = packed({ ...record, plan: { ...record.plan, preview: 'nothing changes' } });
  expect(() => unpacked(other)).toThrow('its plan');
});

test('a record of too many bytes is refused when it is written, with what to do', () => {
  const preview = 'x'.repeat(16 * 1024 * 1024);
  expect(() => packed({ ...record, plan: { ...record.plan, preview } })).toThrow(
    `Store the artifacts of ${record.run}`,
  );
});

test('results that no job handed on are an error', () => {
  expect(() => parseResults('')).toThrow('ENTRA_AWS_RESULTS');
  expect(parseResults(JSON.stringify(record.steps))).toEqual(record.steps);
});
