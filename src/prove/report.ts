import type { Journal } from './journal';
import type { Kind } from './marked-estate';
import type { Proof } from './prove';
import { code, differed, held, interruption, type Sides, stepTable } from './report-parts';

export interface ReportOptions {
  readonly journal: Pick<Journal, 'kind' | 'day'>;
  readonly proof: Proof;
  /** Requests of the plug-ins that this project knows. */
  readonly catalogue: readonly string[];
  /** Programs with their versions. */
  readonly versions: Readonly<Record<string, string>>;
}

const NAMES: Readonly<Record<Kind, string>> = {
  'external-id': 'an external tenant of Microsoft Entra External ID',
  b2c: 'a directory of Azure AD B2C',
  workforce: 'a workforce tenant of Microsoft Entra ID',
};

/** Parts that the marked estate of a kind lacks. */
const NOT_ASKED: Readonly<Record<Kind, readonly string[]>> = {
  'external-id': ['Sign-ups, sign-ins and tokens: no person signed in.'],
  b2c: [
    'Claims and second factors of user flows, which Graph cannot set.',
    'Sign-ups, sign-ins and tokens: no person signed in.',
  ],
  workforce: [
    'Provisioning by SCIM, which takes a token of IAM Identity Center.',
    'Conditional Access, which takes a licence.',
    'SAML answers: no person signed in.',
  ],
};

const SIDES: Sides = { tenant: 'Tenant', emulator: 'Emulator' };

/** The report as Markdown. It has nothing of the tenant but what the redaction lets through. */
export function renderReport({ journal, proof, catalogue, versions }: ReportOptions): string {
  const { comparison } = proof;
  return [
    `# Proof of ${journal.day}`,
    `A marked estate was deployed to ${NAMES[journal.kind]}, read back, changed, rotated and destroyed, and the same against the emulator of Graph. Written by \`npx tsx scripts/prove.ts\`. Ids, secrets, times and texts of the tenant are left out: \`{text}\` stands for a text that the emulator does not answer.`,
    ...interruption(proof.isInterrupted),
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '## Steps',
    stepTable(proof.tenant, proof.emulator, SIDES),
    ...(comparison === undefined
      ? ['The tenant was not asked: the emulator was to be right first.']
      : [...differed(comparison, SIDES), ...held(comparison), ...unseen(journal.kind, proof, catalogue)]),
    '',
  ]
    .join('\n\n')
    .replace(/\n\n$/, '\n');
}

function unseen(kind: Kind, { seen }: Proof, catalogue: readonly string[]): readonly string[] {
  const missing = catalogue.filter((request) => !seen.has(request));
  return [
    '## What could not be seen',
    [
      ...NOT_ASKED[kind],
      'Headers of requests and answers, how long a tenant lags, and its limits of requests.',
      'AWS, which has a proof of its own.',
      `Requests of the plug-ins that this estate does not send (${missing.length} of ${catalogue.length}):`,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
    missing.map((request) => `  - ${code(request)}`).join('\n'),
  ];
}
