import { allFindings, planEstate } from '../../../src/estate/plan/estate-plan';
import { programsOf } from '../../../src/estate/plan/stacks/stacks';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { KINDS } from '../../../src/prove/journal';
import { estateText, type MarkedEstate, PROGRAM_OF } from '../../../src/prove/marked-estate';
import { memoryFolder } from '../../support/large-estate';

const STAGES = ['first', 'changed', 'rotated'] as const;

describe.each(KINDS)('the marked estate of %s', (kind) => {
  const estate: MarkedEstate = {
    mark: 'prove-0a1b2c3d',
    kind,
    tenantId: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
    directory: 'contoso',
    day: '2026-11-28',
  };

  test.each(STAGES)('is sound as it is %s, and has the one program of its kind', (stage) => {
    const plan = planEstate(memoryFolder(estate.mark, { [ESTATE_FILE]: estateText(estate, stage) }));
    expect(allFindings(plan).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(programsOf(plan.estate)).toEqual([PROGRAM_OF[kind]]);
  });

  test('differs from stage to stage', () => {
    expect(new Set(STAGES.map((stage) => estateText(estate, stage))).size).toBe(STAGES.length);
  });

  test('has the mark in the name of everything that it makes', () => {
    const names = [...estateText(estate, 'rotated').matchAll(/(?:^ *displayName|name|policy|- id): ([^\n,}]+)/gm)];
    expect(names.length).toBeGreaterThan(2);
    for (const [, name] of names) expect(name).toContain(estate.mark);
  });
});
