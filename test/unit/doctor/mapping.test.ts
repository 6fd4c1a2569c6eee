import type { UserMapping } from '../../../src/clouds/facts/workforce-facts';
import type { Facts } from '../../../src/clouds/facts/facts';
import { known } from '../../../src/clouds/reading';
import { examineEstate } from '../../../src/doctor/examination';
import { edited, planFiles, sandboxFiles } from '../../support/sandbox';

const plan = planFiles(
  edited(sandboxFiles(), ({ workforce }) => {
    const scim = workforce?.awsApplication?.scim;
    if (scim === undefined) throw new Error('no provisioning');
    scim.attributeMappings = [
      { target: 'externalId', source: 'objectId' },
      { target: 'locale', constant: 'en' },
      { target: 'nickName', expression: 'ToLower( [givenName] )' },
      { target: 'title', remove: true },
    ];
  }),
);

const AS_DECLARED: readonly UserMapping[] = [
  { target: 'externalId', source: '[objectId]' },
  { target: 'locale', source: '"en"' },
  { target: 'nickName', source: 'ToLower([givenName])' },
];

function found(userMappings: readonly UserMapping[]): readonly string[] {
  const facts = { workforce: { userMappings: known(userMappings) } } as unknown as Facts;
  const { checks } = examineEstate({ plan, facts, now: new Date('2026-06-01') }, ['scim-mapping']);
  return checks.flatMap(({ observations }) => observations.map(({ outcome, message }) => `${outcome}: ${message}`));
}

test('mappings of every form are as declared, in whatever layout Graph shows an expression', () => {
  expect(found(AS_DECLARED)).toEqual([
    'ok: objectId -> externalId, "en" -> locale, ToLower( [givenName] ) -> nickName, nothing -> title',
  ]);
});

test('a mapping that was removed and is back, and another constant, are failures', () => {
  const changed = AS_DECLARED.map((one) => (one.target === 'locale' ? { ...one, source: '"de"' } : one));
  expect(found([...changed, { target: 'title', source: '[jobTitle]' }])).toEqual([
    'failure: locale is mapped from "de", declared is "en"',
    'failure: title is mapped from [jobTitle], declared is nothing',
  ]);
});
