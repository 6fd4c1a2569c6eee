import type { FindingCode } from '../../../source/finding-codes';
import type { Issue, Path } from '../../../source/finding';
import { CONFIG_KEY } from '../../limits';
import { error, masked, type PlacedText } from '../../shared/issue';

export function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

/** The address of an API as it may be shown: also without a query, which may be a key. */
export function maskedUrl(url: string): string {
  return masked(url).replace(/([?#]).*$/s, '$1…');
}

/** Words for an address that is not by https. */
type UrlWords = Readonly<Record<'problem' | 'allowed', string>>;

/** Checks an address that the directory calls. It is printed, and so must not have a secret in it. */
export function checkUrl(code: FindingCode, { at, text }: PlacedText, words: UrlWords): readonly Issue[] {
  const value = maskedUrl(text);
  if (!isHttps(text)) return [error(code, at, { value, ...words })];
  const { username, password, search, hash } = new URL(text);
  if (username + password + search + hash === '') return [];
  const problem = 'has a user name, a query or a fragment, which may be a secret: the address is printed';
  return [error(code, at, { value, problem, allowed: `${words.allowed}, without them` })];
}

/** Checks a reference to a secret: the key of another secret of the stack would hand that one over. */
export function checkSecretReference({ at, config }: { readonly at: Path; readonly config: string }): readonly Issue[] {
  if (CONFIG_KEY.test(config) && config !== 'scimToken') return [];
  return [
    error('secret-reference', [...at, 'config'], {
      problem: 'is not a valid key of the stack configuration for a secret',
      allowed: 'letters and digits, a letter first, such as googleSecret; the secret itself is never written here',
    }),
  ];
}
