import { GUID } from '../limits';
import { Name } from './name';
import { matching } from './rules';

/** Id of an Entra tenant. */
export const TenantId = Name.meta(
  matching('tenant-id', GUID, {
    problem: 'is not a valid tenant id',
    allowed: 'a GUID; the Entra admin center has it under Overview',
  }),
);
