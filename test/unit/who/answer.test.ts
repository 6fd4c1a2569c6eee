import { known } from '../../../src/clouds/reading';
import type { PrincipalId } from '../../../src/estate/source/ids';
import { answerOf, answerText, type Asked, isUnknown } from '../../../src/who/answer';
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
    logs: {
      existing: known(new Set<PrincipalId>()),
      groups: known([]),
      changes: known([]),
      uses: known({ uses: [use], isComplete: true }),
    },
  });
  expect(uses).toEqual([{ ...use, isByEstate }]);
});

test.each([
  ['has it', known({ url: 'https://forge.example/7' }), 'deployed by https://forge.example/7'],
  ['has one by hand', known({}), 'deployed by hand'],
  ['has none of then', known(undefined), 'the last by its date'],
])('where the record of deployments %s, the answer says by what it goes', (...[, deployment, by]) => {
  const answer = ask(deployment);
  expect([answer.notRead, answerText(answer)]).toEqual([[], expect.stringContaining(`by commit cccccccccccc, ${by}`)]);
});

test('a record of deployments that may not be read is named, and the date of the commit counts', () => {
  const answer = ask({ state: 'denied', permission: 'ssm:GetParameterHistory' });
  expect(answer.notRead).toEqual(['the record of deployments: not allowed; it takes ssm:GetParameterHistory']);
  expect(answerText(answer)).toContain('by commit cccccccccccc, the last by its date');
});

function ask(deployment: Asked['deployment']) {
  return answerOf(planFiles(sandboxFiles()), {
    user: 'ann@example.com',
    when: new Date('2026-06-01T09:00:00Z'),
    commit: 'c'.repeat(40),
    deployment,
    given: ['Security Auditors'],
    logs: undefined,
  });
}

describe('a group with access that was deleted since', () => {
  const plan = planFiles(sandboxFiles());
  const ids = new Set(plan.access?.organization.groups.map(({ id }) => id));
  const auditors = plan.access?.organization.groups.find(({ displayName }) => displayName === 'Security Auditors')?.id;
  const ask = (existing: ReadonlySet<PrincipalId>) =>
    answerOf(plan, {
      user: 'ann@example.com',
      when: new Date('2026-06-01T09:00:00Z'),
      commit: 'c'.repeat(40),
      given: undefined,
      logs: {
        existing: known(existing),
        groups: known([]),
        changes: known([]),
        uses: known({ uses: [], isComplete: true }),
      },
    });

  test('makes the answer an unknown one', () => {
    const answer = ask(new Set([...ids].filter((id) => id !== auditors)));
    expect(answer.gone).toEqual(['Security Auditors']);
    expect(isUnknown(answer)).toBe(true);
    expect(answerText(answer)).not.toContain('No permission set');
  });

  test('is none while every group is there', () => {
    expect(isUnknown(ask(ids))).toBe(false);
  });
});
