import { pino, type DestinationStream, type Level, type Logger } from 'pino';

/** A log of JSON lines. An error is its type, code and message: what libraries hang onto one may hold a request or a token. */
export function createLogger(service: string, level: Level | 'silent', destination?: DestinationStream): Logger {
  const { isoTime: timestamp } = pino.stdTimeFunctions;
  return pino({ level, base: { service }, serializers: { err: errorLine }, timestamp }, destination);
}

/** Audit entries are written at every level. */
export function auditLogOf(logger: Logger): Logger {
  return logger.child({}, { level: 'info' });
}

function errorLine(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return { type: name, code, message, stack, ...(cause !== undefined && { cause: errorLine(cause) }) };
}
