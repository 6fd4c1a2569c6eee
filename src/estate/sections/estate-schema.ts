import { z } from 'zod';
import { AccessEntry } from './access/schema';
import { AzureEntry } from './azure/schema';
import { CustomersEntry } from './customers/schema';
import { EmergencyEntry } from './emergency/schema';
import { HostingEntry } from './hosting/schema';
import { PipelineEntry } from './pipeline/schema';
import { WorkforceEntry } from './workforce/schema';

/** The estate file, section by section: each folder beside this file has the schema of one. */
export const EstateFile = z.strictObject({
  workforce: WorkforceEntry.optional(),
  access: AccessEntry.optional(),
  emergency: EmergencyEntry.optional(),
  customers: CustomersEntry.optional(),
  azure: AzureEntry.optional(),
  pipeline: PipelineEntry.optional(),
  hosting: HostingEntry.optional(),
});
export type EstateFile = z.infer<typeof EstateFile>;
