import { compareText } from '../../estate/source/finding';
import { textIn, textsIn } from '../../estate/source/inputs';
import type { ReportApiConnector, ReportCustomExtension } from './call-types';
import type { ResourceIndex } from './resource-index';

/** APIs that the program makes known to the directory. */
export function describeApiConnectors(index: ResourceIndex): readonly ReportApiConnector[] {
  return index
    .ofType('entragraph:index:ApiConnector')
    .map(({ inputs }) => {
      const username = textIn(inputs, 'username');
      const secretVersion = textIn(inputs, 'secretVersion');
      return {
        name: textIn(inputs, 'displayName') ?? '',
        url: textIn(inputs, 'targetUrl') ?? '',
        authentication: username === undefined ? 'client certificate' : `${username}, by a password`,
        ...(secretVersion !== undefined && { secretVersion }),
      };
    })
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** APIs that are called while people sign up or sign in. */
export function describeCustomExtensions(index: ResourceIndex): readonly ReportCustomExtension[] {
  return index
    .ofType('entragraph:index:CustomAuthenticationExtension')
    .map(({ inputs }) => {
      const behaviorOnError = textIn(inputs, 'behaviorOnError');
      return {
        name: textIn(inputs, 'displayName') ?? '',
        event: textIn(inputs, 'event') ?? '',
        url: textIn(inputs, 'targetUrl') ?? '',
        resourceId: textIn(inputs, 'resourceId') ?? '',
        claims: textsIn(inputs, 'claims'),
        ...(behaviorOnError !== undefined && { behaviorOnError }),
      };
    })
    .toSorted((a, b) => compareText(a.name, b.name));
}
