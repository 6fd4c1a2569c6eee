import { z } from 'zod';
import { apiVersion, ESTATE_VERSION } from '../source/versions';

/** The key that every form of an estate file has beside its sections. */
export const fileVersion = {
  apiVersion: z
    .literal(apiVersion(ESTATE_VERSION))
    .describe('Version of the form of this file. A file without it is of version 1.')
    .exactOptional(),
};
