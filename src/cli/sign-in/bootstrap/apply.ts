import { hostname, userInfo } from 'node:os';
import { createOnce } from '../../../../provider/graph/steps';
import { mappingsIn, textOf } from '../../../../provider/values';
import { GraphError } from '../../../../provider/graph/error';
import { findPrincipal } from '../../../clouds/graph/read-application';
import { ClientId, readId } from '../../../estate/source/ids';
import type { FederatedCredential } from '../../../estate/sections/pipeline/trust';
import { ENTRA_AUDIENCE } from '../../../estate/sections/pipeline/role-trust';
import { createLaptopKey } from './certificate';
import {
  BootstrapError,
  CLOSED,
  type DeployedApplication,
  LOOPBACK_REDIRECT,
  type Place,
  type WaysIn,
} from './deployed';
import type { KeptKey, KeyRing } from './key-ring';
import { addOwner, type Unowned } from './owners';
import type { PermissionRow, WantedApplication } from './work';

export interface Target extends Place {
  /** Object id of the person who is signed in. */
  readonly personId: string;
  readonly keyRing: KeyRing;
  /** Place in the keyring of this laptop. */
  readonly place: KeptKey['place'];
  readonly now: Date;
  /** Told of each step that is done. */
  readonly say: (line: string) => void;
}

/** A step from what the directory has to what is wanted. */
export interface Change {
  /** As it is asked about. */
  readonly text: string;
  /** Absent for a scope: the consent of a person to all scopes is one object, and comes last. */
  readonly apply?: (applier: Applier) => Promise<void>;
  /** True for a permission that nothing in the estate needs. */
  readonly isTaken?: true;
}

const change = (text: string, apply: (applier: Applier) => Promise<void>): Change => ({ text, apply });

/** The certificate of this laptop as far as it is known: `keyId` at the application, and whether it is soon over. */
export type LaptopCertificate = { readonly keyId: string; readonly isEnding: boolean } | undefined;

/** Steps in the order in which they are done; none where the directory is as wanted. */
export function changesFor(
  wanted: WantedApplication,
  deployed: DeployedApplication | undefined,
  certificate: LaptopCertificate,
): readonly Change[] {
  const { laptop, roles, scopes, trust } = wanted;
  const held = deployed ?? NOTHING;
  return [
    ...makingChanges(deployed),
    ...closingChanges(deployed?.waysIn, wanted),
    ...(laptop && !held.isPublicClient ? [LET_PEOPLE_SIGN_IN] : []),
    ...permissionChanges(
      roles,
      held.roles.map(({ permission }) => permission),
      'role',
    ),
    ...(laptop ? permissionChanges(scopes, (held.grant?.scopes ?? []).filter(isOfGraph), 'scope') : []),
    ...(trust === undefined ? [] : trustChanges(trust, held.credentials)),
    ...(laptop ? certificateChanges(deployed, certificate) : []),
  ];
}

/** Scopes that say who signs in. Entra ID may add them to a consent by itself. */
const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** Tells whether a scope lets its holder read something of Graph, so that the estate must have a use for it. */
export const isOfGraph = (scope: string): boolean => !SIGN_IN_SCOPES.includes(scope);

const NOTHING: Pick<DeployedApplication, 'roles' | 'grant' | 'credentials' | 'isPublicClient'> = {
  ...{ roles: [], grant: undefined, credentials: [], isPublicClient: false },
};

const LET_PEOPLE_SIGN_IN = change('let people sign in to it, by a browser of their machine or by a code', (applier) =>
  applier.patch({ isFallbackPublicClient: true, publicClient: { redirectUris: [LOOPBACK_REDIRECT] } }),
);

/** Steps that shut what was never made here: with an owner more, somebody else is the pipeline. */
function closingChanges(waysIn: WaysIn | undefined, { duty }: WantedApplication): readonly Change[] {
  if (waysIn === undefined) return [];
  const { owners, consents, opened } = waysIn;
  const redirectUris = duty === 'deploy' ? [LOOPBACK_REDIRECT] : [];
  const close = change(`restrict sign-in to its own directory and this machine: ${opened.join('; ')}`, (applier) =>
    applier.patch({ ...CLOSED, publicClient: { redirectUris } }),
  );
  return [
    ...(opened.length === 0 ? [] : [close]),
    ...owners.map(({ id, name, path }) =>
      change(`remove ${name} from its owners, who may sign in as it`, (applier) =>
        applier.remove(`${path}/owners/${id}/$ref`),
      ),
    ),
    ...consents.map(({ id, scopes }) =>
      change(`revoke the consent for everybody to ${scopes}`, (applier) =>
        applier.remove(`/v1.0/oauth2PermissionGrants/${id}`),
      ),
    ),
  ];
}

function makingChanges(deployed: DeployedApplication | undefined): readonly Change[] {
  const principal = change('make its service principal', (applier) => applier.makePrincipal());
  if (deployed === undefined)
    return [change('make the application', (applier) => applier.makeApplication()), principal];
  return deployed.principalId === undefined ? [principal] : [];
}

