import list from '../aws-services.json';
import type { InlinePolicy, JsonObject, PermissionSet } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import { suggestName } from '../../../source/suggest';
import { warning } from '../../shared/issue';
import { asList, isObject } from '../policy-document';

const SERVICES: ReadonlySet<string> = new Set(list.names);

/** Warnings on actions of services that AWS does not have, which a deployment takes without a word. */
export function checkPolicyServices({ at, inlinePolicy }: PermissionSet): readonly Issue[] {
  if (inlinePolicy === undefined) return [];
  return actionsOf(inlinePolicy.document).flatMap(({ action, path }) => {
    const service = action.split(':', 1)[0]?.toLowerCase() ?? '';
    if (!action.includes(':') || /[*?]/.test(service) || SERVICES.has(service)) return [];
    return [unknownService(action, service, { at, inlinePolicy, path })];
  });
}

interface Place extends Pick<PermissionSet, 'at'> {
  readonly inlinePolicy: InlinePolicy;
  readonly path: Path;
}

/** Inside the estate file the place is exact; for a file of its own it is the line that names the file. */
function unknownService(action: string, service: string, { at, inlinePolicy, path }: Place): Issue {
  const near = suggestName(service, list.names);
  const allowed = near === undefined ? 'a service that exists' : `did you mean '${near}'?`;
  const problem = `is an action of a service that is unknown here, '${service}'`;
  const place = inlinePolicy.kind === 'inline' ? [...at, 'inlinePolicy', ...path] : [...at, 'inlinePolicyFile'];
  return warning('unknown-service', place, { value: action, problem, allowed });
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
