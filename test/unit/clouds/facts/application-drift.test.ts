import type { DeployedApplication } from '../../../../src/clouds/facts/access-facts';
import { applicationDrift } from '../../../../src/clouds/facts/access-drift';
import type { AccessPlan } from '../../../../src/estate/sections/access/plan/access-plan';
import { MANAGEMENT, planOf, principalId, userId } from '../../../support/estate-files';

const ARN = 'arn:aws:sso::100000000000:application/ssoins-0123456789abcdef/apl-0123456789abcdef';

function accessOf(elsewhere = ''): AccessPlan {
  const estate = `access:
  permissionSets: []
  grants: []
  applications: [{ name: QuickSight, arn: '${ARN}', groups: [Auditors, Analysts] }]
${elsewhere}`;
  const { access } = planOf(estate, { accounts: [MANAGEMENT], groups: ['Auditors', 'Analysts', 'Elevated'] });
  if (access === undefined) throw new Error('no access');
  return access;
}

const group = (index: number) => ({ principalType: 'GROUP', principalId: principalId(index) });
const jane = { principalType: 'USER', principalId: userId(0) };
const names = new Map([[jane.principalId, 'jane@example.com']]);
const deployed = (...assignments: DeployedApplication['assignments']): readonly DeployedApplication[] => [
  { arn: ARN, needsAssignment: true, assignments },
];
const of = { application: 'QuickSight', arn: ARN };

test('what the estate has and AWS has not is missing, and the other way round unknown', () => {
  expect(applicationDrift(accessOf(), deployed(group(0), group(2), jane), names)).toEqual({
    missing: [{ ...of, ...group(1) }],
    unknown: [
      { ...of, ...group(2) },
      { ...of, ...jane },
    ],
  });
  expect(applicationDrift(accessOf(), deployed(group(1), group(0)), names)).toEqual({ missing: [], unknown: [] });
});

test('of whom others manage the access nothing is unknown', () => {
  const elsewhere = `  managedElsewhere:
    groups: [{ name: Elevated, reason: TEAM gives it for hours. }]
    users: [{ name: jane@*, reason: TEAM gives it for hours. }]
`;
  const all = deployed(group(0), group(1), group(2), jane);
  expect(applicationDrift(accessOf(elsewhere), all, names)).toEqual({ missing: [], unknown: [] });
});

test('of an application that is not there nothing can be given', () => {
  expect(applicationDrift(accessOf(), [], names)).toEqual({ missing: [], unknown: [] });
});
