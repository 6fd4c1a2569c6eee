import { hostname, userInfo } from 'node:os';
import { createOnce } from '../../../../provider/graph/steps';
import { mappingsIn, textOf } from '../../../../provider/values';
import { GraphError } from '../../../../provider/graph/error';
import type { Directory } from '../../../clouds/graph/directory';
import { findPrincipal } from '../../../clouds/graph/read-application';
import { ClientId, readId } from '../../../estate/source/ids';
import { ENTRA_AUDIENCE } from '../../../estate/sections/pipeline/role-trust';
import { createLaptopKey } from './certificate';
import { type Change, isOfGraph } from './changes';
import { BootstrapError, type DeployedApplication, type GraphPermissions } from './deployed';
import type { KeptKey, KeyRing } from './key-ring';
import { addOwner } from './owners';
import type { WantedApplication } from './wanted';
import { CLOSED, LOOPBACK_REDIRECT } from './ways-in';

export interface Target {
  readonly context: Directory['context'];
  readonly permissions: GraphPermissions;
  /** Object id of the person who is signed in. */
  readonly personId: string;
  readonly keyRing: KeyRing;
  /** Place in the keyring of this laptop. */
  readonly place: KeptKey['place'];
  readonly now: Date;
  /** Told of each step that is done. */
  readonly say: (line: string) => void;
}

/** Does the steps of one application. What is done stays done where one fails; the same command goes on from there. */
export class Applier {
  private objectId: string | undefined;
  private clientId: string | undefined;
  private principalId: string | undefined;

  constructor(
    private readonly target: Target,
    private readonly wanted: WantedApplication,
    private readonly deployed: DeployedApplication | undefined,
  ) {
    this.objectId = deployed?.objectId;
    this.clientId = deployed?.clientId;
    this.principalId = deployed?.principalId;
  }

  /** @returns the client id of the application */
  async apply(changes: readonly Change[]): Promise<string> {
    const scopes = changes.some((change) => isScope(change));
    for (const change of changes.filter((one) => !isScope(one))) await this.step(change);
    if (scopes) await this.consent();
    return known(this.clientId);
  }

  private async step(change: Change): Promise<void> {
    switch (change.kind) {
      case 'make-application':
        return this.makeApplication();
      case 'make-principal':
        return this.makePrincipal();
      case 'let-people-sign-in':
        return this.patch({ isFallbackPublicClient: true, publicClient: { redirectUris: [LOOPBACK_REDIRECT] } });
      case 'give':
        return this.giveRole(change.row.permission);
      case 'take':
        return this.takeRole(change.permission);
      case 'trust':
        return this.trust(change);
      case 'distrust':
        return this.remove(`${this.credentials}/${change.id}`);
      case 'certificate':
        return this.addCertificate(change.replaces);
      case 'own':
        return addOwner(this.target, change.unowned);
      default:
        return this.shut(change);
    }
  }

  /** Shuts a way in that was never made here. */
  private async shut(change: Extract<Change, { readonly kind: 'close' | 'disown' | 'revoke' }>): Promise<void> {
    switch (change.kind) {
      case 'close': {
        const redirectUris = this.wanted.duty === 'deploy' ? [LOOPBACK_REDIRECT] : [];
        return this.patch({ ...CLOSED, publicClient: { redirectUris } });
      }
      case 'disown':
        return this.remove(`${change.owner.path}/owners/${change.owner.id}/$ref`);
      case 'revoke':
        return this.remove(`/v1.0/oauth2PermissionGrants/${change.consent.id}`);
    }
  }

  private async makeApplication(): Promise<void> {
    const { displayName, tags } = this.wanted;
    const notes =
      'Made by entra-aws sign-in bootstrap, which changes it and removes it (entra-aws sign-in bootstrap --remove).';
    const body = { displayName, signInAudience: 'AzureADMyOrg', tags, notes };
    // Sent once: an answer that is lost must not lead to a second application.
    const made = await this.target.context.graph.send({ method: 'POST', path: '/v1.0/applications', body, once: true });
    this.objectId = textOf(made['id']);
    this.clientId = textOf(made['appId']);
    this.target.say(`made the application '${displayName}' (${this.clientId})`);
  }

  private async makePrincipal(): Promise<void> {
    const { context } = this.target;
    const appId = known(this.clientId);
    const call = {
      method: 'POST',
      path: '/v1.0/servicePrincipals',
      body: { appId },
      retryIf: isNew,
      once: true,
    } as const;
    const made = await createOnce(context, {
      post: () => context.graph.send(call),
      find: () => findPrincipal(context.graph, readId(ClientId, appId)),
    });
    this.principalId = textOf(made['id']);
  }

  private async giveRole(permission: string): Promise<void> {
    const { permissions, say } = this.target;
    const appRoleId = idOf(permissions.roles, permission);
    const principalId = known(this.principalId);
    const path = `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`;
    const body = { principalId, resourceId: permissions.principalId, appRoleId };
    await this.give(path, body);
    say(`gave ${permission}`);
  }

