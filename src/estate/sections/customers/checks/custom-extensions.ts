import type { CustomExtension, DirectoryType } from '../customers';
import type { Issue } from '../../../source/finding';
import { PROVIDER_NAME, RESOURCE_ID } from '../../limits';
import { duplicates, error, mismatches, placed, repeated, valuesOf } from '../../shared/issue';
import { checkUrl, isHttps } from './calls';

/** APIs that an external tenant calls: names, one for each event, addresses, and the registrations that stand for them. */
export function checkCustomExtensions(
  extensions: readonly CustomExtension[],
  directoryType: DirectoryType,
): readonly Issue[] {
  const names = valuesOf(extensions, 'name');
  return [
    ...(directoryType === 'external-id' || extensions.length === 0 ? [] : [ofExternalId()]),
    ...mismatches('custom-extension', names, {
      pattern: PROVIDER_NAME,
      problem: 'is not a valid name of a custom extension',
      allowed: '1 to 63 small letters, digits and -, a letter first',
    }),
    ...duplicates('custom-extension', names, { allowed: 'each name once' }),
    ...repeated(extensions, ({ event }) => event).map(({ item, first }) =>
      error('custom-extension', [...item.at, 'event'], {
        value: item.event,
        problem: `is already the event of '${first.name}'`,
        allowed: 'one API for each event',
        related: [[...first.at, 'event']],
      }),
    ),
    ...mismatches('custom-extension', valuesOf(extensions, 'resourceId'), {
      pattern: RESOURCE_ID,
      problem: 'is not the application ID URI of an API that is called',
      allowed: 'api://<host of the API>/<client id of its registration>',
    }),
    ...valuesOf(extensions, 'url').flatMap((url) =>
      checkUrl('custom-extension', url, {
        problem: 'is not an address that a directory calls',
        allowed: 'an https address',
      }),
    ),
    ...extensions.flatMap((extension) => [
      ...checkHost(extension),
      ...checkEvent(extension),
      ...checkClaims(extension),
    ]),
  ];
}

function ofExternalId(): Issue {
  return error('custom-extension', ['customers', 'customExtensions'], {
    aboutKey: true,
    problem: 'is of External ID; user flows of B2C call customers.apiConnectors',
    allowed: 'remove the key',
  });
}

/** The service compares the two hosts: 'Create a custom authentication extension', application ID URI. */
function checkHost({ at, url, resourceId }: CustomExtension): readonly Issue[] {
  if (!isHttps(url) || !RESOURCE_ID.test(resourceId)) return [];
  const [host, named] = [new URL(url).host, resourceId.split('/')[2]?.toLowerCase().replace(/:443$/, '')];
  if (host === named) return [];
  return [
    error('custom-extension', [...at, 'resourceId'], {
      value: resourceId,
      problem: 'is of another host than the API',
      allowed: `api://${host}/…, or a url of that host`,
    }),
  ];
}

/** The event of each key that applies to one alone. */
const OF_EVENT = [
  ['claims', 'tokenIssuanceStart', 'tokenIssuanceStart gives tokens claims'],
  ['behaviorOnError', 'otpSend', 'otpSend sends a code, which Microsoft can send too'],
] as const;

function checkEvent(extension: CustomExtension): readonly Issue[] {
  const { at, event } = extension;
  return OF_EVENT.filter(([key, only]) => extension[key] !== undefined && event !== only).map(([key, , reason]) =>
    error('custom-extension', [...at, key], {
      aboutKey: true,
      problem: `does not apply to ${event}`,
      allowed: `remove the key; ${reason}`,
    }),
  );
}

function checkClaims({ at, claims = [] }: CustomExtension): readonly Issue[] {
  return duplicates('custom-extension', placed(claims, [...at, 'claims']), { allowed: 'each claim once' });
}
