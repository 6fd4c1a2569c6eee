import type { ClaimsPolicy, FoundApplication, SamlApplication } from '../../src/clouds/facts/trust-facts';
import { applicationValues } from '../../src/estate/records/application-values';

import { ObjectId } from '../../src/estate/source/ids';

type Ids = Pick<FoundApplication, 'appId' | 'objectId' | 'servicePrincipalId'>;

/** An application with what is given; for the rest, what Graph answers of an application without settings. */
export function foundApplication(given: Ids & Partial<FoundApplication>): FoundApplication {
  return { ...applicationValues({ application: {}, servicePrincipal: undefined }), namesakes: [], ...given };
}

type SamlIds = Pick<SamlApplication, 'appId' | 'objectId' | 'servicePrincipalId' | 'certificates' | 'activeThumbprint'>;

/** The same of an enterprise application. */
export function samlApplication(given: SamlIds & Partial<SamlApplication>): SamlApplication {
  return { ...foundApplication(given), ...given };
}

/** A claims mapping policy of one definition. */
export function claimsPolicy(definition: string): ClaimsPolicy {
  return { id: ObjectId.parse('claims'), displayName: '', definitions: [definition] };
}
