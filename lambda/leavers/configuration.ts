import { z } from 'zod';

const Text = z.string().min(1);
const Url = z.url({ protocol: /^https$/ });

/** Environment variables by which the stack configures the function. None is a secret. */
const Environment = z
  .object({
    AWS_REGION: Text,
    IDENTITY_STORE_ID: Text,
    INSTANCE_ARN: Text,
    OBSERVATIONS_TABLE: Text,
    AUDIT_TABLE: Text,
    TOPIC_ARN: Text,
    ESTATE: Text,
    TENANT_ID: z.guid(),
    CLIENT_ID: z.guid(),
    /** Absent where the function's own role is trusted (`GetWebIdentityToken`). */
    SECRET_ARN: Text.optional(),
    GRACE_PERIOD_DAYS: z.coerce.number().int().min(1),
    MAX_PER_RUN: z.coerce.number().int().min(1),
    MAX_SHARE: z.coerce.number().int().min(1).max(100),
    SCHEDULE: z.enum(['daily', 'weekly']),
    BREAK_GLASS_USERS: z.string().transform((text) => text.split('\n').filter((name) => name !== '')),
    DELETE: z.enum(['true', 'false']).transform((text) => text === 'true'),
    LOGIN_ENDPOINT: Url.default('https://login.microsoftonline.com'),
    GRAPH_ENDPOINT: Url.default('https://graph.microsoft.com'),
  })
  .transform((env) => ({
    region: env.AWS_REGION,
    identityStoreId: env.IDENTITY_STORE_ID,
    instanceArn: env.INSTANCE_ARN,
    observationsTable: env.OBSERVATIONS_TABLE,
    auditTable: env.AUDIT_TABLE,
    topicArn: env.TOPIC_ARN,
    estate: env.ESTATE,
    entra: {
      tenantId: env.TENANT_ID,
      clientId: env.CLIENT_ID,
      secretArn: env.SECRET_ARN,
      login: env.LOGIN_ENDPOINT,
      graph: env.GRAPH_ENDPOINT,
    },
    rules: {
      gracePeriodDays: env.GRACE_PERIOD_DAYS,
      maxPerRun: env.MAX_PER_RUN,
      maxShare: env.MAX_SHARE,
      schedule: env.SCHEDULE,
      breakGlassUsers: env.BREAK_GLASS_USERS,
    },
    deletes: env.DELETE,
  }));
export type Configuration = z.infer<typeof Environment>;

/** @throws Error that names every variable that is missing or wrong */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const parsed = Environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`The function is configured wrongly: ${faults.join('; ')}`);
}
