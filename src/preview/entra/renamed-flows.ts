import type { Estate } from '../../estate/sections/estate';
import type { Action } from '../blocks/block';

type Flows = NonNullable<Estate['customers']>['userFlows'];

/** A change of a resource, as far as it is looked at here. */
interface Change {
  readonly action: Action;
  readonly what: string;
  readonly label: string;
  readonly notes: readonly string[];
}

/** Changes with notes on user flows of B2C that get another name: the directory makes another flow, since it renames none. */
export function withRenamedFlows<Told extends Change>(
  changes: readonly Told[],
  [before, after]: readonly [base: Flows, head: Flows],
): readonly Told[] {
  return changes.map((change) => {
    const note = FLOW_NOTES[`${change.action} ${change.what}`]?.(change.label, before, after);
    return note === undefined ? change : { ...change, notes: [...change.notes, note] };
  });
}

const FLOW_NOTES: Readonly<Record<string, (id: string, before: Flows, after: Flows) => string | undefined>> = {
  'create user flow': (id, before, after) => {
    const earlier = after.find((flow) => flow.id === id)?.previousNames ?? [];
    const kept = earlier.filter((name) => before.some((flow) => flow.id === name));
    if (kept.length === 0) return undefined;
    return `It is ${kept.join(', ')} under another name. That flow stays until previousNames no longer lists it: first do what \`npx --no entra-aws steps\` lists for ${id}, then give every application the new address.`;
  },
  'delete user flow': (id, before, after) => {
    const use = before.find((flow) => flow.id === id)?.use;
    const successor = after.find((flow) => flow.use === use && before.every((one) => one.id !== flow.id));
    if (successor === undefined) return undefined;
    return `${successor.id} takes its place: to keep it until no application names it, write previousNames: [${id}] there.`;
  },
};
