import { repeatedAttributes } from '../inputs';
import type { Failure } from '../resource';
import { mappingsIn, type Properties, textOf, UNKNOWN } from '../values';

/** Attributes that Azure AD B2C can verify by sending a code. */
const VERIFIABLE = /^(e-?mail|phone)/i;

/** Rules that the shape of the inputs does not say. */
export function userFlowRules(inputs: Properties): readonly Failure[] {
  return [
    ...repeatedAttributes(inputs),
    ...mappingsIn(inputs['attributes']).flatMap(verificationRules),
    ...languageRules(inputs),
    ...connectorRules(inputs),
  ];
}

function verificationRules(entry: Properties, index: number): readonly Failure[] {
  const name = textOf(entry['attribute']);
  if (entry['requiresVerification'] !== true || name === UNKNOWN || VERIFIABLE.test(name)) return [];
  const reason = `'${name}' can't be verified; only an e-mail address or a phone number can`;
  return [{ property: `attributes[${index}].requiresVerification`, reason }];
}

function languageRules(inputs: Properties): readonly Failure[] {
  const { languages, isLanguageCustomizationEnabled, defaultLanguageTag } = inputs;
  if (!Array.isArray(languages)) return [];
  const failures: Failure[] = [];
  if (isLanguageCustomizationEnabled === false || isLanguageCustomizationEnabled === undefined) {
    const reason = 'need isLanguageCustomizationEnabled: true; without it the flow shows one language only';
    failures.push({ property: 'languages', reason });
  }
  const isListed = typeof defaultLanguageTag !== 'string' || languages.includes(defaultLanguageTag);
  if (!isListed && !languages.includes(UNKNOWN) && defaultLanguageTag !== UNKNOWN) {
    failures.push({ property: 'defaultLanguageTag', reason: `'${defaultLanguageTag}' is not among languages` });
  }
  return failures;
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
