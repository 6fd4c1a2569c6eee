import { ACTIONS_AS_OF, hasAction, isService, suggestAction, suggestService } from '../aws-actions';
import type { InlinePolicy, JsonObject } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import { isGlob } from '../../../source/glob';
import { warning } from '../../shared/issue';
import { asList, isObject } from '../policy-document';
import type { PolicyKeys } from '../policy-files';

export interface PlacedPolicy {
  /** Place of the set or of the policy. */
  readonly at: Path;
  readonly policy: InlinePolicy;
  readonly keys: PolicyKeys;
}

/** Warnings on actions that AWS does not have, which a deployment takes without a word, so that nothing is allowed or denied. */
export function checkPolicyActions({ at, policy, keys }: PlacedPolicy): readonly Issue[] {
  return actionsOf(policy.document).flatMap(({ action, path }) =>
    issuesOf(action, placeIn({ at, policy, keys }, path)),
  );
}

/** Place of a value of a document: exact inside the estate file, and for a file of its own the line that names it. */
export function placeIn({ at, policy, keys }: PlacedPolicy, path: Path): Path {
  return policy.kind === 'inline' ? [...at, keys.document, ...path] : [...at, keys.file];
}

function issuesOf(value: string, at: Path): readonly Issue[] {
  if (value === '' || /^\*+$/.test(value)) return [];
  const colon = value.indexOf(':');
  if (colon < 0) {
    const problem = 'names no service, so that IAM refuses the policy';
    return [warning('unknown-action', at, { value, problem, allowed: 'service:Action, such as s3:GetObject, or *' })];
  }
  const service = value.slice(0, colon).toLowerCase();
  const name = value.slice(colon + 1);
  if (isGlob(service)) return [];
  if (!isService(service)) return [unknownService(value, service, at)];
  return hasAction(service, name) ? [] : [unknownAction(value, { service, name, at })];
}

function unknownService(value: string, service: string, at: Path): Issue {
  const near = suggestService(service);
  const allowed = near === undefined ? 'a service that exists' : `did you mean '${near}'?`;
  return warning('unknown-service', at, {
    value,
    problem: `is an action of a service that is unknown here, '${service}'`,
    allowed,
  });
}

interface UnknownAction {
  readonly service: string;
  readonly name: string;
  readonly at: Path;
}

function unknownAction(value: string, { service, name, at }: UnknownAction): Issue {
  const near = suggestAction(service, name);
  const problem = isGlob(name) ? `matches no action of ${service}` : `is not an action of ${service}`;
  const asOf = `the list is of ${ACTIONS_AS_OF}`;
  const allowed = near === undefined ? `an action that exists; ${asOf}` : `did you mean '${near}'? ${upper(asOf)}`;
  return warning('unknown-action', at, { value, problem, allowed });
}

function upper(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Actions of every statement, each with its path in the document. */
function actionsOf(document: JsonObject): readonly { readonly action: string; readonly path: Path }[] {
  const statements = placedList(document['Statement'], ['Statement']);
  return statements.flatMap(({ value, path }) =>
    isObject(value)
      ? ['Action', 'NotAction'].flatMap((key) =>
          placedList(value[key], [...path, key]).flatMap((one) =>
            typeof one.value === 'string' ? [{ action: one.value, path: one.path }] : [],
          ),
        )
      : [],
  );
}

/** Items of a list, or of a value that is written alone, each with its path. */
function placedList(value: unknown, path: Path): readonly { readonly value: unknown; readonly path: Path }[] {
  return asList(value).map((item, index) => ({ value: item, path: Array.isArray(value) ? [...path, index] : path }));
}
