import { repeatedAttributes } from '../inputs';
import type { Failure } from '../resource';
import { textKey, textsIn } from './inputs';
import { hasUnknown, mappingsIn, type Properties, textOf, UNKNOWN, type Value } from '../values';

/** Attributes that Azure AD B2C can verify by sending a code. */
const VERIFIABLE = /^(e-?mail|phone)/i;

/** Rules that the shape of the inputs does not say. */
export function userFlowRules(inputs: Properties): readonly Failure[] {
  return [
    ...repeatedAttributes(inputs),
    ...mappingsIn(inputs['attributes']).flatMap(verificationRules),
    ...languageRules(inputs),
    ...textRules(inputs),
    ...connectorRules(inputs),
  ];
}

function verificationRules(entry: Properties, index: number): readonly Failure[] {
  const name = textOf(entry['attribute']);
  if (entry['requiresVerification'] !== true || name === UNKNOWN || VERIFIABLE.test(name)) return [];
  const reason = `'${name}' can't be verified; only an e-mail address or a phone number can`;
  return [{ property: `attributes[${index}].requiresVerification`, reason }];
}

const ONE_LANGUAGE = 'need isLanguageCustomizationEnabled: true; without it the flow shows one language only';

function languageRules(inputs: Properties): readonly Failure[] {
  const { languages, isLanguageCustomizationEnabled, defaultLanguageTag } = inputs;
  if (!Array.isArray(languages)) return [];
  const failures: Failure[] = [];
  if (isLanguageCustomizationEnabled === false || isLanguageCustomizationEnabled === undefined) {
    failures.push({ property: 'languages', reason: ONE_LANGUAGE });
  }
  const isListed = typeof defaultLanguageTag !== 'string' || languages.includes(defaultLanguageTag);
  if (!isListed && !languages.includes(UNKNOWN) && defaultLanguageTag !== UNKNOWN) {
    failures.push({ property: 'defaultLanguageTag', reason: `'${defaultLanguageTag}' is not among languages` });
  }
  return failures;
}

/** Texts are of languages that the flow shows; each text once. */
function textRules({ pageTexts, languages, isLanguageCustomizationEnabled }: Properties): readonly Failure[] {
  if (pageTexts === undefined) return [];
  const texts = mappingsIn(pageTexts);
  const keys = textsIn({ pageTexts }).map((text) => (hasUnknown(text) ? UNKNOWN : textKey(text)));
  const isShown = (tag: Value | undefined): boolean =>
    !Array.isArray(languages) || tag === UNKNOWN || languages.includes(UNKNOWN) || languages.includes(textOf(tag));
  return [
    ...(isLanguageCustomizationEnabled === false || isLanguageCustomizationEnabled === undefined
      ? [{ property: 'pageTexts', reason: ONE_LANGUAGE }]
      : []),
    ...texts.flatMap(({ language }, index) =>
      isShown(language)
        ? []
        : [{ property: `pageTexts[${index}].language`, reason: `'${textOf(language)}' is not among languages` }],
    ),
    ...keys.flatMap((key, index) => {
      const first = keys.indexOf(key);
      if (key === UNKNOWN || first === index) return [];
      const reason = `is declared already, as pageTexts[${first}]; a page has each text once`;
      return [{ property: `pageTexts[${index}]`, reason }];
    }),
  ];
}

/** A step calls one API. */
function connectorRules({ apiConnectors }: Properties): readonly Failure[] {
  const steps = mappingsIn(apiConnectors).map(({ step }) => textOf(step));
  return steps.flatMap((step, index) => {
    const first = steps.indexOf(step);
    if (step === UNKNOWN || first === index) return [];
    const reason = `'${step}' is listed already, as apiConnectors[${first}]; a step calls one connector`;
    return [{ property: `apiConnectors[${index}].step`, reason }];
  });
}
