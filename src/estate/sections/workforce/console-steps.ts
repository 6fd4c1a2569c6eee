import type { PersonStep, StepWords } from '../shared/step-records';
import type { AwsApplication, Workforce } from './workforce';

/** Steps in the AWS console, which no API takes: each is the id of its record. */
export const CONSOLE_STEPS = {
  enabled: 'identity-center/enabled',
  identitySource: 'identity-center/identity-source',
  metadata: 'identity-center/metadata',
  provisioning: 'identity-center/provisioning',
} as const;

/** Steps that make Entra ID the identity source of IAM Identity Center, in their order. */
export function consoleSteps({ tenantId, awsApplication }: Workforce): readonly PersonStep[] {
  if (awsApplication === undefined) return [];
  const { saml, displayName, manualProvisioning } = awsApplication;
  const about = { target: `IAM Identity Center ${saml.identifier}`, why: 'AWS has no API for it' };
  const steps: readonly StepWords[] = [
    {
      id: CONSOLE_STEPS.enabled,
      ...about,
      where: 'AWS console, management account > IAM Identity Center > Enable',
      asks: 'enabled for the organization',
      shows: '`aws sso-admin list-instances` names the instance',
    },
    {
      id: CONSOLE_STEPS.identitySource,
      ...about,
      where: `${SETTINGS} > Identity source > Actions > Change identity source`,
      asks: `external identity provider, the tenant ${tenantId ?? ''}`.trim(),
      shows: `${saml.signOnUrl} leads to Entra's sign-in page; \`npx --no entra-aws steps check ${CONSOLE_STEPS.identitySource}\` follows it`,
      cautions: PRICE_OF_ACCEPT,
    },
    {
      id: CONSOLE_STEPS.metadata,
      ...about,
      where: `${SETTINGS} > Identity source > Manage authentication`,
      asks: `federation metadata of ${displayName}`,
      shows:
        '`npx --no entra-aws doctor --only saml-upload` compares what was uploaded with the certificate that signs',
      takesCertificates: true,
    },
  ];
  const all = manualProvisioning === undefined ? [...steps, { ...about, ...provisioning(awsApplication) }] : steps;
  return all.map((step) => ({ program: 'workforce', ...step }));
}

const SETTINGS = 'AWS console > IAM Identity Center > Settings';

function provisioning({ scim }: AwsApplication): Omit<StepWords, 'target' | 'why'> {
  return {
    id: CONSOLE_STEPS.provisioning,
    where: `${SETTINGS} > Automatic provisioning > Enable`,
    asks:
      scim === undefined
        ? 'enabled; endpoint and last day in the estate'
        : `enabled, with the endpoint ${scim.endpoint}`,
    shows: `the endpoint takes the token: \`npx --no entra-aws steps check ${CONSOLE_STEPS.provisioning}\` with it on standard input`,
  };
}

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-change.html, in front of what asks for it. */
const PRICE_OF_ACCEPT: readonly string[] = [
  'Before you type ACCEPT, know what it changes for whoever uses IAM Identity Center today:',
  '- users of its own directory can no longer sign in with their passwords; assignments stay, and work for users and groups of',
  '  the same names alone,',
  '- registered second factors are deleted; Entra ID asks for the second factor from then on,',
  '- users and groups are managed in Entra ID; those made here before stay until somebody removes them.',
  'Have a way in that does not need it: deploy the emergency access first and try it (npx --no entra-aws docs emergency-access), or keep an IAM',
  'user or role of the management account at hand.',
];
