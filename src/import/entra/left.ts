import type { ApplicationTrust, FoundApplication } from '../../clouds/facts/trust-facts';
import {
  type DeclaredPowers,
  ownerWay,
  undeclaredGrants,
  undeclaredOwners,
  undeclaredPowers,
  type WayIn,
  waysOfGrants,
  waysOfPowers,
} from '../../clouds/facts/ways-in';
import { type Reading, whyUnread } from '../../clouds/reading';
import type { ClientId } from '../../estate/source/ids';
import {
  apisOf,
  clientsOf,
  type Customers,
  type DeclaredApi,
  type DeclaredClient,
} from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import type { Pipeline } from '../../estate/sections/pipeline/pipeline';
import { acceptedOn, type AcceptedWay } from '../../estate/sections/shared/rules';

/** Headings by the reason why something of Entra ID stays outside of the estate, or would change. */
export const ENTRA_HEADINGS = {
  decide:
    'To be decided before anything is adopted: ways in that somebody else may have made. Find out who made each (audit log of Entra ID); ' +
    'take away what is not yours in the portal, and declare in the estate what is: a way under `accepted` of its application, ' +
    'with a reason and a last day.',
  'would-change':
    'Settings that a deployment has in one way only, and that are otherwise now. pulumi preview shows each as a change; ' +
    'set them in the portal on a day of your own, or accept the change.',
  'to-be-given': 'Settings that no one can read, and that an option of the import gives. Run it again with the option.',
  denied:
    'Not read: a permission is missing, which is named, or Graph failed. The estate is without it; run the import again with ' +
    '--force when it can be read.',
  secret:
    'Passwords that no one can read. The config credentials: kept leaves them as they are, until the stack is to make its own.',
  'by-hand':
    'Settings of B2C user flows that Graph has no property for. Look them up in the portal, declare them, and record them: npx --no entra-aws steps done.',
  person: 'People who are assigned by themselves. An estate assigns groups; they stay, and nothing removes them.',
  role: "Assignments in another role than 'User'. They stay, and nothing removes them.",
  'ambiguous-group': 'Groups whose name several groups have. Give each a name of its own, then import again.',
  'gone-group': 'Assignments of groups that can no longer be read.',
  'looked-up': 'Groups that somebody else owns. The estate has them with adopt: { id }: looked up, never changed.',
  owner:
    'Groups that an application owns too: the estate names no owners of them, and they stay. Name the people who are to own each, and a deployment takes all others out.',
  'nested-group':
    'Groups in groups, which the estate does not have, with their number. They stay, and their people get nothing in AWS through them.',
  certificate:
    'Signing certificates that do not sign. They stay; declare one with the day on which it is to begin, and adopt it then.',
  address: 'Further addresses of the application.',
  mapping: 'Mappings of provisioning that an estate cannot say. They stay as they are.',
  job: 'Provisioning jobs of another template. They stay as they are.',
  policy: 'Conditional Access policies for the application that an estate cannot say. They stay as they are.',
  application: 'Applications beside those of the estate. They stay as they are.',
  flow: 'User flows beside those of the estate, which has one for each use. They stay as they are.',
};

/** Something that the estate does not take over. */
export interface EntraLeft {
  readonly reason: keyof typeof ENTRA_HEADINGS;
  readonly subject: string;
}

export function left(reason: EntraLeft['reason'], ...subjects: readonly string[]): readonly EntraLeft[] {
  return subjects.map((subject) => ({ reason, subject }));
}

/** Applications whose ways in an estate can accept. */
export type DecidedApplication = 'aws' | 'api' | 'web' | 'stepUp';

/** Ways in that the estate that is there accepts, and who deploys it: an import keeps them. */
export interface Decisions {
  readonly accepted: Readonly<Partial<Record<DecidedApplication, readonly AcceptedWay[] | undefined>>>;
  /** Client ids of the pipeline's identities that deploy. */
  readonly deployers: Readonly<Partial<Record<'workforce' | 'customers', ClientId | undefined>>>;
  /** APIs and applications of the customers that the estate has. */
  readonly registered: { readonly apis: readonly DeclaredApi[]; readonly clients: readonly DeclaredClient[] };
}

export const NO_DECISIONS: Decisions = { accepted: {}, deployers: {}, registered: { apis: [], clients: [] } };

export function decisionsIn({ customers, workforce, pipeline }: Estate): Decisions {
  return {
    accepted: {
      aws: workforce?.awsApplication?.accepted,
      api: customers?.apiApplication.accepted,
      web: customers?.webApplication.accepted,
      stepUp: customers?.stepUp?.accepted,
    },
    deployers: deployersIn(pipeline?.identities ?? {}),
    registered: customers ? registeredIn(customers) : NO_DECISIONS.registered,
  };
}

function registeredIn(customers: Customers): Decisions['registered'] {
  return { apis: apisOf(customers), clients: clientsOf(customers) };
}

function deployersIn({ workforce, customers }: Partial<Pipeline['identities']>): Decisions['deployers'] {
  return { workforce: workforce?.deploy, customers: customers?.deploy };
}

/** Acceptances of an application as the file has them, so that an import writes them again. */
export function acceptedWords(
  { accepted }: Decisions,
  application: DecidedApplication,
): { readonly accepted?: Omit<AcceptedWay, 'at'>[] } {
  const kept = (accepted[application] ?? []).map(({ way, reason, until }) => ({ way, reason, until }));
  return kept.length > 0 ? { accepted: kept } : {};
}

export interface Decided {
  readonly decisions: Decisions;
  readonly application: DecidedApplication;
  /** Powers that the estate declares. */
  readonly powers: DeclaredPowers;
  readonly day: string;
}

/** Ways into an application that are neither declared nor accepted, each to be decided, and what could not be read of them. */
export function waysLeft(
  name: string,
  trust: ApplicationTrust,
  { decisions, application, powers, day }: Decided,
): readonly EntraLeft[] {
  const accepted = acceptedOn(decisions.accepted[application] ?? [], day);
  const deployer = decisions.deployers[application === 'aws' ? 'workforce' : 'customers'];
  const declared = { ...powers, accepted };
  return [
    ...waysIn(trust.owners, name, (found) => undeclaredOwners(found, { deployer, accepted }).map(ownerWay)),
    ...waysIn(trust.powers, name, (found) => waysOfPowers(undeclaredPowers(found, declared))),
    ...waysIn(trust.grants, name, (found) => waysOfGrants(undeclaredGrants(found, declared))),
  ];
}

function waysIn<T>(reading: Reading<T>, name: string, look: (found: T) => readonly WayIn[]): readonly EntraLeft[] {
  if (reading.state === 'known')
    return left('decide', ...look(reading.value).map(({ way, detail }) => `'${name}': way '${way}' (${detail})`));
  return left('denied', `ways into '${name}': ${whyUnread(reading)}`);
}

/** Ways in that no application of an estate has: a confidential client, of people who come by its web addresses. */
export function openWays({ isPublicClient, otherRedirectUris, implicitTokens }: FoundApplication): readonly string[] {
  return [
    ...(isPublicClient ? ['it is a public client, which needs no secret'] : []),
    ...otherRedirectUris.map((address) => `it answers to ${address} as a public client or a page`),
    ...(implicitTokens.length > 0
      ? [`it gives tokens without a code (implicit grant: ${implicitTokens.join(', ')})`]
      : []),
  ];
}
