import type { Comparison, Difference } from './compare';
import type { AccountJournal, Journal, Kind } from './journal';
import type { Outcome, Proof } from './proof';

export interface ReportOptions {
  readonly journal: Pick<Journal | AccountJournal, 'kind' | 'day'>;
  readonly proof: Proof;
  /** Requests of the plug-ins that this project knows. */
  readonly catalogue: readonly string[];
  /** Programs with their versions. */
  readonly versions: Readonly<Record<string, string>>;
  /** True if the account was reached at an address that somebody set. */
  readonly isElsewhere: boolean;
}

/** Names of the two sides in a report. */
type Sides = Readonly<Record<'tenant' | 'emulator', string>>;

const NAMES: Readonly<Record<Kind, string>> = {
  'external-id': 'an external tenant of Microsoft Entra External ID',
  b2c: 'a directory of Azure AD B2C',
  workforce: 'a workforce tenant of Microsoft Entra ID',
};

/** Parts that the marked estate or access of a kind lacks, or that no answer shows. */
const NOT_SEEN: Readonly<Record<Kind | 'aws', readonly string[]>> = {
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
  aws: [
    'Nested stacks, in which the product deploys assignments: they need the bucket of a bootstrapped CDK. Here the assignments are beside the permission sets.',
    'Customer-managed policies and stack sets, attributes for access control, assignments of applications: they change what others use.',
    'A delegated administrator, a customer-managed key, further Regions, and assignments in other accounts.',
    'Sign-ins, and what a session may do: no person signed in.',
    'Headers of requests and answers, properties that the SDK does not know, the states between two looks, how long AWS takes, and its limits of requests.',
  ],
};

const ELSEWHERE =
  '**The account was reached at another address than that of AWS (AWS_ENDPOINT_URL, or endpoint_url of the profile). This proves nothing of AWS.**';
const INTERRUPTED =
  '**The run was interrupted. The steps that held on both sides are compared, and nothing else was seen.**';

/** The report as Markdown. It has nothing of the tenant or account but what the redaction lets through. */
export function renderReport({
  journal: { kind, day },
  proof,
  catalogue,
  versions,
  isElsewhere,
}: ReportOptions): string {
  const isAws = kind === 'aws';
  const sides = isAws ? { tenant: 'Account', emulator: 'Stand-in' } : { tenant: 'Tenant', emulator: 'Emulator' };
  const [there, here] = [sides.tenant.toLowerCase(), sides.emulator.toLowerCase()];
  const made = isAws
    ? 'Marked permission sets and assignments were deployed by CloudFormation to an account with IAM Identity Center, read back, changed, reduced and destroyed, and the same at the stand-in for AWS'
    : `A marked estate was deployed to ${NAMES[kind]}, read back, changed, rotated and destroyed, and the same against the emulator of Graph`;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const { comparison, isInterrupted } = proof;
  const parts = [
    `# Proof of ${day}${isAws ? ', AWS' : ''}`,
    `${made}. Written by \`npx tsx scripts/prove.ts\`. Ids, secrets, times and texts of the ${there} are left out: \`{text}\` stands for a text that the ${here} does not answer.`,
    ...(isElsewhere ? [ELSEWHERE] : []),
    ...(isInterrupted ? [INTERRUPTED] : []),
    `Versions: ${programs.join(', ')}.`,
    '## Steps',
    stepTable(proof, sides),
    ...(comparison === undefined
      ? [`The ${there} was not asked: the ${here} was to be right first.`]
      : [
          '## What differed',
          ...differed(comparison.differences, sides),
          '## What held',
          held(comparison.held),
          '## What could not be seen',
          ...(isAws ? [list([...notSeenOf(proof), ...NOT_SEEN.aws])] : unsent(NOT_SEEN[kind], proof, catalogue)),
        ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The steps of both sides, in their order. */
function stepTable({ tenant, emulator }: Proof, sides: Sides): string {
  const shown = (all: readonly Outcome[], step: string): string => {
    const found = all.find((one) => one.step === step);
    return found === undefined ? 'not done' : `${found.held ? 'held' : '**failed**'}: ${found.detail}`;
  };
  const steps = [...new Set([...emulator, ...tenant].map(({ step }) => step))];
  const rows = steps.map((step) => [step, shown(tenant, step), shown(emulator, step)]);
  return table(['Step', sides.tenant, sides.emulator], rows);
}

function differed(differences: readonly Difference[], sides: Sides): readonly string[] {
  const kindOf = ({ kind }: Difference): string =>
    kind.replace('tenant', sides.tenant.toLowerCase()).replace('emulator', sides.emulator.toLowerCase());
  const rows = differences
    .filter(({ meant }) => meant === undefined)
    .map((one) => [code(one.request), one.about, kindOf(one), code(one.path), code(one.tenant), code(one.emulator)]);
  const meant = differences.flatMap((one) => {
    const path = one.path === undefined ? '' : ` ${code(one.path)}`;
    return one.meant === undefined ? [] : [`${code(one.request)}${path}: ${kindOf(one)}; ${one.meant}`];
  });
  return [
    rows.length === 0
      ? 'Nothing differed.'
      : table(['Request', 'About', 'Difference', 'Property', sides.tenant, sides.emulator], rows),
    ...(meant.length === 0 ? [] : ['Meant:', list(meant)]),
  ];
}

function held(all: Comparison['held']): string {
  const rows = all.map(({ request, about, properties }) => [code(request), about, String(properties)]);
  return rows.length === 0
    ? 'No request was answered alike.'
    : table(['Request', 'About', 'Properties of request and answer'], rows);
}

/** Parts that this run in an account could not see. */
function notSeenOf({ refusal, tenant }: Proof): readonly string[] {
  return [
    ...(refusal === undefined
      ? []
      : [`Assignments, users and groups: the identity store refused a group or a user (${refusal}).`]),
    ...(tenant.some(({ step }) => step === 'roles')
      ? []
      : [
          'The roles that IAM Identity Center makes in the account: IAM refused to tell, nothing was assigned, or the account was not reached at AWS.',
        ]),
  ];
}

/** Parts that an estate lacks, with the requests that it does not send. */
function unsent(lacking: readonly string[], { seen }: Proof, catalogue: readonly string[]): readonly string[] {
  const missing = catalogue.filter((request) => !seen.has(request));
  return [
    list([
      ...lacking,
      'Headers of requests and answers, how long a tenant lags, and its limits of requests.',
      'AWS, which has a proof of its own.',
      `Requests of the plug-ins that this estate does not send (${missing.length} of ${catalogue.length}):`,
    ]),
    missing.map((request) => `  - ${code(request)}`).join('\n'),
  ];
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

const code = (text = ''): string => (text === '' ? '' : `\`${text}\``);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
