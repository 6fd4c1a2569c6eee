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
  workforce: WorkforceEntry.exactOptional(),
  access: AccessEntry.exactOptional(),
  emergency: EmergencyEntry.exactOptional(),
  customers: CustomersEntry.exactOptional(),
  azure: AzureEntry.exactOptional(),
  pipeline: PipelineEntry.exactOptional(),
  hosting: HostingEntry.exactOptional(),
});
export type EstateFile = z.input<typeof EstateFile>;
