import type { ProgramResource, ProgramRun } from '../../preview/entra/facts';
import type { LostObject } from './find-lost';

/** Types that a name alone identifies, which anybody may give to an object. What belongs to one of these is as certain as that. */
const NAMED: ReadonlySet<string> = new Set([
  'azuread:index/group:Group',
  'azuread:index/application:Application',
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate',
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy',
  'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy',
]);

export interface SortedOut {
  /** Made by a run that ended early, or a part of what is the stack's. */
  readonly certain: readonly LostObject[];
  /** Of the right name, which a person must confirm: whoever made it may own it, and so get the access that it is given. */
  readonly uncertain: readonly LostObject[];
  /** In use by somebody. */
  readonly refused: readonly LostObject[];
}

/** Sorts out what may be taken over without a doubt. */
export function sortOut(lost: readonly LostObject[], run: ProgramRun): SortedOut {
  const declared = new Map(run.resources.map((resource) => [resource.key, resource]));
  const byKey = new Map(lost.map((one) => [one.resource.key, one]));
  const needed = (resource: ProgramResource, seen: Set<string>): readonly LostObject[] => {
    if (seen.has(resource.key)) return [];
    seen.add(resource.key);
    const own = byKey.get(resource.key);
    const others = resource.dependsOn.flatMap((key) => {
      const next = declared.get(key);
      return next === undefined ? [] : needed(next, seen);
    });
    return own === undefined ? others : [own, ...others];
  };
  const standing = ({ resource }: LostObject): keyof SortedOut => {
    const chain = needed(resource, new Set());
    if (chain.some(({ object }) => object.doubt !== undefined)) return 'refused';
    const isCertain = chain.every(
      ({ resource: { type }, wasPending, object }) => !NAMED.has(type) || (wasPending && object.isRecent === true),
    );
    return isCertain ? 'certain' : 'uncertain';
  };
  const { certain = [], uncertain = [], refused = [] } = Object.groupBy(lost, standing);
  return { certain, uncertain, refused };
}
