import type { OwnCode } from '../../source/finding-codes';
import { masked } from '../shared/issue';
import { type Ruled, sound, type Words } from '../shared/rules';

export function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

/** The address of an API as it may be shown: also without a query, which may be a key. */
export function maskedUrl(url: string): string {
  return masked(url).replace(/([?#]).*$/s, '$1…');
}

/** An https address that the directory calls. It is printed, and so must not have a secret in it. */
export function calledUrl(code: OwnCode, words: Words, isSound: (url: URL) => boolean = () => true): Ruled {
  const faultOf = (text: string): Words | undefined => {
    if (!isHttps(text)) return words;
    const url = new URL(text);
    const { username, password, search, hash } = url;
    if (username + password + search + hash !== '') {
      const problem = 'has a user name, a query or a fragment, which may be a secret: the address is printed';
      return { problem, allowed: `${words.allowed}, without them` };
    }
    return isSound(url) ? undefined : words;
  };
  return sound(code, faultOf, { show: maskedUrl });
}

/** Address of an API. */
export function apiUrl(code: OwnCode): Ruled {
  return calledUrl(code, { problem: 'is not an address that a directory calls', allowed: 'an https address' });
}
