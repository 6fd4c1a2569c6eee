import type { DirectoryType, Registrations } from '../registrations';
import { b2c } from './b2c';
import { externalId } from './external-id';
import type { Service } from './service-type';

const SERVICES: Readonly<Record<DirectoryType, Service>> = { b2c, 'external-id': externalId };

/** The product that a directory is of. */
export function serviceOf({ directoryType = 'b2c' }: Pick<Registrations, 'directoryType'>): Service {
  return SERVICES[directoryType];
}
