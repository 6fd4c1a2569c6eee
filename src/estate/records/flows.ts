import type { DirectoryType, UserFlow } from '../sections/customers/customers';
import type { CustomersWords } from '../sections/customers/schema';
import { merged } from '../source/merged';
import { consequences, type Consequences } from './consequences';
import type { FlowReferences } from './flow-attributes';
import {
  type B2cFlowInputs,
  type ExternalFlowInputs,
  FLOW_PROPERTIES,
  type FlowRecord,
  type ShownPart,
  type TitledPart,
} from './flow-properties';
import { type Inputs, satisfies, textIn } from '../source/inputs';

const RECORDS: readonly FlowRecord[] = Object.values(FLOW_PROPERTIES);

/** A user flow of either kind of directory, as the provider reads it. */
export interface FoundFlow {
  readonly id: string;
  readonly inputs: Inputs;
}

/** Name in the estate: of B2C the id, of External ID the display name. */
export function flowName(inputs: Inputs): string {
  return textIn(inputs, 'userFlowId') ?? textIn(inputs, 'displayName') ?? '';
}

/** Inputs of a user flow of B2C beside its name. */
export function b2cFlow<Id = string>(flow: UserFlow, names: FlowReferences<Id> = {}): B2cFlowInputs<Id> {
  return merged(RECORDS.map(({ b2c }) => b2c?.(flow, names)));
}

/** Inputs of a user flow of External ID beside its name. */
export function externalFlow<Id = string>(flow: UserFlow, names: FlowReferences<Id> = {}): ExternalFlowInputs<Id> {
  return merged(RECORDS.map(({ external }) => external?.(flow, names)));
}

/** Inputs of a user flow of B2C that a directory is compared with, beside its name. */
export function comparedFlow(flow: UserFlow): B2cFlowInputs {
  return merged(RECORDS.map(({ b2c, drift }) => drift && b2c?.(flow, {})));
}

/** Differences of a flow in a directory, each as the end of 'it is not as declared'. */
export function flowDrift(
  found: Inputs,
  flow: UserFlow,
  { kind, names }: { readonly kind: DirectoryType; readonly names: FlowReferences },
): readonly string[] {
  return RECORDS.flatMap(({ b2c, external, drift }) => {
    const declared: Inputs | undefined = kind === 'b2c' ? b2c?.(flow, names) : external?.(flow, names);
    if (declared === undefined || satisfies(found, declared)) return [];
    return drift?.(found, declared) ?? [];
  });
}

/** Values of a flow in a report. */
export type ShownFlow = { readonly [Part in ShownPart]: ReturnType<(typeof FLOW_PROPERTIES)[Part]['shown']> };

export function shownFlow(inputs: Inputs): ShownFlow {
  return Object.fromEntries(
    Object.entries<FlowRecord>(FLOW_PROPERTIES).flatMap(([part, { shown }]) => {
      const value = shown?.(inputs);
      return value === undefined ? [] : [[part, value]];
    }),
  ) as ShownFlow;
}

/** Columns of a report, by the property that each shows. */
export const FLOW_TITLES = Object.entries<FlowRecord>(FLOW_PROPERTIES).flatMap(([part, { title }]) =>
  title === undefined ? [] : [[part, title] as const],
) as readonly (readonly [TitledPart, string])[];

/** Effects of a change of a flow on people, in sentences. */
export function flowChanges(before: Inputs, after: Inputs, flow: string): Consequences {
  const all = RECORDS.flatMap((one) => ('changes' in one ? [one.changes(before, after, flow)] : []));
  return consequences(
    all.flatMap(({ dangers }) => dangers),
    all.flatMap(({ notes }) => notes),
  );
}

/** Inputs of a flow with a name for each part, so that a comparison says which one differs. */
export function namedFlow(inputs: Inputs): Inputs {
  return { ...inputs, ...merged(RECORDS.map(({ named }) => named?.(inputs))) };
}

/** Entry of the estate file for a flow, without its name and use. */
export function flowEntry(inputs: Inputs): Partial<CustomersWords['userFlows'][number]> {
  return merged(RECORDS.map(({ entry }) => entry?.(inputs)));
}
