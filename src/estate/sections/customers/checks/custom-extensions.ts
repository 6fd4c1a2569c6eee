import type { CustomExtension, DirectoryType } from '../customers';
import type { Issue } from '../../../source/finding';
import { PROVIDER_NAME, RESOURCE_ID } from '../../limits';
import { duplicates, error, masked, mismatches, repeated, valuesOf } from '../../shared/issue';
import { isHttps } from './calls';

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
    ...extensions.flatMap((extension) => [...checkUrl(extension), ...checkHost(extension), ...checkClaims(extension)]),
  ];
}

function ofExternalId(): Issue {
  return error('custom-extension', ['customers', 'customExtensions'], {
    aboutKey: true,
    problem: 'is of External ID; user flows of B2C call customers.apiConnectors',
    allowed: 'remove the key',
  });
}

function checkUrl({ at, url }: CustomExtension): readonly Issue[] {
  if (isHttps(url)) return [];
  return [
    error('custom-extension', [...at, 'url'], {
      value: masked(url),
      problem: 'is not an address that a directory calls',
      allowed: 'an https address',
    }),
  ];
}

/** The service compares the two hosts: 'Create a custom authentication extension', application ID URI. */
function checkHost({ at, url, resourceId }: CustomExtension): readonly Issue[] {
  if (!isHttps(url) || !RESOURCE_ID.test(resourceId)) return [];
  const [host, named] = [new URL(url).host, resourceId.split('/')[2]];
  if (host === named) return [];
  return [
    error('custom-extension', [...at, 'resourceId'], {
      value: resourceId,
      problem: 'is of another host than the API',
      allowed: `api://${host}/…, or a url of that host`,
    }),
  ];
}

function checkClaims({ at, event, claims }: CustomExtension): readonly Issue[] {
  if (claims === undefined || event === 'tokenIssuanceStart') return [];
  return [
    error('custom-extension', [...at, 'claims'], {
      aboutKey: true,
      problem: `does not apply to ${event}`,
      allowed: 'remove the key; tokenIssuanceStart gives tokens claims',
    }),
  ];
}