function permissionChanges(
  rows: readonly PermissionRow[],
  held: readonly string[],
  of: PermissionRow['kind'],
): readonly Change[] {
  const wanted = rows.map(({ permission }) => permission);
  const kind = { role: 'application', scope: 'delegated, for you' }[of];
  return [
    ...wanted
      .filter((one) => !held.includes(one))
      .map((one) => ({
        text: `give ${one} (${kind})`,
        ...(of === 'role' && { apply: (applier: Applier) => applier.giveRole(one) }),
      })),
    ...held
      .filter((one) => !wanted.includes(one))
      .map((one) => ({
        text: `remove ${one} (${kind}): nothing in the estate needs it`,
        isTaken: true as const,
        ...(of === 'role' && { apply: (applier: Applier) => applier.takeRole(one) }),
      })),
  ];
}

/** A credential of the same name is changed in place; Entra ID takes one of an issuer and a subject. */
function trustChanges(
  wanted: readonly FederatedCredential[],
  held: DeployedApplication['credentials'],
): readonly Change[] {
  const distrusted = held.filter(({ name }) => !wanted.some((one) => one.name === name));
  const trusted = wanted.flatMap((credential): readonly Change[] => {
    const known = held.find(({ name }) => name === credential.name);
    if (known !== undefined && isAsWanted(known, credential)) return [];
    const { subject, issuer } = credential;
    const text = `trust ${subject} of ${issuer}${known === undefined ? '' : ', in place of another one'}`;
    return [change(text, (applier) => applier.trust(credential, known?.id))];
  });
  return [
    ...distrusted.map(({ name, id }) => change(`stop trusting ${name}`, (applier) => applier.distrust(id))),
    ...trusted,
  ];
}

function isAsWanted(
  known: DeployedApplication['credentials'][number],
  { issuer, subject }: FederatedCredential,
): boolean {
  return known.issuer === issuer && known.subject === subject && known.audiences.join() === ENTRA_AUDIENCE;
}

/** A certificate counts only as long as the application has it. */
function certificateChanges(
  deployed: DeployedApplication | undefined,
  certificate: LaptopCertificate,
): readonly Change[] {
  const isThere = certificate !== undefined && deployed?.keys.some(({ keyId }) => keyId === certificate.keyId) === true;
  if (isThere && !certificate.isEnding) return [];
  const [replaces, place] = isThere ? [certificate.keyId, ', in place of the one that ends'] : [undefined, ''];
  return [change(`add a certificate for this laptop${place}`, (applier) => applier.addCertificate(replaces))];
}

/** Makes an identity that deploys an owner of what a program made: a person alone may add it. */
export function ownChange(unowned: Unowned): Change {
  const { displayName, clientId, object, ownerClientId } = unowned;
  const text = `make ${ownerClientId} an owner of '${displayName}' (${clientId}), at ${object}: it deploys that`;
  return change(text, (applier) => applier.own(unowned));
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
    for (const { apply } of changes) await apply?.(this);
    if (changes.some(({ apply }) => apply === undefined)) await this.consent();
    return known(this.clientId);
  }

  async makeApplication(): Promise<void> {
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

  async makePrincipal(): Promise<void> {
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

  async giveRole(permission: string): Promise<void> {
    const { permissions, say } = this.target;
    const appRoleId = idOf(permissions.roles, permission);
    const principalId = known(this.principalId);
    const path = `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`;
    const body = { principalId, resourceId: permissions.principalId, appRoleId };
    await this.give(path, body);
    say(`gave ${permission}`);
  }

  async takeRole(permission: string): Promise<void> {
    const { context, say } = this.target;
    for (const { id } of this.deployed?.roles.filter((role) => role.permission === permission) ?? []) {
      await context.graph.sendIfThere({
        method: 'DELETE',
        path: `/v1.0/servicePrincipals/${known(this.principalId)}/appRoleAssignments/${id}`,
      });
    }
    say(`removed ${permission}`);
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

  /** @param replaces id of the credential of that name */
  async trust(credential: FederatedCredential, replaces: string | undefined): Promise<void> {
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
  async addCertificate(replaces: string | undefined): Promise<void> {
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

  distrust(id: string): Promise<void> {
    return this.remove(`${this.credentials}/${id}`);
  }

  own(unowned: Unowned): Promise<void> {
    return addOwner(this.target, unowned);
  }

  remove(path: string): Promise<void> {
    return this.target.context.graph.sendIfThere({ method: 'DELETE', path });
  }

  async patch(body: object): Promise<void> {
    const path = `/v1.0/applications/${known(this.objectId)}`;
    await this.target.context.graph.send({ method: 'PATCH', path, body, missing: 'lags' });
  }

  private get credentials(): string {
    return `/v1.0/applications/${known(this.objectId)}/federatedIdentityCredentials`;
  }
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
