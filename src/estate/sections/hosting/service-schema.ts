import { z } from 'zod';
import { located } from '../../source/located';
import { Name, nameMatching, once, type Range, within } from '../shared/rules';

/** App Runner API, CreateAutoScalingConfiguration. */
const INSTANCES = { min: 1, max: 25 } as const;

const CONCURRENCY = { min: 1, max: 200, default: 100 } as const;

const scaling = (range: Range) =>
  within('service-scaling', range, { problem: 'is out of range', allowed: `${range.min} to ${range.max}, whole` });

const SIZE_KEYS = {
  cpu: z.number().describe('CPU units: 1024 are a vCPU.').exactOptional(),
  memory: z.number().describe('MiB; the choice depends on `cpu` and on the platform.').exactOptional(),
  minInstances: z
    .number()
    .meta({ description: 'Instances that always run.', ...scaling(INSTANCES) })
    .exactOptional(),
  maxInstances: z
    .number()
    .meta({ description: 'Instances that run at most.', ...scaling(INSTANCES) })
    .exactOptional(),
  concurrency: z
    .number()
    .meta({
      description: 'Requests that an instance answers at once before another one starts. App Runner only.',
      ...scaling(CONCURRENCY),
    })
    .default(CONCURRENCY.default),
};

/** Size of a service of the example. */
export const SizeEntry = z
  .strictObject(SIZE_KEYS)
  .meta({ id: 'ServiceSize', description: 'Size of a service, and how it scales.' });

/** Platforms that run a service; their values in the estate. */
export const PLATFORMS = ['app-runner', 'ecs-express'] as const;

/** App Runner takes 4 to 40 characters, of which the estate's name has some. */
const SERVICE_NAME = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;
/** POSIX, 'Environment Variable Definition'. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,126}$/;
/** DynamoDB names tables otherwise; this is a name in the estate, from which the logical id is made. */
const TABLE_NAME = /^[a-z][A-Za-z0-9]{0,39}$/;
const ATTRIBUTE = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/;
/** An image by its digest, so that what runs is what was reviewed. */
const IMAGE = /^[a-z0-9][a-z0-9.:-]*(?:\/[a-z0-9][a-z0-9._-]*)+@sha256:[0-9a-f]{64}$/;
const FOLDER = /^(?!(?:.*\/)?\.\.(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/;
const HEALTH_PATH = /^\/[\w./-]{0,254}$/;
const PORTS = { min: 1, max: 65_535 } as const;

/** Keys of a variable of which one gives its value. */
export const SOURCES = ['value', 'clientId', 'clientSecret', 'metadataUrl', 'scope', 'url', 'table'] as const;

const VariableEntry = located(
  z.strictObject({
    name: nameMatching('service-environment', VARIABLE_NAME, {
      description: 'Name of the variable. `PORT` and `AWS_REGION` are always there.',
      problem: 'is not a valid name of a variable',
      allowed: 'letters, digits and underscores, not beginning with a digit',
    }),
    value: z.string().describe('A text, which is not secret.').exactOptional(),
    clientId: Name.describe(
      'Name of one of `customers.applications` or `customers.apis`, or `web` or `api`: its client id.',
    ).exactOptional(),
    clientSecret: Name.describe(
      'Name of one of `customers.applications` with a client secret, or `web`: the secret, by its reference.',
    ).exactOptional(),
    metadataUrl: z
      .enum(['signIn', 'stepUp', 'profileEdit', 'passwordReset'])
      .describe('Address of the OpenID metadata of the user flow with this `use`.')
      .exactOptional(),
    scope: Name.describe('API and scope: `api/Accounts.Read`. Its full name.').exactOptional(),
    url: Name.describe('Name of another service that runs here: its address.').exactOptional(),
    table: Name.describe('Name of a table of this service: its name at DynamoDB.').exactOptional(),
  }),
).describe('A variable: its name, and one other key that gives its value.');

const attribute = (description: string) =>
  nameMatching('service-table', ATTRIBUTE, {
    description,
    problem: 'is not a valid attribute',
    allowed: 'letters, digits, `_`, `.` and `-`, beginning with a letter',
  });

const TableEntry = located(
  z.strictObject({
    name: nameMatching('service-table', TABLE_NAME, {
      description: 'Name in the estate, which never changes: another one makes another table.',
      problem: 'is not a valid name of a table',
      allowed: '1 to 40 letters and digits, a small letter first, such as orders',
    }),
    partitionKey: attribute('Attribute of type string that items are spread by.'),
    sortKey: attribute('Attribute of type string that items of a partition are sorted by.').exactOptional(),
    expiresBy: attribute(
      'Attribute with the time, in seconds, at which DynamoDB may delete an item. Such a table is not restored.',
    ).exactOptional(),
  }),
).describe('A DynamoDB table that this service alone reads and writes, item by item.');

export const ServiceEntry = located(
  z.strictObject({
    name: nameMatching('service-name', SERVICE_NAME, {
      description: 'Name in the estate, which never changes: another one is another service with another address.',
      problem: 'is not a valid name of a service',
      allowed: '2 to 20 lower-case letters, digits and hyphens, a letter first',
    }),
    runs: z
      .enum(['here', 'elsewhere'])
      .describe('`here`: on `hosting.platform`. `elsewhere`: `deploy handoff` alone gives it its values.')
      .default('here'),
    image: nameMatching('service-image', IMAGE, {
      description: 'Image by its digest: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/portal@sha256:…`.',
      problem: 'is not an image by its digest',
      allowed: 'registry/repository@sha256: and 64 hexadecimal digits; a tag can be moved to what nobody reviewed',
    }).exactOptional(),
    folder: nameMatching('service-image', FOLDER, {
      description: 'Folder of the repository with a `Dockerfile`, from which the deployment builds the image.',
      problem: 'is not a folder of the repository',
      allowed: 'a relative path without `..`, such as apps/portal',
    }).exactOptional(),
    port: z
      .number()
      .meta({
        description: 'Port that the container listens on for HTTP; it has it as `PORT` too.',
        ...within('service-image', PORTS, { problem: 'is not a port', allowed: '1 to 65535, whole' }),
      })
      .default(8080),
    healthPath: nameMatching('service-image', HEALTH_PATH, {
      description: 'Path that answers 200 while the process lives.',
      problem: 'is not a path',
      allowed: 'a slash, then letters, digits, `.`, `-`, `_` and `/`',
    }).default('/healthz'),
    public: z
      .boolean()
      .describe('Whether the internet reaches it; otherwise only the VPC of `hosting.privateApi`.')
      .default(true),
    environment: z
      .array(VariableEntry)
      .meta({
        description: 'Variables of the container.',
        ...once('service-environment', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    tables: z.array(TableEntry).describe('Its tables.').default([]),
    ...SIZE_KEYS,
  }),
).describe('A service of your own.');
