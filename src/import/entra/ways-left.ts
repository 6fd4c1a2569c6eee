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
import type { Estate } from '../../estate/sections/estate';
import type { Pipeline } from '../../estate/sections/pipeline/pipeline';
import { acceptedOn, type AcceptedWay } from '../../estate/sections/shared/rules';
import { type EntraLeft, left } from './left';

/** Applications whose ways in an estate can accept. */
export type DecidedApplication = 'aws' | 'api' | 'web' | 'stepUp';

/** Ways in that the estate that is there accepts, and who deploys it: an import keeps them. */
export interface Decisions {
  readonly accepted: Readonly<Partial<Record<DecidedApplication, readonly AcceptedWay[] | undefined>>>;
  /** Client ids of the pipeline's identities that deploy. */
  readonly deployers: Readonly<Partial<Record<'workforce' | 'customers', ClientId | undefined>>>;
}

export const NO_DECISIONS: Decisions = { accepted: {}, deployers: {} };

export function decisionsIn({ customers, workforce, pipeline }: Estate): Decisions {
  return {
    accepted: {
      aws: workforce?.awsApplication?.accepted,
      api: customers?.apiApplication.accepted,
      web: customers?.webApplication.accepted,
      stepUp: customers?.stepUp?.accepted,
    },
    deployers: deployersIn(pipeline?.identities ?? {}),
  };
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
