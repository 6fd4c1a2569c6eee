import type { Estate } from '../../src/estate/sections/estate';
import type {
  AwsApplication,
  ScimSettings,
  SigningCertificate,
  Workforce,
} from '../../src/estate/sections/workforce/workforce';

const AT = ['workforce', 'awsApplication'];

export function certificate(name: string, activeFrom: string, expires: string): SigningCertificate {
  return { at: [...AT, 'saml', 'signingCertificates', 0], name, activeFrom, expires };
}

export const SCIM: ScimSettings = {
  at: [...AT, 'scim'],
  endpoint: 'https://scim.eu-west-1.amazonaws.com/e2b1/scim/v2',
  tokenExpires: '2027-05-01',
  running: true,
  attributeMappings: [{ at: [...AT, 'scim', 'attributeMappings', 0], target: 'externalId', source: 'objectId' }],
};

/** An application without provisioning. Nothing of it is due on 2026-06-01. */
export const SAML_APPLICATION: AwsApplication = {
  at: AT,
  accepted: [],
  displayName: 'AWS IAM Identity Center',
  template: 'gallery',
  saml: {
    at: [...AT, 'saml'],
    identifier: 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c',
    replyUrl: 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e',
    additionalReplyUrls: ['https://eu-central-1.signin.aws/platform/saml/acs/4f0b6c1e'],
    signOnUrl: 'https://d-93670a1b2c.awsapps.com/start',
    nameId: 'userPrincipalName',
    notificationEmails: ['identity@example.com'],
    signingCertificates: [certificate('aws-2026', '2026-01-01', '2028-12-31')],
  },
  assignedGroups: ['Security Admins', 'Auditors'].map((name, index) => ({
    at: [...AT, 'assignedGroups', index],
    name,
  })),
};

export const APPLICATION: AwsApplication = { ...SAML_APPLICATION, scim: SCIM };

/** Object id of the group that exists already. */
export const AUDITORS = '3e2d1c0b-5555-4666-8777-888899990000';

const group = {
  previousNames: [],
  adopt: false,
  owners: [],
  assignableToRoles: false,
  nestedGroups: [],
  hasDirectMembers: false,
};

/** Two assigned groups, one of which exists already, and one that is not assigned. */
export const WORKFORCE: Workforce = {
  tenantId: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
  groups: [
    { ...group, at: ['workforce', 'groups', 0], name: 'Security Admins' },
    { ...group, at: ['workforce', 'groups', 1], name: 'Auditors', adopt: { id: AUDITORS } },
    { ...group, at: ['workforce', 'groups', 2], name: 'Not Assigned' },
  ],
};

const NONE = { has: () => false };

export function estateWith(section: Partial<Workforce>): Estate {
  const workforce = { ...WORKFORCE, ...section };
  return { name: 'test', workforce, setAside: { permissionSets: NONE, groups: NONE, policies: NONE } };
}

export function estateWithScim(scim: Partial<ScimSettings>): Estate {
  return estateWith({ awsApplication: { ...APPLICATION, scim: { ...SCIM, ...scim } } });
}

export function estateWithSaml(saml: Partial<AwsApplication['saml']>): Estate {
  return estateWith({ awsApplication: { ...APPLICATION, saml: { ...APPLICATION.saml, ...saml } } });
}
