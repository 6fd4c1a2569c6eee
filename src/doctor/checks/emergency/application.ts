import { z } from 'zod';
import { dayOf } from '../../../../constructs/entra/day';
import { AWS_ATTRIBUTES, AWS_ENTITY_ID } from '../../../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../../estate/sections/emergency/emergency-plan';
import { samlProviderArn, signInRoleArn } from '../../../estate/sections/emergency/emergency-plan';
import { parseSamlMetadata } from '../../../estate/source/saml-metadata';
import { quotedList } from '../../../text/suggest';
import type { SamlApplication } from '../../../clouds/facts/application-facts';
import { type Check, examine, failure, type Observation, okUnless } from '../../check';
import { namesakes, PULUMI_UP, TAKE_AWAY } from '../saml/application';
import { examineSigner } from '../saml/certificates';
import { examineOthers } from '../saml/other-certificates';
import { entraOf, examineEmergencyApplication } from './emergency-of';
import { parseQuietly } from '../../../estate/source/parse-quietly';

/** The application is there, and answers to AWS's sign-in. */
export const emergencyApplication: Check = {
  id: 'emergency-application',
  area: 'emergency',
  title: 'The application for emergencies is there and answers to AWS',
  run: (input) => {
    const entra = entraOf(input);
    if (entra === undefined) return undefined;
    const { displayName } = entra.declared;
    return examine(entra.facts.application, (found) =>
      found === undefined
        ? [failure(`there is no enterprise application '${displayName}'`, PULUMI_UP)]
        : okUnless(
            [...namesakes(found, displayName), ...faultsOf(found, entra.plan)],
            `'${displayName}' (${found.appId}) answers to AWS's sign-in`,
          ),
    );
  },
};

function faultsOf(found: SamlApplication, { signInUrls }: EmergencyPlan): readonly Observation[] {
  const missing = signInUrls.filter((url) => !found.replyUrls.includes(url));
  const others = found.replyUrls.filter((url) => !signInUrls.includes(url));
  const wrong = (isWrong: boolean, message: string, advice = PULUMI_UP): readonly Observation[] =>
    isWrong ? [failure(message, advice)] : [];
  return [
    ...wrong(found.mode !== 'saml', `single sign-on is ${found.mode ?? 'not set'}, not saml`),
    ...wrong(!found.assignmentRequired, 'everybody in the directory can sign in: no assignment is required'),
    ...wrong(!found.isEnabled, 'it is disabled, so that no one can sign in'),
    ...wrong(!found.identifierUris.includes(AWS_ENTITY_ID), `its identifier is not '${AWS_ENTITY_ID}'`),
    ...wrong(missing.length > 0, `it does not answer to ${quotedList(missing)}`),
    ...wrong(others.length > 0, `it has reply URLs beyond the declared: ${quotedList(others)}`, TAKE_AWAY),
  ];
}

const TRUSTING = {
  trust: (name: string): string => `add ${name} to emergency.metadataFile and deploy the emergency access`,
  add: `add a certificate to emergency.application.signingCertificates, ${PULUMI_UP}, and add it to emergency.metadataFile before it signs`,
};

/** The certificate that signs is the declared one, and lasts. */
export const emergencyCertificate: Check = {
  id: 'emergency-certificate',
  area: 'emergency',
  title: 'The signing certificate of the application for emergencies is active and lasts',
  run: (input) =>
    examineEmergencyApplication(entraOf(input), (found, { declared: { signingCertificates } }) =>
      examineSigner(found, { signingCertificates, day: dayOf(input.now), trusting: TRUSTING }),
    ),
};

/** Waiting certificates are those of the estate too: any of them may be made the one that signs. */
export const emergencyOtherCertificates: Check = {
  id: 'emergency-other-certificates',
  area: 'emergency',
  title: 'No other certificate is left at the application for emergencies',
  run: (input) =>
    examineEmergencyApplication(entraOf(input), (found, { declared: { signingCertificates }, plan: { metadata } }) => {
      const trusted = metadata === undefined ? undefined : parseSamlMetadata(metadata)?.thumbprints;
      return examineOthers(found, { signingCertificates, day: dayOf(input.now), ...(trusted && { trusted }) });
    }),
};

const Definition = z.object({
  ClaimsMappingPolicy: z.object({
    ClaimsSchema: z.array(
      z.object({
        Value: z.string().optional(),
        Source: z.string().optional(),
        ID: z.string().optional(),
        SamlClaimType: z.string().optional(),
      }),
    ),
  }),
});

/** Checks what the answers tell AWS: role, identity provider, who it is, and for how long. */
export const emergencyClaims: Check = {
  id: 'emergency-claims',
  area: 'emergency',
  title: 'Its answers name the role and the identity provider in AWS',
  run: (input) => {
    const entra = entraOf(input);
    if (entra === undefined) return undefined;
    const wanted = claimsWanted(entra.plan);
    return examine(entra.facts.claims, (policies) => {
      const claims = policies.flatMap(({ definitions }) => definitions.flatMap(claimsIn));
      const names = new Set(Object.keys(wanted).map((name) => `${AWS_ATTRIBUTES}/${name}`));
      const others = claims.filter(([name]) => name.startsWith(`${AWS_ATTRIBUTES}/`) && !names.has(name));
      return okUnless(
        [
          ...Object.entries(wanted).flatMap(([name, value]) =>
            compare(
              name,
              value,
              claims.filter(([claim]) => claim === `${AWS_ATTRIBUTES}/${name}`).map(([, found]) => found),
            ),
          ),
          ...others.map(([name, value]) =>
            failure(`the claim ${name} is '${value}', and not declared: AWS takes it`, PULUMI_UP),
          ),
        ],
        `answers lead to ${signInRoleArn(entra.plan)}`,
      );
    });
  },
};

const USER = 'user.userprincipalname';

function claimsWanted(plan: EmergencyPlan): Readonly<Record<string, string>> {
  return {
    Role: `${signInRoleArn(plan)},${samlProviderArn(plan)}`,
    RoleSessionName: USER,
    SourceIdentity: USER,
    SessionDuration: String(plan.sessionSeconds),
  };
}

/** AWS takes each `Role` that an answer has. */
function compare(name: string, wanted: string, found: readonly string[]): readonly Observation[] {
  if (found.length === 0) return [failure(`the claim ${name} is not in the answers`, PULUMI_UP)];
  return found.length === 1 && found[0] === wanted
    ? []
    : [failure(`the claim ${name} is ${quotedList(found)}, not '${wanted}'`, PULUMI_UP)];
}

function claimsIn(definition: string): readonly (readonly [string, string])[] {
  const { success, data } = Definition.safeParse(parseQuietly(definition));
  if (!success) return [];
  return data.ClaimsMappingPolicy.ClaimsSchema.map(({ SamlClaimType = '', Value, Source = '', ID = '' }) => [
    SamlClaimType,
    Value ?? `${Source}.${ID}`.toLowerCase(),
  ]);
}
