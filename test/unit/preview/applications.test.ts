import { onlyAdds } from '../../../src/deploy/pipeline/snapshot-proposal';
import { renderMarkdown } from '../../../src/preview/render';
import { MANAGEMENT } from '../../support/estate-files';
import { changesOf, reportOf, simpleEstate } from '../../support/preview/reports';

const organization = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
  groups: ['Developers', 'Auditors'],
};

function estateOf(groups: string): string {
  return simpleEstate().concat(`  applications:
    - name: QuickSight
      arn: arn:aws:sso::100000000000:application/ssoins-0123456789abcdef/apl-0123456789abcdef
      groups: [${groups}]
`);
}

const developers = { estate: estateOf('Developers'), organization };
const auditors = { estate: estateOf('Auditors'), organization };

test('a report lists applications, and who may use them', () => {
  expect(reportOf(developers).applications).toMatchObject([
    { name: 'QuickSight', groups: [{ name: 'Developers', isPending: false }] },
  ]);
  expect(renderMarkdown(reportOf(developers))).toMatch(/QuickSight.*: .*Developers/);
  expect(reportOf({ estate: simpleEstate(), organization }).applications).toBeUndefined();
});

test('a group that gains or loses an application is told, and counted by the limits', () => {
  const changes = changesOf(auditors, developers);
  expect(changes.applications?.map(({ kind, group, application }) => [kind, group, application])).toEqual([
    ['gained', 'Auditors', 'QuickSight'],
    ['lost', 'Developers', 'QuickSight'],
  ]);
  expect(changes.extent.map(({ of, assignments, before }) => [of, assignments, before])).toEqual([
    ['lost', 1, 2],
    ['gained', 1, 2],
    ['administrators', 0, 2],
    ['waysUp', 0, 2],
  ]);
  const text = renderMarkdown(reportOf(auditors, developers));
  expect(text).toMatch(/Auditors.* gain the application .*QuickSight/);
  expect(text).toMatch(/Developers.* lose the application .*QuickSight/);
});

test('a group that was renamed keeps its applications', () => {
  const renamed = {
    estate: estateOf('Engineers').replace('group: Developers', 'group: Engineers'),
    organization: { ...organization, groups: ['Engineers', 'Auditors'] },
  };
  expect(changesOf(renamed, developers).applications).toBeUndefined();
});

test('a snapshot that gives a group an application does not merge itself', () => {
  const more = {
    ...developers,
    organization: { ...organization, accounts: [...organization.accounts, { id: '100000000002', name: 'web' }] },
  };
  const added = [{ id: '100000000002', name: 'web', where: '/' }];
  expect(onlyAdds(reportOf(more, developers), added)).toBe(true);
  const grown = { ...more, estate: estateOf('Developers, Auditors') };
  expect(onlyAdds(reportOf(grown, developers), added)).toBe(false);
});
