import type { ProgramResource, ProgramRun } from '../../../../preview/entra/facts';
import { lastPart } from '../../../../clouds/graph/recovery/spare-objects';
import type { LostObject } from './find-lost';

export interface SortedOut {
  /** Made by a run of the stack, a part of what is the stack's, or named by a person. */
  readonly certain: readonly LostObject[];
  /** Of the right name, and made by somebody else, who would get the access that it is given. */
  readonly uncertain: readonly LostObject[];
  /** In use by somebody. */
  readonly refused: readonly LostObject[];
}

/** Id by which a portal shows an object. */
export function objectIdOf({ id, outputs }: LostObject['object']): string {
  return outputs['applicationObjectId'] ?? lastPart(id) ?? id;
}

/**
 * Sorts out what may be taken over without a doubt.
 *
 * @param named object ids that a person gave
 */
export function sortOut(lost: readonly LostObject[], run: ProgramRun, named: readonly string[] = []): SortedOut {
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
    const isCertain = chain.every(({ object }) => object.isOwn !== false || named.includes(objectIdOf(object)));
    return isCertain ? 'certain' : 'uncertain';
  };
  const { certain = [], uncertain = [], refused = [] } = Object.groupBy(lost, standing);
  return { certain, uncertain, refused };
}
