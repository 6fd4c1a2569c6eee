import type { CustomExtension, DirectoryType } from '../customers';
import type { Issue } from '../../../source/finding';
import { RESOURCE_ID } from '../../limits';
import { error, repeated } from '../../shared/issue';
import { isHttps } from '../called-url';

/** APIs that an external tenant calls: one for each event, with the registrations that stand for them. */
export function checkCustomExtensions(
  extensions: readonly CustomExtension[],
  directoryType: DirectoryType,
): readonly Issue[] {
  return [
    ...(directoryType === 'external-id' || extensions.length === 0 ? [] : [ofExternalId()]),
    ...repeated(extensions, ({ event }) => event).map(({ item, first }) =>
      error('custom-extension', [...item.at, 'event'], {
        value: item.event,
        problem: `is already the event of '${first.name}'`,
        allowed: 'one API for each event',
        related: [[...first.at, 'event']],
      }),
    ),
    ...extensions.flatMap((extension) => [...checkHost(extension), ...checkEvent(extension)]),
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
