import type { Estate } from '../sections/estate';

/** Tells whether an estate has a section that goes to accounts of the organization. */
export function needsOrganization({ access, hosting, workforce, emergency }: Estate): boolean {
  return [access, hosting, workforce?.alarms, emergency].some((section) => section !== undefined);
}

/** Tells whether an estate has an access section with nothing in it yet, and nothing else that goes to an account. */
export function placesNothing({ access, hosting, workforce, emergency }: Estate): boolean {
  const isElsewhere = [hosting, workforce?.alarms, emergency].some((section) => section !== undefined);
  return !isElsewhere && access?.grants.length === 0 && access.permissionSets.length === 0;
}
