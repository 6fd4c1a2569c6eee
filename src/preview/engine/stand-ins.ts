import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';

/** Output of a resource or function that a stand-in was made for. */
export interface StandInOrigin {
  /** Text that tells the resource apart before it has a URN. */
  readonly owner: string;
  readonly property: string;
}

/** Outputs that are texts wherever a resource or a function of azuread or entragraph has them. */
const TEXT_OUTPUTS: readonly string[] = [
  'id',
  'objectId',
  'clientId',
  'applicationId',
  'applicationObjectId',
  'servicePrincipalId',
  'servicePrincipalObjectId',
  'keyId',
  'thumbprint',
  'certificate',
  'tenantId',
];

/** Outputs that are lists or maps. Programs that look into one get a value that only the deployment gives. */
const STRUCTURED_OUTPUTS: readonly string[] = [
  'appRoles',
  'appRoleIds',
  'oauth2PermissionScopes',
  'oauth2PermissionScopeIds',
  'templateIds',
];

/** Outputs that are lists of texts, of which there is one in the place of all. */
const LIST_OUTPUTS: readonly string[] = ['objectIds'];

/** `value` is that of a password, in azuread. */
const SECRET_OUTPUT = 'value';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Makes ids for what is not deployed, each a UUID of its own, since programs may check that an id is one. Where a stand-in
 * turns up in the input of another resource, it tells which output the input comes from.
 */
export class StandIns {
  private readonly origins = new Map<string, StandInOrigin>();

  /** Outputs for a resource: any that it does not have is not looked at. */
  outputsOf(owner: string): Readonly<Record<string, unknown>> {
    return { ...this.textsOf(owner), [SECRET_OUTPUT]: pulumi.secret(this.make(owner, SECRET_OUTPUT)) };
  }

  /** Result of a provider's function. */
  resultOf(owner: string): Readonly<Record<string, unknown>> {
    const structured = STRUCTURED_OUTPUTS.map((property): [string, unknown] => [property, pulumi.runtime.unknownValue]);
    const lists = LIST_OUTPUTS.map((property): [string, unknown] => [property, [this.make(owner, property)]]);
    return { ...this.textsOf(owner), ...Object.fromEntries([...structured, ...lists]) };
  }

  /** A text in its parts: what is given, and what stands for an output. */
  split(text: string): readonly (string | StandInOrigin)[] {
    const found = [...text.matchAll(UUID)].flatMap(({ 0: id, index }) => {
      const origin = this.origins.get(id);
      return origin === undefined ? [] : [{ origin, index, end: index + id.length }];
    });
    const starts = [0, ...found.map(({ end }) => end)];
    const parts = starts.flatMap((start, position) => {
      const next = found[position];
      return [text.slice(start, next?.index), ...(next === undefined ? [] : [next.origin])];
    });
    return parts.filter((part) => part !== '');
  }

  private textsOf(owner: string): Readonly<Record<string, string>> {
    const texts = TEXT_OUTPUTS.map((property) => [property, this.make(owner, property)] as const);
    return Object.fromEntries(texts);
  }

  private make(owner: string, property: string): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([owner, property]))
      .digest('hex');
    const parts = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(12, 16), digest.slice(16, 20)];
    const id = [...parts, digest.slice(20, 32)].join('-');
    this.origins.set(id, { owner, property });
    return id;
  }
}
