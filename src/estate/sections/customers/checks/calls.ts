import type { Issue, Path } from '../../../source/finding';
import { CONFIG_KEY } from '../../limits';
import { error } from '../../shared/issue';

export function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
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
