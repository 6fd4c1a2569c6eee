import list from './aws-actions.json';
import { compileGlob, isGlob } from '../../source/glob';
import { suggestName } from '../../../text/suggest';

const SERVICES: ReadonlyMap<string, string> = new Map(Object.entries(list.services));

/** Day of the list of actions. */
export const ACTIONS_AS_OF = list.asOf;

const known = new Map<string, ReadonlyMap<string, string>>();

/** Actions of a service, in the case of AWS by their lower case; undefined for a service that is not in the list. */
function actionsOf(service: string): ReadonlyMap<string, string> | undefined {
  const text = SERVICES.get(service);
  if (text === undefined) return undefined;
  const names = known.get(service) ?? new Map(text.split(' ').map((name) => [name.toLowerCase(), name]));
  known.set(service, names);
  return names;
}

/** Tells whether AWS has the service, by the part of its actions before the colon, in lower case. */
export function isService(service: string): boolean {
  return SERVICES.has(service);
}

/** The service that was probably meant. */
export function suggestService(service: string): string | undefined {
  return suggestName(service, SERVICES.keys());
}

/** Tells whether the service has an action of this name, or one that the pattern matches. Case does not count. */
export function hasAction(service: string, name: string): boolean {
  const names = actionsOf(service);
  if (names === undefined) return false;
  const lower = name.toLowerCase();
  return isGlob(lower) ? [...names.keys()].some(compileGlob(lower)) : names.has(lower);
}

/** The action that was probably meant: one of nearly that name, or of that very name in the one other service that has it. */
export function suggestAction(service: string, name: string): string | undefined {
  if (isGlob(name)) return suggestPattern(service, name);
  const near = suggestName(name, actionsOf(service)?.values() ?? []);
  if (near !== undefined) return `${service}:${near}`;
  const [other, ...more] = [...SERVICES.keys()].filter((one) => hasAction(one, name));
  return other === undefined || more.length > 0
    ? undefined
    : `${other}:${actionsOf(other)?.get(name.toLowerCase()) ?? name}`;
}

/** Of `GetObjct*`, the pattern with a beginning that actions of the service have. */
function suggestPattern(service: string, pattern: string): string | undefined {
  const [start = ''] = pattern.split(/[*?]/, 1);
  const rest = pattern.slice(start.length);
  const lengths = [start.length, start.length + 1, start.length - 1];
  const names = [...(actionsOf(service)?.values() ?? [])];
  const starts = new Set(lengths.flatMap((length) => names.map((name) => name.slice(0, length))));
  const near = suggestName(
    start,
    [...starts].filter((one) => hasAction(service, `${one}${rest}`)),
  );
  return near === undefined ? undefined : `${service}:${near}${rest}`;
}