  private async takeRole(permission: string): Promise<void> {
    const { context, say } = this.target;
    for (const { id } of this.deployed?.roles.filter((role) => role.permission === permission) ?? []) {
      await context.graph.sendIfThere({
        method: 'DELETE',
        path: `/v1.0/servicePrincipals/${known(this.principalId)}/appRoleAssignments/${id}`,
      });
    }
    say(`took ${permission} away`);
  }

  /** The consent of the person who is signed in, to all wanted scopes at once: it is one object. */
  private async consent(): Promise<void> {
    const {
      context: { graph },
      permissions,
      personId,
      say,
    } = this.target;
    const scopes = this.wanted.scopes.map(({ permission }) => permission);
    for (const scope of scopes) idOf(permissions.scopes, scope);
    const scope = scopes.join(' ');
    const { grant } = this.deployed ?? {};
    const kept = (grant?.scopes ?? []).filter((one) => !isOfGraph(one));
    const path = '/v1.0/oauth2PermissionGrants';
    if (grant !== undefined && scopes.length + kept.length === 0) {
      await graph.sendIfThere({ method: 'DELETE', path: `${path}/${grant.id}` });
      say('you may use nothing of Microsoft Graph when you sign in to it');
      return;
    }
    if (grant === undefined) {
      const body = {
        clientId: known(this.principalId),
        consentType: 'Principal',
        principalId: personId,
        resourceId: permissions.principalId,
        scope,
      };
      await this.give(path, body);
    } else {
      const body = { scope: [...scopes, ...kept].join(' ') };
      await graph.send({ method: 'PATCH', path: `${path}/${grant.id}`, body, missing: 'lags' });
    }
    say(`you may use ${scopes.join(', ')} when you sign in to it`);
  }

  private async trust({ credential, replaces }: Extract<Change, { readonly kind: 'trust' }>): Promise<void> {
    const {
      context: { graph },
      say,
    } = this.target;
    const body = { ...credential, audiences: [ENTRA_AUDIENCE] };
    if (replaces === undefined) await this.give(this.credentials, body);
    else await graph.send({ method: 'PATCH', path: `${this.credentials}/${replaces}`, body, missing: 'lags' });
    say(`trusts ${credential.subject} of ${credential.issuer}`);
  }

  /** The key is kept before the application knows the certificate: of the two, a key that nothing knows is harmless. */
  private async addCertificate(replaces: string | undefined): Promise<void> {
    const { keyRing, place, now, say } = this.target;
    const name = `${userInfo().username}@${hostname()}`;
    const key = await createLaptopKey(name, now);
    const keeper = keyRing.keep({ place, clientId: known(this.clientId), ...key });
    const credential = {
      ...{ type: 'AsymmetricX509Cert', usage: 'Verify', keyId: key.keyId, key: key.certificate },
      displayName: `entra-aws ${name}`,
      endDateTime: key.expires.toISOString(),
    };
    // Read again: another laptop may have added its own since.
    const { keyCredentials } = await this.target.context.graph.send({
      ...{ method: 'GET', path: `/v1.0/applications/${known(this.objectId)}`, missing: 'lags' },
      query: { $select: 'keyCredentials' },
    });
    const others = mappingsIn(keyCredentials).filter(({ keyId }) => keyId !== replaces);
    await this.patch({ keyCredentials: [...others, credential] });
    say(
      `added a certificate for this laptop, good until ${key.expires.toISOString().slice(0, 10)}; its key is in ${keeper}`,
    );
  }

  /** Makes what belongs to the application. One that exists was made by a request whose answer was lost. */
  private async give(path: string, body: object): Promise<void> {
    try {
      await this.target.context.graph.send({ method: 'POST', path, body, missing: 'lags', retryIf: isNew });
    } catch (error) {
      if (!(error instanceof GraphError) || !error.isConflict) throw error;
    }
  }

  private readonly remove = (path: string): Promise<void> =>
    this.target.context.graph.sendIfThere({ method: 'DELETE', path });

  private async patch(body: object): Promise<void> {
    const path = `/v1.0/applications/${known(this.objectId)}`;
    await this.target.context.graph.send({ method: 'PATCH', path, body, missing: 'lags' });
  }

  private get credentials(): string {
    return `/v1.0/applications/${known(this.objectId)}/federatedIdentityCredentials`;
  }
}

function isScope(change: Change): boolean {
  return (change.kind === 'give' && change.row.kind === 'scope') || (change.kind === 'take' && change.of === 'scope');
}

/** Something was made a moment ago, and this replica of Graph does not know it yet. */
const isNew = ({ status, detail }: GraphError): boolean =>
  status === 400 && /does not reference a valid|does not exist|not found/i.test(detail);

function idOf(ids: ReadonlyMap<string, string>, permission: string): string {
  const id = ids.get(permission);
  if (id === undefined) throw new BootstrapError(`Microsoft Graph of this directory has no permission ${permission}`);
  return id;
}

function known(id: string | undefined): string {
  if (id !== undefined) return id;
  throw new Error('a step came before what it needs');
}
