import { parse } from 'yaml';
import type { EstateFiles } from './large-estate';
import type { EmergencyPlan } from '../../src/estate/sections/emergency/emergency-plan';
import { ESTATE_FILE } from '../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../src/estate/plan/planner';
import { estateFile } from './estate-file';
import type { EmergencyEntry } from '../../src/estate/sections/emergency/schema';
import { edited, planFiles, sandboxFiles } from './sandbox';
import { accountId } from './ids';

/** A certificate that nothing is signed with, DER in base64. */
const CERTIFICATE = [
  'MIIC0zCCAbugAwIBAgIRAOE5VMEiC+yW9abX3pMUDp0wDQYJKoZIhvcNAQELBQAwIzEhMB8GA1UEAxMYaW5zdXJhbmNlLWVt',
  'ZXJnZW5jeS0yMDI2MB4XDTI2MDEwMTAwMDAwMFoXDTI4MTIzMTAwMDAwMFowIzEhMB8GA1UEAxMYaW5zdXJhbmNlLWVtZXJn',
  'ZW5jeS0yMDI2MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4q9ZrrI2qSbTXeQzhCagdGgDkEW0mBePFRoW7JCx',
  'WRjsU916eokSMoeaEB+HicZgHugraRg+cXYheFOg+XlmaTGysgIUdsL6i2uUvPGnOfnOoGHJy8qT+wIKHpqrlAi2JG9j4xRa',
  '9yocrJs/iJdupsmM42CbCYAhEbUty0LDt1nAXAEsdomyeb7kvF8o0ZXGnSVkKrUO3g5lVvy87lmB8X95SQlD1fyP9FWwlvM8',
  'rphxN10rk8czpPDuPijgdBcGAKqGIBQ152QaAJ9aVAmM07E2fVBREh2+mowG6ZV3HCqECjuw7G8e44xBF+xxgqDa5ZMBEex8',
  'FYJMCnlUFUUI3wIDAQABowIwADANBgkqhkiG9w0BAQsFAAOCAQEAAksuvzaeznDBKYQ3nZZbHbsiGwBstcCnKZ+NFTHtLWUz',
  'ltxN0YsKWz9axjUwWMLG67X4MxTXMEfzz5ASNMqHVoscHy6+KQ0KLdbkHM5PnzxTC/YrWGdIy38kerOnjUkvzh89mfO3wi5C',
  'LEOmAEV36x/EwiL1eUN36vz6Hl9nG/NK0+9lomAdJyYElCL3ao0U1xmKAuiUcOyoFsIuhQvj4lNJQUke+/6VGDzV7WWTue2F',
  'ry7++mo15XiTp7fyEt295T9JQhDUJb7qIAzjN/voHxxVj8JW7vINzCnATlI5nQJ0nQx9Pi6Wc6+KOaadNC0fNTNk5a7nQ09k',
  'QBXmcpbIOQ==',
].join('');

/** SAML metadata as Entra ID publishes it for an application. */
export function metadataOf(certificates: readonly string[] = [CERTIFICATE], tenantId = TENANT): string {
  const keys = certificates.map(
    (certificate) =>
      '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>' +
      `<X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EntityDescriptor ID="_1" entityID="https://sts.windows.net/${tenantId}/" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">`,
    `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}`,
    `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.microsoftonline.com/${tenantId}/saml2"/>`,
    '</IDPSSODescriptor></EntityDescriptor>',
    '',
  ].join('\n');
}

/** The tenant of the sandbox. */
const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';

export const EMERGENCY_ACCOUNT = '210000000015';
export const METADATA_FILE = 'emergency-idp-metadata.xml';

/** Emergency access as docs/emergency-access.md shows it, for the sandbox with an account more. */
export const EMERGENCY = `
emergency:
  account: emergency-access
  signInRegions: [us-east-1, eu-central-1]
  sessionDuration: PT30M
  application:
    displayName: AWS emergency access
    group: AWS Emergency Operators
    notificationEmails: [identity@insurance.example.com]
    signingCertificates:
      - name: insurance-emergency-2026
        activeFrom: 2026-01-01
        expires: 2028-12-31
    conditionalAccess:
      displayName: Second factor at AWS emergency access
      state: enabled
      require: phishing-resistant
      excludedGroups: [Emergency Access]
  roles:
    - name: EmergencyReadOnly
      description: Find out what is wrong.
      accounts: [claims-prod, portal-prod]
      managedPolicies: [ReadOnlyAccess]
    - name: EmergencyOperations
      description: Repair production.
      accounts: [claims-prod, insurance-management]
      managedPolicies: [AdministratorAccess]
      permissionsBoundary:
        customerManagedPolicy:
          name: WorkforceBoundary
          path: /identity/
      regions: [eu-west-1, eu-central-1]
  alarms:
    emails: [security@insurance.example.com]
`;

const GROUP =
  '    - name: AWS Emergency Operators\n      description: Sign in to AWS while IAM Identity Center fails.\n';

/** The sandbox with emergency access, without its hosting, pipeline and watch. */
export function emergencyFiles(edit: (emergency: EmergencyEntry) => void = () => undefined): EstateFiles {
  const files = sandboxFiles();
  const text = (files[ESTATE_FILE] ?? '').replace('  groups:\n', `  groups:\n${GROUP}`) + EMERGENCY;
  const estate = estateFile(parse(text));
  if (estate.emergency === undefined) throw new Error('the estate has no emergency access');
  edit(estate.emergency);
  const whole = { ...files, [METADATA_FILE]: metadataOf(), [ESTATE_FILE]: JSON.stringify(estate, undefined, 2) };
  return edited(whole, ({ organization }) => {
    const [first] = organization.accounts;
    if (first === undefined) throw new Error('the sandbox has no account');
    organization.accounts.push({
      ...first,
      id: accountId(EMERGENCY_ACCOUNT),
      name: 'emergency-access',
      email: 'emergency@insurance.example.com',
    });
  });
}

/** The same estate without its access to IAM Identity Center, whose synthesis takes longer. */
export function emergencyPlanFiles(edit?: (emergency: EmergencyEntry) => void): EstateFiles {
  const files = emergencyFiles(edit);
  const estate = estateFile(JSON.parse(files[ESTATE_FILE] ?? ''));
  return { ...files, [ESTATE_FILE]: JSON.stringify({ ...estate, access: undefined }, undefined, 2) };
}

export function emergencyEstatePlan(edit?: (emergency: EmergencyEntry) => void): EstatePlan {
  return planFiles(emergencyPlanFiles(edit));
}

/** @throws Error if the estate has none */
export function emergencyPlanOf({ emergency }: EstatePlan): EmergencyPlan {
  if (emergency === undefined) throw new Error('no emergency access is planned');
  return emergency;
}
