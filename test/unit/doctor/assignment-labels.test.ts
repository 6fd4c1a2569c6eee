import type { AccessFacts, DeployedAssignment, FoundMakers } from '../../../src/clouds/facts/access-facts';
import { failed, known } from '../../../src/clouds/reading';
import { assignmentLabels } from '../../../src/doctor/checks/access/assignments';
import { deployedSet } from '../../support/deployed-access';
import { accountId, principalId } from '../../support/ids';
import { planFiles, sandboxFiles } from '../../support/sandbox';

const ONE: DeployedAssignment = {
  set: deployedSet('Audit').arn,
  account: accountId('210000000011'),
  principalType: 'GROUP',
  principalId: principalId('00000000-0000-0000-0000-000000000009'),
};

function madeBy(makers: FoundMakers): string {
  const { access } = planFiles(sandboxFiles());
  if (access === undefined) throw new Error('no access');
  const unread = failed('was not asked for');
  const facts = { makers: known(makers), users: unread, groups: unread } as unknown as AccessFacts;
  return assignmentLabels(access, facts).madeBy(ONE);
}

test('who made an assignment is named with the time', () => {
  const makers = [{ ...ONE, by: 'arn:aws:iam::210000000001:user/ada', at: '2026-11-01T08:00:00Z' }];
  expect(madeBy({ makers })).toBe('made by arn:aws:iam::210000000001:user/ada on 2026-11-01T08:00:00Z');
});

test('that there is no record is said only where all records were read', () => {
  expect(madeBy({ makers: [] })).toBe('CloudTrail has no record of who made it in the last 90 days');
  expect(madeBy({ makers: [], readEvents: 1000 })).toBe(
    'who made it is not among the last 1000 events of CloudTrail in this account; for older ones: aws cloudtrail lookup-events ' +
      '--lookup-attributes AttributeKey=EventName,AttributeValue=CreateAccountAssignment --end-time TIME',
  );
});
