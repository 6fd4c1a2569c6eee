import { consequences, type Consequences } from '../../estate/records/consequences';
import type { ProgramResource } from './facts';
import { textIn, textsIn } from '../../estate/source/inputs';
import { resourceType } from './resource-records';
import type { ResourceIndex } from './resource-index';

const GROUP = 'azuread:index/group:Group';
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';
const EXTENSION = 'entragraph:index:CustomAuthenticationExtension';
const CONSENT = 'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant';

/**
 * Consequences of a deletion. A group that the head looks up by the same name is deleted all the same: the lookup comes too
 * late.
 */
export function consequencesOfDeletion(
  resource: ProgramResource,
  index: ResourceIndex,
  head: ResourceIndex | undefined,
): Consequences {
  if (resource.retainOnDelete) return consequences([], ['It stays in the directory: Pulumi only forgets it.']);
  const adopted = resource.type === GROUP && isLookedUp(index.labelOf(resource), head);
  return consequences([
    resourceType(resource.type).removed?.(resource, index),
    adopted && 'To adopt it instead, take it out of the state first: `pulumi state delete <urn>`.',
  ]);
}

function isLookedUp(group: string, head: ResourceIndex | undefined): boolean {
  const lookups = head?.ofType('azuread:index/getGroup:getGroup') ?? [];
  return lookups.some((lookup) => head?.labelOf(lookup) === group);
}

/**
 * Consequences of a replacement. Both sides are of one day: a client secret that differs was not rotated, but has another
 * rotation, and would have gone on.
 */
export function consequencesOfReplacement(resource: ProgramResource, index: ResourceIndex): Consequences {
  if (resource.type === PASSWORD) {
    const application = index.labelOf(index.applicationOf(resource) ?? resource);
    return consequences([
      `A client secret of ${application} is replaced before its end: sign-ins with it fail until the new one is taken over.`,
    ]);
  }
  const { dangers } = consequencesOfDeletion(resource, index, undefined);
  return consequences(resourceType(resource.type).isLostWithId ? dangers : [], [
    'It is created again, with another id; what it gives is missing for that moment.',
  ]);
}

/** Consequences of a new resource: what it allows that was not allowed. */
export function consequencesOfCreation(resource: ProgramResource, index: ResourceIndex): Consequences {
  const { type, inputs } = resource;
  const label = index.labelOf(resource);
  const scopes = textsIn(inputs, 'claimValues').join(', ');
  return consequences(
    [type === CONSENT && `Consent widened for everybody (${label}): ${scopes}.`],
    [
      type === EXTENSION &&
        `${label} is called at ${textIn(inputs, 'event') ?? 'its event'} from now on: it is told of people, and its answers count.`,
    ],
  );
}
