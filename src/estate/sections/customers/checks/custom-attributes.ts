import type { CustomAttribute } from '../customers';
import type { Issue } from '../../../source/finding';
import { ATTRIBUTE_NAME, CLAIM_ATTRIBUTES, COLLECTED_ATTRIBUTES } from '../../limits';
import { duplicates, error, inAnyCase, mismatches, valuesOf } from '../../shared/issue';

/** Attributes of one's own: each name once, and none that every directory has. */
export function checkCustomAttributes(attributes: readonly CustomAttribute[]): readonly Issue[] {
  const names = valuesOf(attributes, 'name');
  const builtIn = new Set([...COLLECTED_ATTRIBUTES, ...CLAIM_ATTRIBUTES].map(inAnyCase));
  return [
    ...mismatches('custom-attribute', names, {
      pattern: ATTRIBUTE_NAME,
      problem: 'is not a valid name of an attribute',
      allowed: '1 to 64 letters and digits, a letter first',
    }),
    ...names
      .filter(({ text }) => builtIn.has(inAnyCase(text)))
      .map(({ at, text }) =>
        error('custom-attribute', at, {
          value: text,
          problem: 'is an attribute that every directory has',
          allowed: 'another name; flows may ask for that one as it is',
        }),
      ),
    ...duplicates('custom-attribute', names, { keyOf: inAnyCase, allowed: 'each name once, in whatever case' }),
  ];
}
