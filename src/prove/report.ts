import type { Comparison, Difference } from './compare';
import type { Journal } from './journal';
import type { Kind } from './marked-estate';
import type { Proof } from './prove';
import type { Outcome } from './run';

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
    'Claims and second factors of user flows, which Graph can not set.',
    'Sign-ups, sign-ins and tokens: no person signed in.',
  ],
  workforce: [
    'Provisioning by SCIM, which takes a token of IAM Identity Center.',
    'Conditional Access, which takes a licence.',
    'SAML answers: no person signed in.',
  ],
};

/** The report as Markdown. It has nothing of the tenant but what the redaction lets through. */
export function renderReport({ journal, proof, catalogue, versions }: ReportOptions): string {
  const { comparison } = proof;
  return [
    `# Proof of ${journal.day}`,
    `A marked estate was deployed to ${NAMES[journal.kind]}, read back, changed, rotated and destroyed, and the same against the emulator of Graph. Written by \`entra-aws prove\`. Ids, secrets, times and texts of the tenant are left out: \`{text}\` stands for a text that the emulator does not answer.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '## Steps',
    table(['Step', 'Tenant', 'Emulator'], stepRows(proof)),
    ...(comparison === undefined
      ? ['The tenant was not asked: the emulator was to be right first.']
      : [...differed(comparison), ...held(comparison), ...unseen(journal.kind, proof, catalogue)]),
    '',
  ]
    .join('\n\n')
    .replace(/\n\n$/, '\n');
}

function stepRows({ tenant, emulator }: Proof): readonly (readonly string[])[] {
  const told = (all: readonly Outcome[], step: string): string => {
    const found = all.find((one) => one.step === step);
    return found === undefined ? 'not done' : `${found.held ? 'held' : '**failed**'}: ${found.detail}`;
  };
  const steps = [...new Set([...emulator, ...tenant].map(({ step }) => step))];
  return steps.map((step) => [step, told(tenant, step), told(emulator, step)]);
}

function differed({ differences }: Comparison): readonly string[] {
  const [meant, open] = [differences.filter((one) => one.meant), differences.filter((one) => !one.meant)];
  return [
    '## What differed',
    open.length === 0
      ? 'Nothing differed.'
      : table(['Request', 'About', 'Difference', 'Property', 'Tenant', 'Emulator'], open.map(differenceRow)),
    ...(meant.length === 0
      ? []
      : ['Meant:', meant.map((one) => `- \`${one.request}\`: ${one.kind}; ${one.meant ?? ''}`).join('\n')]),
  ];
}

function differenceRow({ request, about, kind, path, tenant, emulator }: Difference): readonly string[] {
  return [code(request), about, kind, code(path ?? ''), code(tenant), code(emulator)];
}

function held({ held: all }: Comparison): readonly string[] {
  const rows = all.map(({ request, about, properties }) => [code(request), about, String(properties)]);
  return [
    '## What held',
    all.length === 0
      ? 'No request was answered alike.'
      : table(['Request', 'About', 'Properties of request and answer'], rows),
  ];
}

function unseen(kind: Kind, { seen }: Proof, catalogue: readonly string[]): readonly string[] {
  const missing = catalogue.filter((request) => !seen.has(request));
  return [
    '## What could not be seen',
    [
      ...NOT_ASKED[kind],
      'Headers of requests and answers, how long a tenant lags, and its limits of requests.',
      'AWS: IAM Identity Center and the stacks were not asked.',
      `Requests of the plug-ins that this estate does not send (${missing.length} of ${catalogue.length}):`,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
    missing.map((request) => `  - ${code(request)}`).join('\n'),
  ];
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
