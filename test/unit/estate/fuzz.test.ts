import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decode } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { formatFinding } from '../../../src/estate/source/finding';
import { memoryFolder } from '../../support/estate-files';
import { SANDBOX } from '../../support/repository';
import { runs } from '../../support/runs';

const FILES = ['estate.yaml', 'organization.json', 'policies/systems-operator.json'] as const;
const SOUND: ReadonlyMap<string, Buffer> = new Map(FILES.map((name) => [name, readFileSync(join(SANDBOX, name))]));

/** A change of a file's bytes or lines. Positions are taken modulo the length. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('line' as const), at: fc.nat(), to: fc.nat() }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    text: fc.constantFrom(
      '"',
      "'",
      '\n',
      '\t',
      ': ',
      '- ',
      '{',
      ']',
      '&a ',
      '*a',
      '!!binary ',
      '? ',
      '%',
      '\0',
      '\uFEFF',
      '[[[[',
      '|',
      '.nan',
      '{"__proto__": 1}',
      '<<: ',
    ),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutate(bytes: Buffer, change: Mutation): Buffer {
  const at = change.at % (bytes.length + 1);
  switch (change.kind) {
    case 'byte':
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([change.byte]), bytes.subarray(at + 1)]);
    case 'cut':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + change.length)]);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(change.text), bytes.subarray(at)]);
    case 'line': {
      const lines = bytes.toString('latin1').split('\n');
      const [line = ''] = lines.splice(change.at % lines.length, 1);
      return Buffer.from(lines.toSpliced(change.to % (lines.length + 1), 0, line).join('\n'), 'latin1');
    }
  }
}

const mutated = fc.tuple(fc.constantFrom(...FILES), fc.array(mutation, { minLength: 1, maxLength: 3 }));

const RUNS = runs(400);

test('whatever the files hold, planning answers, and every finding has a place and one line', () => {
  let faulty = 0;
  fc.assert(
    fc.property(mutated, ([name, changes]) => {
      const bytes = changes.reduce(mutate, SOUND.get(name) ?? Buffer.alloc(0));
      const files = new Map([...SOUND, [name, bytes] as const]);
      const plan = planEstate(
        memoryFolder(Object.fromEntries([...files].map(([file, content]) => [file, decode(content)]))),
      );
      if (plan.findings.some((finding) => finding.severity === 'error')) faulty++;
      for (const finding of plan.findings) {
        expect(finding.line).toBeGreaterThanOrEqual(1);
        expect(finding.column).toBeGreaterThanOrEqual(1);
        expect(formatFinding(finding)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }
    }),
    RUNS,
  );
  expect(faulty).toBeGreaterThan(RUNS.numRuns / 4);
});
