import type { FindingCode } from '../../source/finding-codes';
import type { Issue, Path } from '../../source/finding';

type What = Pick<Issue, 'value' | 'problem' | 'allowed' | 'related' | 'aboutKey'>;

export function error(code: FindingCode, at: Path, what: What): Issue {
  return { severity: 'error', code, at, ...what };
}

export function warning(code: FindingCode, at: Path, what: What): Issue {
  return { severity: 'warning', code, at, ...what };
}

/** An address as it may be shown: without a user name and password. */
export function masked(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//…@');
}

/** Items whose key stood in an earlier item already, each with the first one that has it. */
export function repeated<T>(items: readonly T[], keyOf: (item: T) => string): readonly { item: T; first: T }[] {
  const firsts = new Map<string, T>();
  return items.flatMap((item) => {
    const key = keyOf(item);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, item);
    return first === undefined ? [] : [{ item, first }];
  });
}

/** A name without control characters, of so many characters at most. Code `display-name`. */
export function checkDisplayName(at: Path, name: string, most: number): readonly Issue[] {
  const problem = /\p{Cc}/u.test(name) ? 'contains a control character' : `is ${name.length} characters long`;
  const isSound = name.length <= most && !/\p{Cc}/u.test(name);
  return isSound ? [] : [error('display-name', at, { value: name, problem, allowed: `at most ${most} characters` })];
}
