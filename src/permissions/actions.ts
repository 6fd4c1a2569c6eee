import reference from './aws-actions.json';
import { globOf, isApart, isExact, matches } from './glob';
import { anyOf, includes, type Region } from './region';

/** Access levels of AWS's Service Authorization Reference, from the least to the most; what it does not list is unclassified. */
export const ACCESS_LEVELS = ['Unclassified', 'List', 'Read', 'Tagging', 'Write', 'Permissions management'] as const;

export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** An action that AWS has. */
export interface KnownAction {
  /** Part before the colon, such as `s3`. */
  readonly service: string;
  /** In the case of AWS: `GetObject`. */
  readonly name: string;
  readonly level: AccessLevel;
  /** In lower case, as regions have it: `s3:getobject`. */
  readonly id: string;
}

/** Day of the list of actions. */
export const ACTIONS_AS_OF = reference.asOf;

const SERVICES: ReadonlyMap<string, Readonly<Partial<Record<AccessLevel, string>>>> = new Map(
  Object.entries(reference.services),
);

const known = new Map<string, readonly KnownAction[]>();

/** Services of AWS, by the part of their actions before the colon, in lower case. */
export function services(): readonly string[] {
  return [...SERVICES.keys()];
}

export function isService(service: string): boolean {
  return SERVICES.has(service);
}

/** Actions of a service, level by level; none of a service that AWS does not have. */
export function actionsOfService(service: string): readonly KnownAction[] {
  const actions = known.get(service) ?? parseService(service);
  known.set(service, actions);
  return actions;
}

function parseService(service: string): readonly KnownAction[] {
  const levels = SERVICES.get(service) ?? {};
  return ACCESS_LEVELS.flatMap((level) =>
    (levels[level]?.split(' ') ?? []).map((name) => ({ service, name, level, id: `${service}:${name.toLowerCase()}` })),
  );
}

/** Tells whether the service has an action of this name, or one that the pattern matches. Case does not count. */
export function hasAction(service: string, name: string): boolean {
  const text = `${service}:${name.toLowerCase()}`;
  const glob = globOf(text);
  return actionsOfService(service).some(({ id }) => id === text || (!isExact(glob) && matches(glob, id)));
}

/** Actions that AWS has in a region, by service and level. */
export function actionsIn(region: Region): readonly KnownAction[] {
  return services().flatMap((service) => {
    const all = globOf(`${service}:*`);
    const parts = region.filter(({ within }) => !within.some((glob) => isApart(glob, all)));
    return parts.length === 0 ? [] : actionsOfService(service).filter(({ id }) => includes(parts, id));
  });
}

/** Actions that a pattern as `Action` has it matches, such as `s3:Get*`. */
export function actionsLike(pattern: string): readonly KnownAction[] {
  return actionsIn(anyOf([globOf(pattern === '*' ? '*:*' : pattern.toLowerCase())]));
}
