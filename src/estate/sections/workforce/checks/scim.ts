import { isDay, isMoment } from '../../durations';
import type { Issue } from '../../../source/finding';
import { SAML_ISSUER, SCIM_ENDPOINT } from '../../limits';
import type { AcceptedDeletions, SamlSettings, ScimSettings } from '../workforce';
import { duplicates, error, inAnyCase, masked, valuesOf, warning } from '../../shared/issue';
import { checkMappings } from './mappings';
import { invalidEmails, regionIn } from './saml';

/** Automatic provisioning: where to, and what is mapped otherwise. */
export function checkScim(scim: ScimSettings, saml: SamlSettings): readonly Issue[] {
  const { attributeMappings: mappings } = scim;
  return [
    ...checkEndpoint(scim),
    ...checkRegion(scim, saml),
    ...checkTokenExpires(scim),
    ...(scim.acceptDeletions === undefined ? [] : checkAccepted(scim.acceptDeletions)),
    ...(scim.safeguards === undefined ? [] : invalidEmails(valuesOf([scim.safeguards], 'notificationEmail'))),
    ...duplicates('duplicate-mapping', valuesOf(mappings, 'target'), {
      keyOf: inAnyCase,
      problem: 'is mapped twice',
      allowed: 'each target once',
    }),
    ...checkMappings(scim),
    ...(mappings.some(({ target }) => target === EXTERNAL_ID) ? [] : [noExternalId(scim)]),
  ];
}

const EXTERNAL_ID = 'externalId';

function checkEndpoint({ at, endpoint }: ScimSettings): readonly Issue[] {
  if (SCIM_ENDPOINT.test(endpoint)) return [];
  const isSlashed = SCIM_ENDPOINT.test(endpoint.replace(/\/+$/, ''));
  return [
    error('scim-endpoint', [...at, 'endpoint'], {
      value: masked(endpoint),
      problem: isSlashed ? 'ends in a slash' : 'is not a SCIM endpoint of Identity Center',
      allowed:
        'https://scim.<region>.amazonaws.com/<tenant>/scim/v2: IAM Identity Center, Settings, Automatic provisioning',
    }),
  ];
}

function checkRegion({ at, endpoint }: ScimSettings, saml: SamlSettings): readonly Issue[] {
  const region = regionIn(saml.identifier, SAML_ISSUER);
  const other = regionIn(endpoint, SCIM_ENDPOINT);
  if (region === undefined || other === undefined || region === other) return [];
  return [
    error('scim-region', [...at, 'endpoint'], {
      value: endpoint,
      problem: `is in ${other}, but people sign in through ${region}`,
      allowed: 'both from the same instance',
      related: [[...saml.at, 'identifier']],
    }),
  ];
}

function checkTokenExpires({ at, tokenExpires }: ScimSettings): readonly Issue[] {
  if (isDay(tokenExpires)) return [];
  return [
    error('scim-token-expires', [...at, 'tokenExpires'], {
      value: tokenExpires,
      problem: 'is not a valid date',
      allowed: 'YYYY-MM-DD, as IAM Identity Center shows it: Settings, Manage provisioning',
    }),
  ];
}

/** An acknowledgement names an event that was, and a decision after it. */
function checkAccepted({ at, quarantinedSince, decidedOn }: AcceptedDeletions): readonly Issue[] {
  if (!isMoment(quarantinedSince)) {
    return [
      error('accepted-deletions', [...at, 'quarantinedSince'], {
        value: quarantinedSince,
        problem: 'is not a valid time in UTC',
        allowed: 'YYYY-MM-DDThh:mm:ssZ, as the error of the deployment says it',
      }),
    ];
  }
  const day = quarantinedSince.slice(0, 10);
  if (isDay(decidedOn) && decidedOn >= day) return [];
  return [
    error('accepted-deletions', [...at, 'decidedOn'], {
      value: decidedOn,
      problem: isDay(decidedOn) ? 'is before the quarantine' : 'is not a valid date',
      allowed: `YYYY-MM-DD, ${day} or later`,
    }),
  ];
}

function noExternalId({ at }: ScimSettings): Issue {
  return warning('external-id-mapping', [...at, 'attributeMappings'], {
    problem: `'${EXTERNAL_ID}' stays mapped to mailNickname: a person with a new nickname becomes another user in AWS`,
    allowed: '{ target: externalId, source: objectId }',
  });
}
