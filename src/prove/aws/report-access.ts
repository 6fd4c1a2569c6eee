import type { AccountJournal } from '../journal';
import { differed, held, interruption, type Sides, stepTable } from '../report-parts';
import type { Outcome } from '../run';
import type { AccessProof } from './prove-access';

export interface AccessReportOptions {
  readonly journal: Pick<AccountJournal, 'day'>;
  readonly proof: AccessProof;
  /** Programs with their versions. */
  readonly versions: Readonly<Record<string, string>>;
  /** True if the account was reached at an address that somebody set. */
  readonly isElsewhere: boolean;
}

const SIDES: Sides = { tenant: 'Account', emulator: 'Stand-in' };

/** Parts that the marked access lacks, or that no answer shows. */
const NOT_SEEN = [
  'Nested stacks, in which the product deploys assignments: they need the bucket of a bootstrapped CDK. Here the assignments are beside the permission sets.',
  'Customer-managed policies and stack sets, attributes for access control, assignments of applications: they change what others use.',
  'A delegated administrator, a customer-managed key, further Regions, and assignments in other accounts.',
  'Sign-ins, and what a session may do: no person signed in.',
  'Headers of requests and answers, properties that the SDK does not know, the states between two looks, how long AWS takes, and its limits of requests.',
];

/** The report as Markdown. It has nothing of the account but what the redaction lets through. */
export function renderAccessReport({ journal, proof, versions, isElsewhere }: AccessReportOptions): string {
  const { comparison, account, standIn, refusal } = proof;
  const parts = [
    `# Proof of ${journal.day}, AWS`,
    'Marked permission sets and assignments were deployed by CloudFormation to an account with IAM Identity Center, read back, changed, reduced and destroyed, and the same at the stand-in for AWS. Written by `npx tsx scripts/prove.ts`. Ids, tokens, times and texts of the account are left out: `{text}` stands for a text that the stand-in does not answer.',
    ...(isElsewhere
      ? [
          '**The account was reached at another address than that of AWS (AWS_ENDPOINT_URL, or endpoint_url of the profile). This proves nothing of AWS.**',
        ]
      : []),
    ...interruption(proof.isInterrupted),
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '## Steps',
    stepTable(account, standIn, SIDES),
    ...(comparison === undefined
      ? ['The account was not asked: the stand-in was to be right first.']
      : [
          ...differed(comparison, SIDES),
          ...held(comparison),
          '## What could not be seen',
          [...withoutPrincipals(refusal), ...withoutRoles(account), ...NOT_SEEN].map((line) => `- ${line}`).join('\n'),
        ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function withoutPrincipals(refusal: string | undefined): readonly string[] {
  if (refusal === undefined) return [];
  return [`Assignments, users and groups: the identity store refused a group or a user (${refusal}).`];
}

function withoutRoles(account: readonly Outcome[]): readonly string[] {
  if (account.some(({ step }) => step === 'roles')) return [];
  return [
    'The roles that IAM Identity Center makes in the account: IAM refused to tell, nothing was assigned, or the account was not reached at AWS.',
  ];
}
