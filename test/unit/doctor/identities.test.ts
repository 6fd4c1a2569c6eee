import type { IdentityPowers } from '../../../src/clouds/facts/trust-facts';
import { failed, known } from '../../../src/clouds/reading';
import { examineEstate } from '../../../src/doctor/examination';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { identitiesOf } from './healthy-facts';

const plan = planFiles(hostedSandboxFiles());

/** What the check finds where the identity of deployments differs. */
function messages(
  program: PulumiKind,
  change: (powers: IdentityPowers) => IdentityPowers | undefined,
): readonly string[] {
  const found = identitiesOf(plan.estate, program).map(({ role, powers }) => ({
    role,
    powers: powers === undefined || role === 'preview' ? powers : change(powers),
  }));
  const facts = { identities: { [program]: known(found) } };
  const { checks } = examineEstate({ plan, facts, now: new Date(0) }, ['saml-identities', 'b2c-identities']);
  return checks.flatMap(({ observations }) => observations.map(({ outcome, message }) => `${outcome}: ${message}`));
}

const STRANGER = {
  name: 'left',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:o/n:pull_request',
  audiences: [],
};

test.each(['workforce', 'customers'] as const)('identities as the estate needs them are well: %s', (program) => {
  expect(messages(program, (powers) => powers)).toEqual(['ok: each has its permissions and no other']);
});

test.each<{
  readonly fault: string;
  readonly program: PulumiKind;
  readonly change: (powers: IdentityPowers) => IdentityPowers | undefined;
  readonly expected: string;
}>([
  {
    fault: 'lacks a permission',
    program: 'workforce',
    change: (powers) => ({
      ...powers,
      permissions: powers.permissions.filter((one) => one !== 'Group.ReadWrite.All'),
    }),
    expected: "failure: id-pulumi-deploy lacks 'Group.ReadWrite.All'",
  },
  {
    fault: 'has one that nothing needs',
    program: 'workforce',
    change: (powers) => ({ ...powers, permissions: [...powers.permissions, 'RoleManagement.ReadWrite.Directory'] }),
    expected: "failure: id-pulumi-deploy has 'RoleManagement.ReadWrite.Directory', which nothing in the estate needs",
  },
  {
    fault: 'trusts a stranger',
    program: 'customers',
    change: (powers) => ({ ...powers, federated: [...powers.federated, STRANGER] }),
    expected: "failure: sandbox deployments trusts 'repo:o/n:pull_request', which is not declared",
  },
  {
    fault: 'does not trust the pipeline',
    program: 'customers',
    change: (powers) => ({ ...powers, federated: [] }),
    expected: "failure: sandbox deployments does not trust 'repo:insurance/identity:environment:sandbox'",
  },
  {
    fault: 'is not there',
    program: 'customers',
    change: () => undefined,
    expected: "warning: the directory has no identity sandbox deployments: the pipeline can't sign in",
  },
])('an identity of $program that $fault is found', ({ program, change, expected }) => {
  expect(messages(program, change)).toEqual([expected]);
});

test('what could not be read is unknown, and never well', () => {
  const facts = { identities: { workforce: failed('no answer') } };
  const { checks } = examineEstate({ plan, facts, now: new Date(0) }, ['saml-identities']);
  expect(checks.flatMap(({ observations }) => observations.map(({ outcome }) => outcome))).toEqual(['unknown']);
});
