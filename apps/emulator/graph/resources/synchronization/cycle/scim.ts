import { findText, isList, isObject, type Json, type JsonObject, objectsOf, parseObject } from '../../../json';

export interface ScimCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base address. */
  readonly path: string;
  readonly body?: JsonObject;
}

export interface ScimAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Sends one request to the target. @throws ConnectionError where it can't be reached */
export type SendScim = (call: ScimCall) => Promise<ScimAnswer>;

/** The target can't be reached, or refuses the credentials: the job goes into quarantine. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** The target refuses one object. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Requests of Entra's provisioning service ('Develop and plan provisioning for a SCIM endpoint', user and group operations). */
export class ScimTarget {
  constructor(private readonly sendScim: SendScim) {}

  /** @returns undefined where it is gone */
  async read(set: string, id: string): Promise<JsonObject | undefined> {
    const answer = await this.send({ method: 'GET', path: `/${set}/${encodeURIComponent(id)}` }, [404]);
    return answer.status === 404 ? undefined : answer.body;
  }

  /** The one resource that fits. @throws ExportError for several */
  async find(set: string, filter: string): Promise<JsonObject | undefined> {
    const { body } = await this.send({ method: 'GET', path: `/${set}?filter=${encodeURIComponent(filter)}` });
    const found = objectsOf(body, 'Resources');
    if (found.length > 1) throw new ExportError(`${found.length} objects of the target fit ${filter}.`);
    return found[0];
  }

  /** @returns the id of the new resource */
  async create(set: string, body: JsonObject): Promise<string> {
    const answer = await this.send({ method: 'POST', path: `/${set}`, body });
    const id = findText(answer.body, 'id');
    if (id === undefined) throw new ExportError('The answer has no id.');
    return id;
  }

  async patch(set: string, id: string, operations: readonly JsonObject[]): Promise<void> {
    const body = { schemas: [PATCH], Operations: operations };
    await this.send({ method: 'PATCH', path: `/${set}/${encodeURIComponent(id)}`, body });
  }

  /** One that is gone is deleted. */
  async remove(set: string, id: string): Promise<void> {
    await this.send({ method: 'DELETE', path: `/${set}/${encodeURIComponent(id)}` }, [404]);
  }

  private async send(call: ScimCall, allowed: readonly number[] = []): Promise<ScimAnswer> {
    const answer = await this.sendScim(call);
    const { status, body } = answer;
    if (status < 300 || allowed.includes(status)) return answer;
    const detail = findText(body, 'detail') ?? 'no detail';
    if (status === 401 || status === 403) throw new ConnectionError(`HTTP ${status}: ${detail}`);
    throw new ExportError(`StatusCode: ${status}. ${detail}`);
  }
}

/** Sends over HTTP, to this machine alone. */
export function httpSender(address: string, token: string): SendScim {
  const base = address.replace(/\/$/, '');
  return async ({ method, path, body }) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
    try {
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const response = await fetch(`${base}${path}`, { ...init, redirect: 'error' });
      return { status: response.status, body: parseObject(await response.text()) ?? {} };
    } catch (error) {
      throw new ConnectionError(`${method} ${base}${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

/** The fault of an address and its token; undefined where a query is answered. */
export async function connectionProblem(
  { address, token }: { readonly address: string; readonly token: string },
  unknownName: string,
): Promise<string | undefined> {
  try {
    await new ScimTarget(httpSender(address, token)).find('Users', `userName eq ${JSON.stringify(unknownName)}`);
    return undefined;
  } catch (error) {
    if (error instanceof ConnectionError || error instanceof ExportError) return error.message;
    throw error;
  }
}

/** A value as the log of provisioning shows it. */
export function shown(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return isObject(value) || isList(value) ? JSON.stringify(value) : String(value);
}
