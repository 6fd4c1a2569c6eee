import { known } from '../../../src/clouds/reading';
import { answerOf } from '../../../src/who/answer';
import { planFiles, sandboxFiles } from '../../support/sandbox';

test.each([
  ['210000000001', true],
  ['2100', false],
  ['', false],
])('a use in account %j counts as given by the estate: %s', (account, isByEstate) => {
  const use = { permissionSet: 'BillingReader', account, at: '2026-06-01T08:00:00Z', way: 'console' } as const;
  const { uses } = answerOf(planFiles(sandboxFiles()), {
    user: 'ann@example.com',
    when: new Date('2026-06-01T09:00:00Z'),
    commit: 'c'.repeat(40),
    given: ['Security Auditors'],
    logs: { groups: known([]), changes: known([]), uses: known({ uses: [use], isComplete: true }) },
  });
  expect(uses).toEqual([{ ...use, isByEstate }]);
});
