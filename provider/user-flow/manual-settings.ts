/**
 * Settings of a B2C user flow for which Graph has no property: a person makes them in the Azure portal, and the estate has
 * the record.
 *
 * Source: `b2cIdentityUserFlow` in Microsoft's types of the beta API, `@microsoft/microsoft-graph-types-beta`.
 */
export const MANUAL_SETTINGS = ['multifactor', 'claims'] as const;

export type ManualSetting = (typeof MANUAL_SETTINGS)[number];

/** A person's word that a setting was made. It counts for the value that was declared then, and for no other. */
export interface DoneByHand {
  readonly setting: ManualSetting;
  /** As the step tells it: `on by phoneCallOrSms`. */
  readonly value: string;
  readonly who: string;
  /** A day: `2026-11-20`. */
  readonly on: string;
}

/** Declaration of these settings by a flow. Without a second factor and with no claims, the service keeps what it has. */
export interface ManualDeclarations {
  readonly multifactor?: Factor | undefined;
  readonly claims?: readonly string[] | undefined;
}

interface Factor {
  readonly state: string;
  readonly method?: string | undefined;
}

export interface ManualValue {
  readonly setting: ManualSetting;
  /** The declared value as a step and its record tell it, the same for the same declaration in whatever order. */
  readonly value: string;
}

/** Declared settings that a person makes. */
export function manualValues({ multifactor, claims = [] }: ManualDeclarations): readonly ManualValue[] {
  return [
    ...(multifactor === undefined ? [] : [{ setting: 'multifactor' as const, value: factorText(multifactor) }]),
    ...(claims.length === 0 ? [] : [{ setting: 'claims' as const, value: claims.toSorted().join(', ') }]),
  ];
}

function factorText({ state, method }: Factor): string {
  return method === undefined ? state : `${state} by ${method}`;
}

/** Declared settings of which no record has this very value. */
export function pendingValues(
  declared: ManualDeclarations,
  records: readonly DoneByHand[] = [],
): readonly ManualValue[] {
  return manualValues(declared).filter((wanted) => findRecord(wanted, records) === undefined);
}

/** The record of a setting, if it was made with this value. */
export function findRecord<R extends DoneByHand>(
  { setting, value }: ManualValue,
  records: readonly R[],
): R | undefined {
  return records.find((record) => record.setting === setting && record.value === value);
}

/** A record to be pasted into `doneByHand` of the flow. */
export function recordOf({ setting, value }: ManualValue): string {
  return `{ setting: ${setting}, value: '${value}', who: <name>, on: <YYYY-MM-DD> }`;
}

const PLACES: Readonly<Record<ManualSetting, string>> = {
  multifactor: 'Properties > Multifactor authentication',
  claims: 'Application claims',
};

/** Place of a setting in the Azure portal. */
export function placeOf(flow: string, setting: ManualSetting): string {
  return portalPlace(flow, PLACES[setting]);
}

/** Place of a page of a user flow in the Azure portal. */
export function portalPlace(flow: string, page: string): string {
  return `Azure portal > Azure AD B2C > User flows > ${flow} > ${page}`;
}
