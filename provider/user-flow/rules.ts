import type { Failure } from '../resource';
import { mappingsIn, type Properties, textOf, UNKNOWN } from '../values';

/** Attributes that Azure AD B2C can verify by sending a code. */
const VERIFIABLE = /^(e-?mail|phone)/i;

/** Rules that the shape of the inputs does not say. */
export function userFlowRules(inputs: Properties): readonly Failure[] {
  const attributes = mappingsIn(inputs['attributes']);
  return [
    ...attributes.flatMap((entry, index) => attributeRules(attributes, entry, index)),
    ...languageRules(inputs),
    ...recordRules(inputs),
  ];
}

/** A record is of a declared setting, once. */
function recordRules(inputs: Properties): readonly Failure[] {
  const settings = mappingsIn(inputs['doneByHand']).map(({ setting }) => textOf(setting));
  return settings.flatMap((setting, index) => {
    if (setting === UNKNOWN) return [];
    const property = `doneByHand[${index}].setting`;
    const first = settings.indexOf(setting);
    if (first < index) {
      return [
        { property, reason: `'${setting}' has a record already, doneByHand[${first}]; each has one, the latest` },
      ];
    }
    const declared = inputs[setting];
    const isDeclared = declared !== undefined && !(Array.isArray(declared) && declared.length === 0);
    return isDeclared ? [] : [{ property, reason: `'${setting}' is not declared: there is nothing to set by hand` }];
  });
}

function attributeRules(all: readonly Properties[], entry: Properties, index: number): readonly Failure[] {
  const failures: Failure[] = [];
  const name = entry['attribute'];
  if (typeof name !== 'string' || name === UNKNOWN) return failures;
  const first = all.findIndex((other) => textOf(other['attribute']).toLowerCase() === name.toLowerCase());
  if (first < index) {
    const reason = `'${name}' is listed already, as attributes[${first}]; a flow asks for an attribute once`;
    failures.push({ property: `attributes[${index}].attribute`, reason });
  }
  if (entry['requiresVerification'] === true && !VERIFIABLE.test(name)) {
    const reason = `'${name}' can't be verified; only an e-mail address or a phone number can`;
    failures.push({ property: `attributes[${index}].requiresVerification`, reason });
  }
  return failures;
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
