import { ACCESS_LEVELS, actionsIn, actionsLike, services } from '../../../src/permissions/actions';
import { globOf } from '../../../src/permissions/glob';
import { parsePolicy } from '../../../src/permissions/policy';
import { anyOf, type Region, subtract } from '../../../src/permissions/region';
import { allowedBy, sideOf } from '../../../src/permissions/side';

test('a pattern is every action of AWS that it matches, whatever its case, with the access level', () => {
  const named = actionsLike('S3:get*policy').map(({ service, name, level }) => `${service}:${name} ${level}`);
  expect(named).toEqual([
    's3:GetAccessGrantsInstanceResourcePolicy Read',
    's3:GetAccessPointPolicy Read',
    's3:GetBucketPolicy Read',
    's3:GetMultiRegionAccessPointPolicy Read',
  ]);
});

test('everything is every action of every service', () => {
  const all = actionsLike('*');
  expect(new Set(all.map(({ service }) => service))).toEqual(new Set(services()));
  const levels = new Set(all.map(({ level }) => level));
  expect(ACCESS_LEVELS.filter((level) => !levels.has(level))).toEqual([]);
});

test('a region of actions leaves out what a policy denies', () => {
  const statements = parsePolicy(
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:*', Resource: '*' },
        { Effect: 'Deny', NotAction: ['sts:GetC*', 'sts:TagSession'], Resource: '*' },
      ],
    },
    'a policy',
  );
  const [box] = allowedBy(sideOf({ identity: statements }));
  expect(actionsIn(box?.actions ?? []).map(({ id, level }) => [id, level])).toEqual([
    ['sts:getcalleridentity', 'Read'],
    ['sts:tagsession', 'Tagging'],
  ]);
});

test.each(['*', '*:*', '*:Delete*', '*:GetObject', '*:?rderCable', '*:a:b'])(
  '%s names the actions of its region',
  (pattern) => {
    const region = anyOf([globOf(pattern === '*' ? '*:*' : pattern.toLowerCase())]);
    expect(actionsLike(pattern)).toEqual(actionsIn(region));
  },
);

describe('regions that read alike have their own actions', () => {
  const idsIn = (region: Region): readonly string[] => actionsIn(region).map(({ id }) => id);
  const reading = anyOf([globOf('sts:getc*')]);

  test('where one leaves something out', () => {
    expect(idsIn(reading)).toEqual(['sts:getcalleridentity']);
    expect(idsIn(subtract(reading, anyOf([globOf('*identity')])))).toEqual([]);
  });

  test('where one has a part more', () => {
    expect(idsIn(anyOf([globOf('sts:getc*'), globOf('sts:tags*')]))).toEqual([
      'sts:getcalleridentity',
      'sts:tagsession',
    ]);
  });

  test('where one has the separators of parts in a name', () => {
    const names = ['sts:getcalleridentity', 'sts:tagsession'];
    expect(idsIn(anyOf(names.map(globOf)))).toEqual(names);
    expect(idsIn(anyOf([globOf(names.join(', '))]))).toEqual([]);
  });
});
