import { compareSides } from '../../../src/preview/report';
import type { Side } from '../../../src/preview/facts';
import type { EstateDraft } from '../../support/sandbox';
import { edited, itemOf, planFiles, sandboxFiles } from '../../support/sandbox';

const sandbox = sandboxFiles();
const sideOf = (files: typeof sandbox): Side => ({ plan: planFiles(files) }) as unknown as Side;

/** Changes of policies and sets that an edit of the sandbox shows. */
function changesOf(edit: (draft: EstateDraft) => void) {
  const head = sideOf(edited(sandbox, edit));
  const base = {
    kind: 'estate',
    revision: 'main',
    commit: '0123456789',
    isDeployed: false,
    side: sideOf(sandbox),
  } as const;
  const { policies, permissionSets } = compareSides(base, head);
  return {
    policies: (policies ?? []).map(({ name, kind, gains, loses, details }) => ({
      ...{ name, kind },
      gains: gains.map((one) => one.name),
      loses: loses.map((one) => one.name),
      details: details.map(({ effect, text }) => `${effect}: ${text}`),
    })),
    sets: permissionSets.map(({ name, effect, details }) => [name, effect, details.map(({ text }) => text)]),
  };
}

const policyOf = ({ access }: EstateDraft, wanted: string) =>
  itemOf(access.policies ?? [], ({ name }) => name === wanted);

test('what does not change is not told', () => {
  expect(changesOf(() => undefined)).toEqual({ policies: [], sets: [] });
});

test('a changed document is shown by statement, and widens each set that attaches it', () => {
  const changed = changesOf((draft) => {
    policyOf(draft, 'ClaimsDeveloper').document = {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Run', Effect: 'Allow', Action: ['ecs:*', 'ecr:*', 'dynamodb:*', 'logs:*', 's3:*'], Resource: '*' },
        {
          Sid: 'PassRolesOfTheApplication',
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: 'arn:aws:iam::*:role/claims/*',
          Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        },
      ],
    };
  });
  const text = 'statement Run (Allow): Action added s3:*';
  expect(changed).toEqual({
    policies: [
      {
        ...{ name: '/claims/ClaimsDeveloper', kind: 'changed', gains: [], loses: [] },
        details: [`widened: document: ${text}`],
      },
    ],
    sets: [['Developer', 'widened', [`policy /claims/ClaimsDeveloper: ${text}`]]],
  });
});

test('a boundary that denies more narrows each set below it', () => {
  const { sets } = changesOf((draft) => {
    const boundary = policyOf(draft, 'WorkforceBoundary');
    delete boundary.documentFile;
    boundary.document = {
      Version: '2012-10-17',
      Statement: [
        ...(JSON.parse(sandbox['policies/workforce-boundary.json'] ?? '') as { Statement: never[] }).Statement,
        { Sid: 'NoSupport', Effect: 'Deny', Action: 'support:*', Resource: '*' },
      ],
    };
  });
  const text = 'permissions boundary /identity/WorkforceBoundary: statement NoSupport (Deny) added';
  expect(sets).toEqual([
    ['SecurityAdmin', 'narrowed', [text]],
    ['SystemsOperator', 'narrowed', [text]],
  ]);
});

test('accounts that gain and lose a policy are named', () => {
  const { policies } = changesOf((draft) => {
    policyOf(draft, 'ClaimsDeveloper').accounts = {
      include: [{ ou: '/Workloads' }, { name: 'playground' }],
      exclude: [{ ou: '/Workloads/Production' }, { name: 'claims-dev' }],
    };
    // A set that names it could not be deployed there.
    itemOf(draft.access.grants, ({ permissionSets }) => permissionSets.includes('Developer')).accounts = {
      include: [{ name: 'claims-test' }],
    };
  });
  expect(policies).toEqual([
    {
      ...{ name: '/claims/ClaimsDeveloper', kind: 'changed', details: [] },
      ...{ gains: ['playground'], loses: ['claims-dev'] },
    },
  ]);
});

test('a policy that is handed to somebody else is told with its sets, for what they allow is then not known', () => {
  const { policies, sets } = changesOf((draft) => {
    draft.access.policies = [
      policyOf(draft, 'WorkforceBoundary'),
      { name: 'ClaimsDeveloper', path: '/claims/', managedElsewhere: 'The landing zone has it.' },
    ];
  });
  expect(policies.map(({ name, kind }) => [name, kind])).toEqual([['/claims/ClaimsDeveloper', 'removed']]);
  expect(sets).toEqual([['Developer', 'either', ['policy /claims/ClaimsDeveloper is managed elsewhere from now on']]]);
});
