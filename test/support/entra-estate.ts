/** Sound sections of an estate, for tests that change a word in them. */
export const CUSTOMERS = `customers:
  directory: contosoclaims
  tenantId: c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73
  apiApplication:
    displayName: Claims API
    scopes:
      - { value: Accounts.Read, displayName: Read, description: Reads. }
      - { value: Accounts.Write, displayName: Write, description: Writes. }
  webApplication:
    displayName: Claims
    hosts: [http://localhost:5000, https://claims.example.com]
    clientSecret: { start: 2026-01-01, period: P180D }
  userFlows:
    - id: B2C_1_in
      type: signUpOrSignIn
      use: signIn
      attributes: [{ id: email, requiresVerification: true }, { id: givenName }]
      claims: [emails, objectId]
      identityProviders: [EmailPassword-OAUTH]
    - id: B2C_1_mfa
      type: signIn
      use: stepUp
      multifactor: { state: on }
      identityProviders: [EmailPassword-OAUTH]
`;

/** The customers in an external tenant of External ID. */
export const EXTERNAL = `customers:
  directoryType: external-id
  directory: contosoclaims
  tenantId: c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73
  apiApplication:
    displayName: Claims API
    scopes:
      - { value: Accounts.Read, displayName: Read, description: Reads. }
      - { value: Accounts.Write, displayName: Write, description: Writes. }
  webApplication:
    displayName: Claims
    hosts: [http://localhost:5000, https://claims.example.com]
    clientSecret: { start: 2026-01-01, period: P180D }
  userFlows:
    - id: Sign up and sign in
      type: signUpOrSignIn
      use: signIn
      attributes: [{ id: email }, { id: givenName }]
      identityProviders: [EmailPassword-OAUTH]
  stepUp:
    displayName: Claims API with a second factor
    scopes: [Accounts.Write]
    policy: Second factor for changes
`;

export const WORKFORCE = `workforce:
  tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11
  groups: [{ name: Developers }, { name: Auditors }]
  awsApplication:
    displayName: AWS
    saml:
      identifier: https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c
      replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d
      signOnUrl: https://d-93670a1b2c.awsapps.com/start
      notificationEmails: [identity@example.com]
      signingCertificates:
        - { name: first, activeFrom: 2026-01-01, expires: 2027-01-31 }
        - { name: second, activeFrom: 2027-01-01, expires: 2028-01-31 }
    assignedGroups: [Developers, Auditors]
    scim:
      endpoint: https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60/scim/v2
      attributeMappings: [{ target: externalId, source: objectId }]
      tokenExpires: 2027-01-31
    conditionalAccess: { excludedGroups: [] }
`;

export const AZURE = `azure:
  subscriptionId: 8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352
  location: westeurope
  resourceGroup: identity
  logs: { retentionDays: 90 }
  pulumiState: { storageAccount: identitystate, keyVault: identity-vault }
  repository: example/identity
  environments: [sandbox]
`;

/** A hosting with everything that it can say, in the account `app` of `SMALL_ORGANIZATION`. It needs `HOSTED_CUSTOMERS`. */
export const HOSTING = `hosting:
  environment: sandbox
  account: '100000000001'
  region: eu-west-1
  platform: app-runner
  url: https://claims.example.com
  web: { cpu: 256, memory: 512, minInstances: 1, maxInstances: 3, concurrency: 80 }
  api: { cpu: 1024, memory: 2048, minInstances: 2, maxInstances: 4 }
  privateApi: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d] }
  kmsKeys: customer
  waf: { rateLimit: 1000 }
  alarms: { emails: [ops@example.com, lead@example.com] }
  logRetentionDays: 90
`;

/** `CUSTOMERS` with a flow for every use. */
export const HOSTED_CUSTOMERS = `${CUSTOMERS}    - { id: B2C_1_edit, type: profileUpdate, use: profileEdit, attributes: [{ id: surname }], identityProviders: [EmailPassword-OAUTH] }
    - { id: B2C_1_reset, type: passwordReset, use: passwordReset, identityProviders: [EmailPassword-OAUTH] }
`;

/** The text with its first `from` replaced. @throws Error if it has none. */
export function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the text has no ${from}`);
  return text.replace(from, () => to);
}
