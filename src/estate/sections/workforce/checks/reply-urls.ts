import type { Issue } from '../../../source/finding';
import { quotedList } from '../../../../text/suggest';
import type { IdentityCenterSettings } from '../../estate';
import { ACS_URL, SAML_ISSUER } from '../../limits';
import { duplicates, error, masked, placed, type PlacedText, warning } from '../../shared/issue';
import type { SamlSettings } from '../workforce';

/** The one host that serves the primary Region alone ('Workforce access through an additional Region'). */
const PRIMARY_HOST = 'signin.aws.amazon.com';

/** Checks the ACS URLs of the additional Regions: what they are, and that each Region has one. */
export function checkAdditionalReplyUrls(
  saml: SamlSettings,
  instance: IdentityCenterSettings | undefined,
): readonly Issue[] {
  const primary = SAML_ISSUER.exec(saml.identifier)?.groups?.['region'];
  const urls = placed(saml.additionalReplyUrls, [...saml.at, 'additionalReplyUrls']);
  const first = { at: [...saml.at, 'replyUrl'], text: saml.replyUrl };
  const wrong = urls.filter(({ text }) => !isAcs(text, primary));
  return [
    ...wrong.map(({ at, text }) => error('saml-url', at, { value: masked(text), ...NO_ACS })),
    ...duplicates('saml-url', [first, ...urls], { allowed: 'each URL once' }),
    ...checkRegionsOf(urls, { saml, instance, primary }),
  ];
}

const NO_ACS = {
  problem: 'is not an ACS URL of an additional Region',
  allowed:
    'https://<region>.signin.aws/platform/saml/acs/… or https://<region>.sso.signin.aws/platform/saml/acs/…: IAM Identity Center, Settings, Identity source, Manage authentication, View ACS URLs',
} as const;

function isAcs(url: string, primary: string | undefined): boolean {
  const parts = ACS_URL.exec(url)?.groups;
  return parts !== undefined && (parts['host'] !== PRIMARY_HOST || parts['region'] === primary);
}

interface Regions {
  readonly saml: SamlSettings;
  readonly instance: IdentityCenterSettings | undefined;
  readonly primary: string | undefined;
}

/** Compares the Regions of the URLs with those to which the instance is replicated. */
function checkRegionsOf(urls: readonly PlacedText[], { saml, instance, primary }: Regions): readonly Issue[] {
  const regions = instance?.additionalRegions ?? [];
  const regionOf = ({ text }: PlacedText): string | undefined => ACS_URL.exec(text)?.groups?.['region'];
  const served = new Set(urls.map(regionOf));
  const missing = regions.filter((region) => region !== primary && !served.has(region));
  return [
    ...urls
      .filter((url) => isAcs(url.text, primary) && ![primary, ...regions].includes(regionOf(url)))
      .map(({ at, text }) =>
        warning('region-reply-url', at, {
          value: masked(text),
          problem: 'is in a Region that access.identityCenter.additionalRegions does not list',
          allowed: 'an ACS URL for each Region of the instance; list the Region, or remove the URL',
        }),
      ),
    ...(missing.length === 0
      ? []
      : [
          warning('region-reply-url', [...saml.at, 'additionalReplyUrls'], {
            problem: `lacks an ACS URL of ${quotedList(missing)}: no one can sign in there while the primary Region is out of order`,
            allowed: NO_ACS.allowed,
            related: instance === undefined ? [] : [[...instance.at, 'additionalRegions']],
          }),
        ]),
  ];
}
