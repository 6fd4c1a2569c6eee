import type { Issue } from '../../../source/finding';
import { ACS_URL, SAML_ISSUER } from '../../limits';
import type { IdentityCenterSettings } from '../../estate';
import type { SamlSettings } from '../workforce';
import { checkAdditionalReplyUrls } from './reply-urls';
import { error } from '../../shared/issue';

/** Checks that the addresses of Identity Center belong together. */
export function checkSaml(saml: SamlSettings, instance: IdentityCenterSettings | undefined): readonly Issue[] {
  return [...checkRegions(saml), ...checkAdditionalReplyUrls(saml, instance)];
}

/** Region of a SAML or SCIM address of Identity Center; undefined if it is none. */
export function regionIn(url: string, pattern: RegExp): string | undefined {
  return pattern.exec(url)?.groups?.['region'];
}

function checkRegions({ at, identifier, replyUrl }: SamlSettings): readonly Issue[] {
  const region = regionIn(identifier, SAML_ISSUER);
  const other = regionIn(replyUrl, ACS_URL);
  if (region === undefined || other === undefined || region === other) return [];
  return [
    error('saml-region', [...at, 'replyUrl'], {
      value: replyUrl,
      problem: `is in ${other}, but the identifier is in ${region}`,
      allowed: 'both from the same instance',
      related: [[...at, 'identifier']],
    }),
  ];
}
