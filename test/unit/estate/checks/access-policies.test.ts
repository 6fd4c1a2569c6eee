import { allFindings } from '../../../../src/estate/plan/estate-plan';
import { formatFinding } from '../../../../src/estate/source/finding';
import type { EstateDraft } from '../../../support/sandbox';
import { edited, itemOf, planFiles, sandboxFiles } from '../../../support/sandbox';

const sandbox = sandboxFiles();

/** Findings that an edit of the sandbox adds, without their places. */
function findingsOf(edit: (draft: EstateDraft) => void): readonly string[] {
  const before = new Set(linesOf(sandbox));
  return linesOf(edited(sandbox, edit)).filter((line) => !before.has(line));
}

function linesOf(files: typeof sandbox): readonly string[] {
  return allFindings(planFiles(files)).map((finding) => formatFinding(finding).replace(/^\S+ /, ''));
}

type Policy = NonNullable<EstateDraft['access']['policies']>[number];

const policyOf = ({ access }: EstateDraft, name: string): Policy =>
  itemOf(access.policies ?? [], (policy) => policy.name === name);

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
type Document = NonNullable<Policy['document']>;
const document = (...statements: readonly Document[]): Document => ({
  Version: '2012-10-17',
  Statement: [...statements],
});

test('a policy of the estate comes to the accounts that its selectors name, the management account apart', () => {
  const rollouts = planFiles(sandbox).access?.rollouts ?? [];
  const found = rollouts.map(({ policy, members, isInManagement }) => [
    policy.name,
    members.map(({ name }) => name),
    isInManagement,
  ]);
  expect(found).toEqual([
    ['ClaimsDeveloper', ['claims-stage', 'analytics-stage', 'claims-dev', 'claims-test'], false],
    ['WorkforceBoundary', expect.arrayContaining(['claims-prod', 'portal-legacy']), true],
  ]);
});

test('a suspended account stays among those of a policy, so that it is not deleted from where nothing can be deleted', () => {
  const { members = [] } = planFiles(sandbox).access?.rollouts.at(1) ?? {};
  expect(members.filter(({ state }) => state !== 'ACTIVE').map(({ name }) => name)).toEqual(['portal-legacy']);
});

test('an estate that lists no policies is warned of those that its sets refer to', () => {
  const found = findingsOf(({ access }) => {
    delete access.policies;
  });
  expect(found).toEqual([
    expect.stringMatching(/leaves iam:AddUserToGroup and 14 more\) \(IdentityCenter-IC7\)$/),
    'access.permissionSets[1].permissionsBoundary.customerManagedPolicy: "/identity/WorkforceBoundary" must be in every account of the set already: the estate does not roll it out (access.policies with its document, or with managedElsewhere and who keeps it) (unknown-policy)',
    'access.permissionSets[3].permissionsBoundary.customerManagedPolicy: "/identity/WorkforceBoundary" must be in every account of the set already: the estate does not roll it out (access.policies with its document, or with managedElsewhere and who keeps it) (unknown-policy)',
    'access.permissionSets[4].customerManagedPolicies[0]: "/claims/ClaimsDeveloper" must be in every account of the set already: the estate does not roll it out (access.policies with its document, or with managedElsewhere and who keeps it) (unknown-policy)',
  ]);
});

test('an action that its service does not have is a warning at its place in the document', () => {
  const found = findingsOf((draft) => {
    policyOf(draft, 'ClaimsDeveloper').document = document({
      ...statement,
      Action: ['s3:GetObjet', 'secretmanager:X'],
    });
  });
  expect(found.filter((line) => /unknown-(action|service)/.test(line))).toEqual([
    'access.policies[1].document.Statement[0].Action[0]: "s3:GetObjet" is not an action of s3 (did you mean \'s3:GetObject\'? The list is of 2026-10-27) (unknown-action)',
    "access.policies[1].document.Statement[0].Action[1]: \"secretmanager:X\" is an action of a service that is unknown here, 'secretmanager' (did you mean 'secretsmanager'?) (unknown-service)",
  ]);
});

test('a reference to no policy of the list is an error that names the nearest one', () => {
  const found = findingsOf((draft) => {
    policyOf(draft, 'ClaimsDeveloper').path = '/';
  });
  expect(found).toEqual([
    `access.permissionSets[4].customerManagedPolicies[0]: "/claims/ClaimsDeveloper" is not a policy of access.policies (did you mean '/ClaimsDeveloper'?; one that somebody else keeps needs managedElsewhere) (unknown-policy)`,
  ]);
});

test('a policy that misses an account of its set is an error that names the account', () => {
  const found = findingsOf((draft) => {
    policyOf(draft, 'WorkforceBoundary').accounts = { include: [{ all: true }], exclude: [{ name: 'claims-prod' }] };
  });
  expect(found).toEqual([
    expect.stringContaining(
      `"/identity/WorkforceBoundary" does not come to 'claims-prod', where the set is assigned (accounts of the policy that cover those of the set; the management account is reached only by naming it) [see `,
    ),
  ]);
});

test('a policy that somebody else keeps is taken as it is, everywhere or where the estate says', () => {
  const elsewhere = (accounts?: Policy['accounts']) => (draft: EstateDraft) => {
    draft.access.policies = [
      policyOf(draft, 'WorkforceBoundary'),
      {
        name: 'ClaimsDeveloper',
        path: '/claims/',
        managedElsewhere: 'The landing zone.',
        ...(accounts && { accounts }),
      },
    ];
  };
  expect(findingsOf(elsewhere())).toEqual([]);
  expect(findingsOf(elsewhere({ include: [{ name: 'claims-devv' }] }))).toEqual([
    expect.stringContaining('(unknown-account)'),
  ]);
  expect(findingsOf(elsewhere({ include: [{ name: 'claims-dev' }] }))).toEqual([
    expect.stringMatching(/does not come to .*(policy-not-in-account)/),
  ]);
});

