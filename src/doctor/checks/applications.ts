import type { FoundApplication } from '../../clouds/facts/trust-facts';
import type { Reading } from '../../clouds/reading';
import { type DeclaredValues, driftedValues } from '../../estate/records/application-values';
import { showValue } from '../../estate/source/finding';
import { quotedList } from '../../text/suggest';
import { examine, failure, type Observed, unknown } from '../check';

/** Advice that corrects whatever differs. Without the flag Pulumi compares with what it remembers, and sees no change. */
export const WORKFORCE_UP = 'deploy the workforce program with `pulumi up --refresh`';
export const CUSTOMERS_UP = 'deploy the customers program with `pulumi up --refresh`';

/** Pulumi undoes what it manages; an address that it never knew stays. */
const TAKE_AWAY = `${WORKFORCE_UP}; then remove what is left in the portal (App registrations > the application)`;

/** Advice on addresses of an application that signs people in by SAML. */
export const ADDRESSES = { identifierUris: TAKE_AWAY, replyUrls: TAKE_AWAY };

/** Advice on applications of one name. */
export const WHICH_IS_OURS =
  '`npx --no entra-aws deploy repair workforce --check` says which one is ours; with --remove-spare it deletes the others, after a question';

/** A command that changes an object of the directory, for a shell. */
export function patchCommand(path: string, body: object): string {
  return `az rest --method patch --url https://graph.microsoft.com/v1.0/${path} --body '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;
}

interface Declared {
  readonly name: string;
  readonly values: DeclaredValues;
  /** Advice by which a deployment corrects it. */
  readonly up: string;
  /** Advice on values that a deployment alone does not correct. */
  readonly advice?: Readonly<Partial<Record<keyof DeclaredValues, string>>>;
}

/** Tells whether an application has the declared values. */
export function examineValues(found: FoundApplication, { name, values, up, advice = {} }: Declared): Observed {
  return driftedValues(found, values).map(({ part, text }) =>
    failure(`${showValue(name)}: ${text}`, advice[part] ?? up),
  );
}

/** Faults of an application whose name stands twice: azuread may make it a second time where an answer was lost. */
export function examineNamesakes({ appId, namesakes }: FoundApplication, name: string, advice: string): Observed {
  const all = [appId, ...namesakes];
  return [
    all.length > 1 &&
      failure(`${all.length} applications have the name ${showValue(name)}: ${quotedList(all)}`, advice),
  ];
}

/** Examines an application that is there; that it is there at all is a check of its own. */
export function examineFound<T>(
  reading: Reading<T | undefined>,
  { displayName }: { readonly displayName: string },
  look: (found: T) => Observed,
): Observed {
  return examine(reading, (found) =>
    found === undefined ? [unknown(`there is no application ${showValue(displayName)}`)] : look(found),
  );
}
