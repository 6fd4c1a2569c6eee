import { APPLICATION_PROPERTIES, type ApplicationProperty, type Shown } from './application-properties';
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