test.each([
  ['no document', {}, 'has no document (exactly one of document, documentFile, managedElsewhere)'],
  [
    'two documents',
    { document: document(statement), documentFile: 'policies/workforce-boundary.json' },
    'mixes document and documentFile (exactly one of document, documentFile, managedElsewhere)',
  ],
  ['a reason of one word', { managedElsewhere: 'yes' }, '"yes" is too short to be a reason'],
])('a policy with %s is refused, and its references are not reported besides', (_, content, problem) => {
  const found = findingsOf(({ access }) => {
    const accounts = { include: [{ all: true as const }] };
    access.policies = [...(access.policies ?? []).slice(0, 1), { name: 'ClaimsDeveloper', accounts, ...content }];
  });
  expect(found).toEqual([expect.stringContaining(problem)]);
});

test('a policy of the estate must say where it goes', () => {
  const found = findingsOf((draft) => {
    delete policyOf(draft, 'ClaimsDeveloper').accounts;
  });
  expect(found).toEqual([
    'access.policies[1]: names no accounts (accounts, with the same selectors as a grant) (invalid-value)',
  ]);
});

test('a file that is not there is reported once', () => {
  const found = findingsOf((draft) => {
    policyOf(draft, 'WorkforceBoundary').documentFile = 'policies/none.json';
  });
  expect(found).toEqual([
    'access.policies[0].documentFile: "policies/none.json" does not exist (a JSON file in estates/sandbox) (policy-document-file)',
  ]);
});

test.each([
  [6_144, []],
  [
    6_145,
    [
      'access.policies[1].document: has 6145 characters (at most 6144 characters without white space; divide it into two policies) (policy-document)',
    ],
  ],
])('a document of %i characters without white space', (characters, findings) => {
  const found = findingsOf((draft) => {
    // Patterns of other buckets, which can't be folded; the last has what is missing.
    const buckets = Array.from({ length: 50 }, (_, index) => `arn:aws:s3:::b${index}-`.padEnd(100, 'x'));
    const rest = { ...statement, Action: 's3:ListBucket', Resource: [...buckets, 'arn:aws:s3:::'] };
    const missing = characters - JSON.stringify(document(rest)).length;
    const last = 'arn:aws:s3:::'.padEnd(13 + missing, 'y');
    policyOf(draft, 'ClaimsDeveloper').document = document({ ...rest, Resource: [...buckets, last] });
  });
  expect(found).toEqual(findings);
});

test('names, paths and descriptions have the form that IAM and CloudFormation take', () => {
  const found = findingsOf(({ access }) => {
    access.policies?.push({
      name: 'Not a name',
      path: 'claims',
      description: 'x'.repeat(1025),
      managedElsewhere: 'The landing zone.',
    });
  });
  expect(found).toEqual([
    'access.policies[2].name: "Not a name" is not a valid policy name (1 to 128 letters, digits and +=,.@_-) (customer-managed-policy)',
    'access.policies[2].path: "claims" is not a valid policy path (/ or /a/b/, at most 512 characters) (customer-managed-policy)',
    expect.stringMatching(/^access\.policies\[2\]\.description: .* is 1025 characters long \(1 to 1024 characters\)/),
  ]);
});

test('two policies of the estate have two names, and one that is kept elsewhere may share one in other accounts', () => {
  const twice =
    (second: Omit<Policy, 'name'>) =>
    ({ access }: EstateDraft) => {
      access.policies?.push({ name: 'ClaimsDeveloper', path: '/portal/', ...second });
    };
  const accounts = { include: [{ name: 'playground' }] };
  expect(findingsOf(twice({ document: document(statement), accounts }))).toEqual([
    expect.stringMatching(
      /"ClaimsDeveloper" is the name of two policies \(each name once: an account has.*(duplicate-policy-name)/,
    ),
  ]);
  expect(findingsOf(twice({ managedElsewhere: 'The landing zone.', accounts }))).toEqual([]);
  expect(findingsOf(twice({ managedElsewhere: 'The landing zone.' }))).toEqual([
    expect.stringMatching(
      /"ClaimsDeveloper" is the name of two policies in 'claims-stage', 'analytics-stage', 'claims-dev', 'claims-test' \(/,
    ),
  ]);
});

test('an account that does not exist is as much an error as in a grant', () => {
  const found = findingsOf((draft) => {
    policyOf(draft, 'ClaimsDeveloper').accounts?.include.push({ name: 'claims-developement' });
  });
  expect(found).toEqual([expect.stringContaining('is not the name of an account')]);
});

const IC2 = 'A policy of the set allows every action on every resource';

test('an attached document is judged by the rules of inline policies, on the set that attaches it', () => {
  const found = findingsOf((draft) => {
    policyOf(draft, 'ClaimsDeveloper').document = document({ Effect: 'Allow', Action: '*', Resource: '*' });
  });
  expect(found).toEqual([
    expect.stringMatching(
      new RegExp(`^access\\.permissionSets\\[4\\]: ${IC2}.* \\(by the policy /claims/ClaimsDeveloper\\)`),
    ),
    expect.stringMatching(/IC3\)$/),
    expect.stringMatching(/IC7\)$/),
  ]);
});
