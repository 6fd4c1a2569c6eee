import reference from './aws-actions.json';
import described from './aws-resources.json';
import { type Counted, covers, globOf, kept, keptWithSteps, matches, uncounted } from './glob';
import { anyOf, includes, keysOf, partsNear, type Region, subtract } from './region';

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
  return kept(known, service, () => parseService(service));
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
  return actionsOfService(service).some(({ id }) => id === text || (!glob.isExact && matches(glob, id)));
}

const ALL_OF = [...SERVICES.keys()].map((service) => ({ service, all: globOf(`${service}:*`) }));

const inRegions = new Map<string, Counted<readonly KnownAction[]>>();
const MOST_REGIONS = 1_000;

/** Actions that AWS has in a region, by service and level. Sessions of one set differ in what control policies deny alone. */
export function actionsIn(region: Region): readonly KnownAction[] {
  if (inRegions.size >= MOST_REGIONS) inRegions.clear();
  return keptWithSteps(inRegions, JSON.stringify(keysOf(region)), () => findIn(region));
}

function findIn(region: Region): readonly KnownAction[] {
  return ALL_OF.flatMap(({ service, all }) => {
    const parts = partsNear(region, all);
    if (parts.length === 0) return [];
    const hasAll = parts.some(
      ({ within, without }) => without.length === 0 && within.every((glob) => covers(glob, all)),
    );
    if (hasAll) return actionsOfService(service);
    const names = new Set(
      parts
        .flatMap(({ within, without }) => (without.length === 0 && within.length === 1 ? within : []))
        .filter(({ isExact }) => isExact)
        .map(({ key }) => key),
    );
    const others = parts.filter(({ within: [glob] }) => glob === undefined || !names.has(glob.key));
    return actionsOfService(service).filter(({ id }) => names.has(id) || includes(others, id));
  });
}

const like = new Map<string, readonly KnownAction[]>();

/** Actions that a pattern as `Action` has it matches, such as `s3:Get*`. */
export function actionsLike(pattern: string): readonly KnownAction[] {
  return kept(like, pattern, () => uncounted(() => findLike(pattern)));
}

function findLike(pattern: string): readonly KnownAction[] {
  const text = pattern === '*' ? '*:*' : pattern.toLowerCase();
  if (text.startsWith('*:')) return actionsNamed(text.slice(2));
  const glob = globOf(text);
  const [service = ''] = glob.key.split(':', 1);
  // Most patterns name their service.
  if (!globOf(service).isExact) return actionsIn(anyOf([glob]));
  return actionsOfService(service).filter(({ id }) => (glob.isExact ? id === glob.key : matches(glob, id)));
}

/** Actions of every service: their names, which have no colon, are compared alone. */
function actionsNamed(pattern: string): readonly KnownAction[] {
  const glob = globOf(pattern);
  const [start = ''] = pattern.split(/[*?]/, 1);
  return services().flatMap((service) =>
    actionsOfService(service).filter(
      ({ id }) => id.startsWith(start, service.length + 1) && matches(glob, id.slice(service.length + 1)),
    ),
  );
}

/** A form of ARN that some actions are about. */
export interface ResourceForm {
  /** As people write it, of the partition `aws`: `arn:aws:s3:::*`. */
  readonly text: string;
  readonly arns: Region;
}

interface Described {
  readonly types: string;
  readonly about: Readonly<Partial<Record<AccessLevel, string>>>;
}

const DESCRIBED: ReadonlyMap<string, Described> = new Map(Object.entries(described.services));

const forms = new Map<string, ReadonlyMap<string, readonly ResourceForm[]>>();

/** Forms of ARN that an action is about: none where its only resource is `*`; undefined where AWS does not say. */
export function resourcesOf({ service, id }: KnownAction): readonly ResourceForm[] | undefined {
  return kept(forms, service, () => uncounted(() => parseForms(service))).get(id);
}

/** The actions have their positions of types in the order of their names. */
function parseForms(service: string): ReadonlyMap<string, readonly ResourceForm[]> {
  const { types, about } = DESCRIBED.get(service) ?? { types: '', about: {} };
  const all = types.split(' ').map(formOf);
  const positions = ACCESS_LEVELS.flatMap((level) => about[level]?.split(' ') ?? []);
  return new Map(
    actionsOfService(service).flatMap(({ id }, index) => {
      const text = positions[index] ?? '?';
      if (text === '?') return [];
      const its = text === '-' ? [] : text.split(',').flatMap((position) => all[Number(position)] ?? []);
      return [[id, its] as const];
    }),
  );
}

/** A variable stands for any text, but a Region for one with a character, and a bucket's name for one without slash. */
function formOf(type: string): ResourceForm {
  const [service = '', region] = type.split(':');
  const [bucket = '', rest] = type.split('${BucketName}');
  const text = type.replace('${BucketName}', '*');
  const never = [
    ...(region === '*' && service !== '*' ? [`arn:aws:${service}::*`] : []),
    ...(rest === '' ? [`arn:aws:${bucket}*/*`] : []),
  ];
  return { text: `arn:aws:${text}`, arns: subtract(anyOf([globOf(`arn:aws:${text}`)]), anyOf(never.map(globOf))) };
}

/** Condition keys of a service, or of all (`aws`), with `*` for what varies; undefined for a part before the colon that AWS does not have. */
export function conditionKeysOf(prefix: string): readonly string[] | undefined {
  const keys: Readonly<Record<string, string>> = described.keys;
  return Object.hasOwn(keys, prefix) ? keys[prefix]?.split(' ').map((name) => `${prefix}:${name}`) : undefined;
}
