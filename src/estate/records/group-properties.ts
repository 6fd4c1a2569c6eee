import type { Inputs, InputValue } from '../source/inputs';

type Value = InputValue | undefined;

/** A property of objects that a directory has, and no report shows by itself. */
interface Property<Found> {
  /** Properties in Microsoft's description that its value is read from: a reader asks for these, and for no others. */
  readonly graph: readonly string[];
  readonly read: (...values: readonly Value[]) => Found;
}

type DirectoryRecord = Readonly<Record<string, Property<unknown>>>;

const text = (value: Value): string => (typeof value === 'string' ? value : '');
const isDynamic = (types: Value): boolean => Array.isArray(types) && types.includes('DynamicMembership');

export const GROUP_PROPERTIES = {
  displayName: { graph: ['displayName'], read: text },
  description: { graph: ['description'], read: text },
  /** Rule that decides who is a member; undefined where people are added. */
  membershipRule: {
    graph: ['groupTypes', 'membershipRule'],
    read: (types, rule) => (isDynamic(types) ? text(rule) : undefined),
  },
  /** True if the rule is not applied for now. */
  isPaused: {
    graph: ['groupTypes', 'membershipRuleProcessingState'],
    read: (types, state) => isDynamic(types) && state !== 'On',
  },
  isAssignableToRoles: { graph: ['isAssignableToRole'], read: (flag) => flag === true },
  /** True if it comes from on-premises, where alone it can be changed. */
  isSynchronized: { graph: ['onPremisesSyncEnabled'], read: (flag) => flag === true },
  /** True if it gives access and has no mailbox. */
  isPlain: { graph: ['mailEnabled', 'securityEnabled'], read: (mail, security) => mail !== true && security === true },
} satisfies DirectoryRecord;

export const USER_PROPERTIES = {
  displayName: { graph: ['displayName'], read: text },
  userPrincipalName: { graph: ['userPrincipalName'], read: text },
  mail: { graph: ['mail'], read: (mail) => text(mail) || undefined },
  isEnabled: { graph: ['accountEnabled'], read: (flag) => flag !== false },
} satisfies DirectoryRecord;

type Values<Kind extends DirectoryRecord> = { readonly [Key in keyof Kind]: ReturnType<Kind[Key]['read']> };
export type GroupValues = Values<typeof GROUP_PROPERTIES>;
export type UserValues = Values<typeof USER_PROPERTIES>;

/** Properties that a reader of a kind asks Graph for: its id, and what the record reads. */
export function selected(record: DirectoryRecord): string {
  return ['id', ...new Set(Object.values(record).flatMap(({ graph }) => graph))].join(',');
}

/** Values of a kind as Graph answers them. */
export function valuesIn<Kind extends DirectoryRecord>(record: Kind, object: Inputs): Values<Kind> {
  const values = Object.entries(record).map(([key, { graph, read }]) => [
    key,
    read(...graph.map((path) => object[path])),
  ]);
  return Object.fromEntries(values) as Values<Kind>;
}
