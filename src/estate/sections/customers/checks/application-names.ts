import type { ApiApplication, WebApplication } from '../customers';
import type { Issue } from '../../../source/finding';
import { error } from '../../shared/issue';

/** The program makes no second application of a name that the directory has, so that a lost state is noticed. */
export function checkApplicationNames(api: ApiApplication, web: WebApplication): readonly Issue[] {
  if (api.displayName !== web.displayName) return [];
  return [
    error('duplicate-application-name', [...web.at, 'displayName'], {
      value: web.displayName,
      problem: 'is the name of both applications',
      allowed: 'a different name for each',
      related: [[...api.at, 'displayName']],
    }),
  ];
}
