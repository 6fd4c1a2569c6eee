import { z } from 'zod';
import type { Issue } from '../../../source/finding';
import { ACS_URL, PORTAL_HOST, SAML_ISSUER } from '../../limits';
import type { IdentityCenterSettings } from '../../estate';
import type { SamlSettings } from '../workforce';
import { checkAdditionalReplyUrls } from './reply-urls';
import { duplicates, error, inAnyCase, masked, mismatches, placed, type PlacedText, warning } from '../../shared/issue';

/** Checks what Identity Center says about itself, and who is told about certificates. */
export function checkSaml(saml: SamlSettings, instance: IdentityCenterSettings | undefined): readonly Issue[] {
  return [
    ...checkUrls(saml),
    ...checkRegions(saml),
    ...checkAdditionalReplyUrls(saml, instance),
    ...checkNotificationEmails(saml),
  ];
}

/** Checks the addresses that are told before a certificate expires. */
export function checkNotificationEmails({
  at,
  notificationEmails,
}: Pick<SamlSettings, 'at' | 'notificationEmails'>): readonly Issue[] {
  const emails = placed(notificationEmails, [...at, 'notificationEmails']);
  return [
    ...invalidEmails(emails),
    ...duplicates('duplicate-notification-email', emails, {
      keyOf: inAnyCase,
      report: warning,
      allowed: 'each address once',
    }),
  ];
}

export function invalidEmails(emails: readonly PlacedText[]): readonly Issue[] {
  return mismatches('notification-email', emails, {
    pattern: z.regexes.email,
    problem: 'is not a valid e-mail address',
    allowed: 'name@example.com',
  });
}

/** Region of a SAML or SCIM address of Identity Center; undefined if it is none. */
export function regionIn(url: string, pattern: RegExp): string | undefined {
  return pattern.exec(url)?.groups?.['region'];
}

function checkUrls({ at, identifier, replyUrl, signOnUrl }: SamlSettings): readonly Issue[] {
  const wrong = (key: string, value: string, [problem, allowed]: readonly [string, string]): Issue =>
    error('saml-url', [...at, key], { value: masked(value), problem, allowed });
  return [
    ...(SAML_ISSUER.test(identifier) ? [] : [wrong('identifier', identifier, ISSUER)]),
    ...(ACS_URL.test(replyUrl) ? [] : [wrong('replyUrl', replyUrl, ACS)]),
    ...(isPortal(signOnUrl) ? [] : [wrong('signOnUrl', signOnUrl, PORTAL)]),
  ];
}

const WHERE = 'IAM Identity Center, Settings, Identity source, Manage authentication';
const ISSUER = [
  'is not an issuer URL of Identity Center',
  `https://<region>.signin.aws.amazon.com/platform/saml/d-…: ${WHERE}`,
] as const;
const ACS = [
  'is not an ACS URL of Identity Center',
  `https://<region>.signin.aws.amazon.com/platform/saml/acs/…: ${WHERE}`,
] as const;
const PORTAL = [
  'is not the address of an AWS access portal',
  'https://d-1234567890.awsapps.com/start, or https://<name>.awsapps.com/start',
] as const;

function isPortal(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, search, hash, username } = new URL(address);
  return protocol === 'https:' && PORTAL_HOST.test(hostname) && search + hash + username === '';
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
