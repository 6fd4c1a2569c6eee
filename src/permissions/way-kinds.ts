import { kept } from './kept';
import type { Statement } from './policy';
import { includes } from './region';
import { ASSUME } from './trust';
import { type Way, WAYS } from './ways-up';

export const PASS = 'iam:PassRole';
export const RETRUST = 'iam:UpdateAssumeRolePolicy';
export const NEW_VERSION = 'iam:CreatePolicyVersion';
const RAISING: readonly string[] = ['iam:AttachRolePolicy', 'iam:PutRolePolicy', NEW_VERSION];

/** How a way comes to a role: by its service, through a thing that runs with it, by taking it on, or without another role. */
export interface WayKind {
  readonly way: Way;
  readonly kind: 'passed' | 'running' | 'taken' | 'own' | 'other';
  /** Action that gives the role all permissions. */
  readonly raise: string | undefined;
  /** Actions that must be allowed on something, whatever the role. */
  readonly others: readonly string[];
}

export const KINDS: readonly WayKind[] = WAYS.map((way) => {
  const { required, passedTo, runsAs } = way;
  const raise = required.find((action) => RAISING.includes(action));
  const kind = kindOf(way, raise);
  const others = required.filter((action) => ![PASS, ASSUME, RETRUST, raise].includes(action));
  return { way, kind, raise, others: (passedTo ?? runsAs ?? kind === 'other') ? others : [] };
});

function kindOf({ required, passedTo, runsAs }: Way, raise: string | undefined): WayKind['kind'] {
  if (passedTo !== undefined) return 'passed';
  if (runsAs !== undefined) return 'running';
  if (required.includes(ASSUME) || required.includes(RETRUST)) return 'taken';
  return raise === undefined ? 'other' : 'own';
}

const WAY_ACTIONS: readonly string[] = [...new Set(WAYS.flatMap(({ required }) => required))];
const WAY_ACTIONS_BY_SERVICE = Map.groupBy(WAY_ACTIONS, (action) => action.split(':')[0]);
const actionsFound = new WeakMap<Statement, readonly string[]>();

/** Actions of ways that a statement allows on something, be it under a condition. */
export function wayActions(statement: Statement): readonly string[] {
  if (statement.effect === 'Deny') return [];
  return kept(actionsFound, statement, () =>
    asked(statement).filter((action) => statement.boxes.some(({ actions }) => includes(actions, action.toLowerCase()))),
  );
}

/** Actions of the services that its patterns name; of all where one names none. */
function asked({ boxes }: Statement): readonly string[] {
  const patterns = boxes.flatMap(({ actions }) => actions.map(({ within }) => within[0]?.key ?? '*'));
  const services = new Set(patterns.map((pattern) => /^[a-z0-9-]+(?=:)/.exec(pattern)?.[0]));
  if (services.has(undefined)) return WAY_ACTIONS;
  return [...services].flatMap((service) => WAY_ACTIONS_BY_SERVICE.get(service) ?? []);
}
