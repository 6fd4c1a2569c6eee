import { count } from '../../../preview/blocks/text';
import type { Change } from './changes';
import type { PermissionRow, WantedApplication } from './wanted';
import type { ApplicationResult, Work } from './work';

/** Words of the uses of an application. */
const DUTIES = { deploy: 'deploys', preview: 'previews, and only reads' } as const;

/** Everything that an application is to have, row by row, before anybody signs in. */
export function wantedText(wanted: WantedApplication): string {
  const { displayName, duty, roles, scopes, trust, laptop } = wanted;
  return [
    `'${displayName}' ${DUTIES[duty]}:`,
    ...section('as itself (application permissions of Microsoft Graph)', roles),
    ...section('for a person who signs in to it (delegated permissions, your own consent)', scopes),
    ...(trust ?? []).map(({ subject, issuer }) => `  trusts ${subject} of ${issuer}`),
    ...(laptop ? ['  a certificate for this laptop'] : []),
    '',
  ].join('\n');
}

function section(title: string, rows: readonly PermissionRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ permission }) => permission.length));
  return [`  ${title}`, ...rows.map((row) => `    ${row.permission.padEnd(width)}  ${usesOf(row)}`)];
}

function usesOf({ reason, resources, requests }: PermissionRow): string {
  const needs = requests.length === 0 ? '' : `: ${count(requests.length, 'request')}`;
  return `${reason} [${resources.join(', ')}${needs}]`;
}

/** A step in words, as it is asked about. */
export function changeText(change: Change): string {
  switch (change.kind) {
    case 'make-application':
      return 'make the application';
    case 'make-principal':
      return 'make its service principal';
    case 'let-people-sign-in':
      return 'let people sign in to it, by a browser of their machine or by a code';
    case 'close':
      return `let in its own directory and this machine alone: ${change.opened.join('; ')}`;
    case 'disown':
      return `take ${change.owner.name} off its owners, who may sign in as it`;
    case 'revoke':
      return `revoke the consent for everybody to ${change.consent.scopes}`;
    case 'give':
      return `give ${change.row.permission} (${KINDS[change.row.kind]})`;
    case 'take':
      return `take ${change.permission} away (${KINDS[change.of]}): nothing in the estate needs it`;
    case 'own': {
      const { displayName, clientId, object, ownerClientId } = change.unowned;
      return `make ${ownerClientId} an owner of '${displayName}' (${clientId}), at ${object}: it deploys that`;
    }
    default:
      return credentialText(change);
  }
}

function credentialText(change: Extract<Change, { readonly kind: 'trust' | 'distrust' | 'certificate' }>): string {
  switch (change.kind) {
    case 'trust': {
      const { subject, issuer } = change.credential;
      return `trust ${subject} of ${issuer}${change.replaces === undefined ? '' : ', in place of another one'}`;
    }
    case 'distrust':
      return `trust ${change.name} no longer`;
    case 'certificate':
      return `add a certificate for this laptop${change.replaces === undefined ? '' : ', in place of the one that ends'}`;
  }
}

const KINDS = { role: 'application', scope: 'delegated, for you' } as const;

/** Settings and commands by which the pipeline and the laptop sign in as the applications. */
export function settingsText(
  { estate: { name }, program, uses }: Work,
  applications: readonly ApplicationResult[],
): string {
  const clientId = (duty: WantedApplication['duty']): string | undefined =>
    applications.find((one) => one.duty === duty)?.clientId;
  const [deploy, preview] = [clientId('deploy'), clientId('preview')];
  return [
    ...(deploy !== undefined && preview !== undefined
      ? [
          'For the pipeline, in estate.yaml; none of it is secret:',
          `  pipeline: { identities: { ${program}: { preview: ${preview}, deploy: ${deploy} } } }`,
        ]
      : []),
    ...(uses.includes('laptop')
      ? [
          'On this laptop, sign-in runs a command as this application:',
          `  npx --no entra-aws sign-in --estate ${name} --program ${program} -- pulumi up --stack ${name}-${program}`,
        ]
      : []),
    '',
  ].join('\n');
}
