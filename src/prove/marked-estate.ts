import type { PulumiKind } from '../estate/plan/stacks/stacks';
import type { Journal, Kind } from './journal';

/** Program that deploys to a directory of each kind. */
export const PROGRAM_OF: Readonly<Record<Kind, PulumiKind>> = {
  'external-id': 'customers',
  b2c: 'customers',
  workforce: 'workforce',
};

/** States of the estate, in the order in which they are deployed. */
export type Stage = 'first' | 'changed' | 'rotated';

/** An estate that is made to be deployed, changed and destroyed. All that it makes has `mark` in its display name. */
export type MarkedEstate = Omit<Journal, 'by'>;

/** Text of `estate.yaml`. */
export function estateText(estate: MarkedEstate, stage: Stage): string {
  const section = estate.kind === 'workforce' ? workforce(estate, stage) : customers(estate, stage);
  return `apiVersion: entra-aws-identity/v1\n${section}`;
}

function customers(estate: MarkedEstate, stage: Stage): string {
  const { mark, kind, tenantId, directory, day } = estate;
  const isChanged = stage !== 'first';
  const host = isChanged ? ', https://changed.example.com' : '';
  return `customers:
  directoryType: ${kind}
  directory: ${directory}
  tenantId: ${tenantId}
  apiApplication:
    displayName: ${mark} API
    identifierUri: https://${directory}.onmicrosoft.com/${mark}
    scopes:
      - { value: Data.Read, displayName: Read, description: ${isChanged ? 'Reads what is there.' : 'Reads.'} }
      - { value: Data.Write, displayName: Write, description: Writes. }
  webApplication:
    displayName: ${mark} web
    hosts: [http://localhost:5000${host}]
    clientSecret: { start: ${stage === 'rotated' ? daysLater(day, -1) : day}, period: P180D }
  userFlows:
${kind === 'b2c' ? b2cFlow(estate, isChanged) : externalFlow(estate, isChanged)}`;
}

function externalFlow({ mark }: MarkedEstate, isChanged: boolean): string {
  return `    - id: ${mark} flow
      type: signUpOrSignIn
      use: signIn
      attributes: [{ id: email }, { id: givenName }${isChanged ? ', { id: surname, optional: true }' : ''}]
      identityProviders: [EmailPassword-OAUTH]
  stepUp:
    displayName: ${mark} step-up
    scopes: [Data.Write]
    policy: ${mark} policy
`;
}

/** Without claims and a second factor, which Graph can't set. */
function b2cFlow({ mark }: MarkedEstate, isChanged: boolean): string {
  return `    - id: B2C_1_${mark}
      type: signUpOrSignIn
      use: signIn
      attributes: [{ id: email, requiresVerification: true }, { id: givenName${isChanged ? ', optional: true' : ''} }]
      identityProviders: [EmailPassword-OAUTH]
`;
}

/** Without provisioning, which takes a token of IAM Identity Center, and without Conditional Access, which takes a licence. */
function workforce({ mark, tenantId, day }: MarkedEstate, stage: Stage): string {
  const text = stage === 'first' ? 'Made to be proven.' : 'Made to be proven, and changed.';
  // Addresses that no instance of IAM Identity Center has.
  const instance = `d-${mark.slice(-8)}00`;
  const second = `
        - { name: ${mark}-second, activeFrom: ${daysLater(day, 30)}, expires: ${daysLater(day, 400)} }`;
  return `workforce:
  tenantId: ${tenantId}
  groups: [{ name: ${mark} people, description: '${text}' }]
  awsApplication:
    displayName: ${mark} AWS
    saml:
      identifier: https://eu-west-1.signin.aws.amazon.com/platform/saml/${instance}
      replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/${mark}
      signOnUrl: https://${instance}.awsapps.com/start
      notificationEmails: [${stage === 'first' ? 'prove' : 'changed'}@example.com]
      signingCertificates:
        - { name: ${mark}-first, activeFrom: ${day}, expires: ${daysLater(day, 365)} }${stage === 'rotated' ? second : ''}
    assignedGroups: [${mark} people]
`;
}

const DAY_MS = 86_400_000;

/** Day in UTC some days after another. */
export function daysLater(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
