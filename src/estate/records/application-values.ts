import { quotedList } from '../../text/suggest';
import { APPLICATION_PROPERTIES, type ApplicationProperty, type Drift, type Shown } from './application-properties';
import { consequences, type Consequences } from './consequences';
import type { Inputs } from '../source/inputs';

const ENTRIES = Object.entries<ApplicationProperty<unknown>>(APPLICATION_PROPERTIES);

type Properties = typeof APPLICATION_PROPERTIES;
type Part = keyof Properties;

/** Values of an application and its service principal. */
export type ApplicationValues = { readonly [Key in Part]: ReturnType<Properties[Key]['fromGraph']> };

/** An application by its two objects; the service principal may not be there. */
export interface ApplicationObjects {
  readonly application: Inputs;
  readonly servicePrincipal: Inputs | undefined;
}

/** Values as Graph answers them. */
export function applicationValues(objects: ApplicationObjects): ApplicationValues {
  return Object.fromEntries(
    ENTRIES.map(([key, { of, fromGraph }]) => [key, fromGraph(objects[of] ?? {})]),
  ) as ApplicationValues;
}

/** Effects of a change of an application or of its service principal, in sentences. */
export function applicationChanges(of: keyof ApplicationObjects) {
  return (before: Inputs, after: Inputs, application: string): Consequences => {
    const all = ENTRIES.filter(([, one]) => one.of === of).map(([, one]) => one.changed(before, after, application));
    return consequences(
      all.flatMap(({ dangers }) => dangers),
      all.flatMap(({ notes }) => notes),
    );
  };
}

/** Values that a report shows, of what a program registers; those that are absent or empty texts are left out. */
export function reportedValues(objects: ApplicationObjects): Partial<ApplicationValues> {
  const shown = ENTRIES.flatMap(([key, { of, term, fromProgram }]) => {
    const object = objects[of];
    const value = term === undefined || object === undefined ? undefined : fromProgram(object);
    return value === undefined || value === '' ? [] : [[key, value]];
  });
  return Object.fromEntries(shown) as Partial<ApplicationValues>;
}

/** A value of an application in a report; without a form, a part of the report shows it. */
export interface ShownValue {
  readonly key: string;
  readonly term: string;
  readonly shown: Shown | undefined;
}

export function shownValues(values: Readonly<Partial<Record<Part, unknown>>>): readonly ShownValue[] {
  const found: Readonly<Record<string, unknown>> = values;
  return ENTRIES.flatMap(([key, property]) => {
    const [value, { term }] = [found[key], property];
    return term === undefined || value === undefined ? [] : [{ key, term, shown: property.shownAs(value) }];
  });
}

/** Values that an estate declares of an application: of scopes and roles, which have texts and ids, those that are names. */
export type DeclaredValues = Partial<
  Omit<ApplicationValues, 'scopes' | 'roles'> & Readonly<Record<'scopes' | 'roles', readonly string[]>>
>;

/** A difference of an application in a directory from what is declared. */
export interface DriftedValue {
  readonly part: keyof DeclaredValues;
  /** `the sign-on URL is 'https://…', declared is 'https://…'` */
  readonly text: string;
}

/** Differences of an application from the declared values; what is not declared is not compared. */
export function driftedValues(
  found: Omit<ApplicationValues, 'certificates'>,
  declared: DeclaredValues,
): readonly DriftedValue[] {
  const namesOf = (all: readonly { readonly value: string }[]): readonly string[] => all.map(({ value }) => value);
  const there: DeclaredValues = { ...found, scopes: namesOf(found.scopes), roles: namesOf(found.roles) };
  return ENTRIES.flatMap(([key, { drift }]) => {
    const part = key as Part;
    const [is, wanted] = [there[part], declared[part]];
    if (drift === undefined || !(part in declared)) return [];
    const { harm } = drift;
    const texts =
      Array.isArray(is) && Array.isArray(wanted) ? otherItems(drift, is, wanted) : otherValue(drift, is, wanted);
    return texts.map((text) => ({ part, text: harm === undefined ? text : `${text}: ${harm}` }));
  });
}

function otherItems(drift: Drift, is: readonly unknown[], wanted: readonly unknown[]): readonly string[] {
  const [lacking, more] = [wanted.filter((one) => !is.includes(one)), is.filter((one) => !wanted.includes(one))];
  return [
    ...(lacking.length > 0 ? [`it lacks ${named(drift, lacking)}`] : []),
    ...(more.length > 0 ? [`it has ${named(drift, more)}, which ${more.length > 1 ? 'are' : 'is'} not declared`] : []),
  ];
}

function named({ label, labels = `${label}s` }: Drift, items: readonly unknown[]): string {
  return `${items.length > 1 ? labels : label} ${quotedList(items.map(String))}`;
}

function otherValue({ label, states }: Drift, is: unknown, wanted: unknown): readonly string[] {
  const inWords = (value: unknown): string => {
    if (typeof value === 'boolean') return states?.[value ? 1 : 0] ?? String(value);
    return typeof value === 'number' || (typeof value === 'string' && value !== '') ? `'${value}'` : 'not set';
  };
  return is === wanted ? [] : [`${label} is ${inWords(is)}, declared is ${inWords(wanted)}`];
}
