import { z } from 'zod';
import { CERTIFICATE_YEARS } from '../limits';
import { Text } from '../inputs';
import type { Failure } from '../resource';
import { textOf, UNKNOWN, type Properties, type Value } from '../values';

export const SamlSigningCertificateInputs = z.strictObject({
  servicePrincipalId: Text,
  displayName: z.string().regex(/^CN=.+/, { error: "must start with CN=, as in 'CN=AWS IAM Identity Center'" }),
  endDateTime: z.iso.datetime({
    error: "must be a time in UTC, as in '2029-01-31T00:00:00Z'",
  }),
  active: z.boolean(),
});
export type SamlSigningCertificateInputs = z.infer<typeof SamlSigningCertificateInputs>;

/** Times are compared as Graph writes them: in UTC, without fractions of a second. */
export function withDefaults(inputs: Properties): Properties {
  const { endDateTime } = inputs;
  return { active: true, ...inputs, ...(typeof endDateTime === 'string' && { endDateTime: inSeconds(endDateTime) }) };
}

/** `2029-01-31T00:00:00Z` of any spelling of that instant; anything else as it is. */
export function inSeconds(time: string): string {
  const instant = /^\d{4}-\d{2}-\d{2}T/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(instant) ? time : `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

const MIDNIGHT = 'T00:00:00Z';

/**
 * The end of a certificate that exists, in the words of a declaration: midnight stands for that whole day, since a certificate
 * that was made in the portal ends at some time of a day.
 */
export function endAsDeclared(end: Value | undefined, declared: Value | undefined): Value | undefined {
  if (typeof end !== 'string' || typeof declared !== 'string' || !declared.endsWith(MIDNIGHT)) return end;
  return end.slice(0, declared.length - MIDNIGHT.length) === declared.slice(0, -MIDNIGHT.length) ? declared : end;
}

/** A certificate that exists may expire; a new one, or one to be activated, must be good for something. */
export function certificateRules(inputs: Properties, olds: Properties | undefined): readonly Failure[] {
  const { endDateTime, active } = inputs;
  if (typeof endDateTime !== 'string' || endDateTime === UNKNOWN) return [];
  const declared: Properties | undefined = olds && {
    ...olds,
    endDateTime: endAsDeclared(olds['endDateTime'], endDateTime),
  };
  const isNew = declared?.['endDateTime'] !== endDateTime;
  const isActivated = active === true && declared?.['active'] !== true;
  const reasons = [
    isNew || isActivated ? expired(endDateTime, isNew) : undefined,
    isNew ? tooFar(endDateTime) : undefined,
  ];
  return [
    ...reasons.filter((reason) => reason !== undefined).map((reason) => ({ property: 'endDateTime', reason })),
    ...replacesSigner(inputs, declared),
  ];
}

/**
 * The replacement of a certificate that signs would sign at once. Another application, or an end that has come, has nothing
 * to lose. `olds` has the end in the words of the declaration.
 */
function replacesSigner(inputs: Properties, olds: Properties | undefined): readonly Failure[] {
  if (inputs['active'] !== true || olds?.['active'] !== true) return [];
  if (inputs['servicePrincipalId'] !== olds['servicePrincipalId']) return [];
  if (new Date(textOf(olds['endDateTime'])) <= new Date()) return [];
  return (['displayName', 'endDateTime'] as const)
    .filter((property) => ![olds[property], UNKNOWN].includes(inputs[property]))
    .map((property) => ({
      property,
      reason: `'${textOf(inputs[property])}' would replace the certificate that signs ('${textOf(olds[property])}'), and ${SIGNS_UNKNOWN}`,
    }));
}

/** End of a sentence on a certificate that would sign without notice. */
export const SIGNS_UNKNOWN =
  'the new one would sign before anybody trusts it, so that no one could sign in; add it as another certificate with active: false, have it imported, then activate it';

function expired(end: string, isNew: boolean): string | undefined {
  if (new Date(end) > new Date()) return undefined;
  return `'${end}' is past: a certificate that has expired signs nothing, so it is not ${isNew ? 'added' : 'activated'}`;
}

function tooFar(end: string): string | undefined {
  const latest = new Date();
  latest.setUTCFullYear(latest.getUTCFullYear() + CERTIFICATE_YEARS);
  if (new Date(end) <= latest) return undefined;
  return `'${end}' is more than ${CERTIFICATE_YEARS} years away; the latest is ${inSeconds(latest.toISOString())}`;
}
