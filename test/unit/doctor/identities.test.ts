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

test.each<[string, PulumiKind, (powers: IdentityPowers) => IdentityPowers | undefined, string]>([
  [
    'lacks a permission',
    'workforce',
    ({ permissions, ...rest }) => ({
      ...rest,
      permissions: permissions.filter((one) => one !== 'Group.ReadWrite.All'),
    }),
    "failure: id-pulumi-deploy lacks 'Group.ReadWrite.All'",
  ],
  [
    'has one that nothing needs',
    'workforce',
    ({ permissions, ...rest }) => ({ ...rest, permissions: [...permissions, 'RoleManagement.ReadWrite.Directory'] }),
    "failure: id-pulumi-deploy has 'RoleManagement.ReadWrite.Directory', which nothing in the estate needs",
  ],
  [
    'trusts a stranger',
    'customers',
    ({ federated, ...rest }) => ({ ...rest, federated: [...federated, STRANGER] }),
    "failure: sandbox deployments trusts 'repo:o/n:pull_request', which is not declared",
  ],
  [
    'does not trust the pipeline',
    'customers',
    (powers) => ({ ...powers, federated: [] }),
    "failure: sandbox deployments does not trust 'repo:insurance/identity:environment:sandbox'",
  ],
  [
    'is not there',
    'customers',
    () => undefined,
    "warning: the directory has no identity sandbox deployments: the pipeline can't sign in",
  ],
])('an identity that %s is found, of %s', (_, program, change, expected) => {
  expect(messages(program, change)).toEqual([expected]);
});

test('what could not be read is unknown, and never well', () => {
  const facts = { identities: { workforce: failed('no answer') } };
  const { checks } = examineEstate({ plan, facts, now: new Date(0) }, ['saml-identities']);
  expect(checks.flatMap(({ observations }) => observations.map(({ outcome }) => outcome))).toEqual(['unknown']);
});
