import { isDay, isMoment } from '../../durations';
import type { Issue } from '../../../source/finding';
import { SAML_ISSUER, SCIM_ENDPOINT } from '../../limits';
import type { AcceptedDeletions, SamlSettings, ScimSettings } from '../workforce';
import { error, warning } from '../../shared/issue';
import { checkMappings } from './mappings';
import { regionIn } from './saml';

/** Automatic provisioning: where to, and what is mapped otherwise. */
export function checkScim(scim: ScimSettings, saml: SamlSettings): readonly Issue[] {
  const { attributeMappings: mappings } = scim;
  return [
    ...checkRegion(scim, saml),
    ...(scim.acceptDeletions === undefined ? [] : checkAccepted(scim.acceptDeletions)),
    ...checkMappings(scim),
    ...(mappings.some(({ target }) => target === EXTERNAL_ID) ? [] : [noExternalId(scim)]),
  ];
}

const EXTERNAL_ID = 'externalId';

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

/** An acknowledgement names an event that was, and a decision after it. */
function checkAccepted({ at, quarantinedSince, decidedOn }: AcceptedDeletions): readonly Issue[] {
  if (!isMoment(quarantinedSince)) return [];
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
