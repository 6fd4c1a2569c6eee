import { Router, urlencoded } from 'express';
import { z } from 'zod';
import type { IdentityStore } from '../aws/identity-store';
import type { ScimEndpoint, ScimExchange } from '../aws/scim/endpoint';
import { onError } from '../base/app';
import { ownForms, ownHost } from '../base/own-pages';
import type { GraphEmulator } from '../graph';
import { objectOf, objectsOf, textOf } from '../graph/json';
import { renderPage, sendPage } from '../pages/render';
import { activateCertificate, Graph, referenceTo, type Seeded } from './seed';

interface PageParts {
  readonly emulator: GraphEmulator;
  readonly store: IdentityStore;
  readonly endpoint: ScimEndpoint;
  readonly seeded: Seeded;
}

const Membership = z.object({ action: z.enum(['join', 'leave']), group: z.string(), user: z.string() });

/** A page of both sides: people in Entra's groups, the Identity Store, and each request between the two. */
export function workforceRoutes(parts: PageParts): Router {
  return Router()
    .use(ownHost, ownForms)
    .get('/', (_req, res) => {
      sendPage(res, { body: render(parts) });
    })
    .get('/metadata.xml', (_req, res) => {
      res.redirect(302, parts.seeded.metadataUrl);
    })
    .post('/cycle', async (_req, res) => {
      await parts.emulator.provision();
      res.redirect(303, '/');
    })
    .post('/certificate', async (_req, res) => {
      const { principalId } = parts.seeded;
      const principal = parts.emulator.directory.get('servicePrincipals', principalId);
      const signing = objectsOf(principal, 'keyCredentials').filter((key) => key['usage'] === 'Sign');
      await activateCertificate(new Graph(parts.emulator), principalId, `certificate ${signing.length + 1}`);
      res.redirect(303, '/');
    })
    .post('/membership', urlencoded({ extended: false }), async (req, res) => {
      await changeMembership(new Graph(parts.emulator), Membership.parse(req.body));
      res.redirect(303, '/');
    });
}

/** Says what was wrong with a request to any of the pages, such as a form that is too large. */
export const answerErrors = onError((error, _req, res) => {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  res.status(error instanceof z.ZodError ? 400 : status).type('text');
  res.send(error instanceof Error ? error.message : String(error));
});

async function changeMembership(graph: Graph, { action, group, user }: z.output<typeof Membership>): Promise<void> {
  const members = `/groups/${encodeURIComponent(group)}/members`;
  if (action === 'join') await graph.send('POST', `${members}/$ref`, referenceTo(user));
  else await graph.send('DELETE', `${members}/${encodeURIComponent(user)}/$ref`);
}

function render({ emulator: { directory }, store, endpoint, seeded }: PageParts): string {
  const job = directory.find('synchronizationJobs', seeded.jobId) ?? {};
  const groups = directory.all('groups').map((group) => ({ id: group.id, name: textOf(group, 'displayName') }));
  const isIn = (user: string, group: string): boolean => directory.links(group, 'members').includes(user);
  return renderPage('workforce', {
    title: 'Provisioning',
    service: 'Microsoft Entra ID and IAM Identity Center',
    status: textOf(objectOf(job, 'status'), 'code'),
    people: directory.all('users').map(({ id, ...user }) => ({
      id,
      name: textOf(user, 'userPrincipalName'),
      groups: groups.filter((group) => isIn(id, group.id)),
      others: groups.filter((group) => !isIn(id, group.id)),
    })),
    users: store.users.map((user) => ({
      name: user.userName,
      state: user.active ? 'enabled' : 'disabled',
      groups: store.groupsOf(user.id).map(({ displayName }) => displayName),
    })),
    requests: endpoint.requests.map(shownRequest),
  });
}

function shownRequest({ time, method, url, body, token, reply }: ScimExchange): Readonly<Record<string, string>> {
  const path = readable(url.replace(/^.*?\/scim\/v2/, ''));
  const answer = reply.body === undefined ? '' : JSON.stringify(reply.body, undefined, 2);
  return { time, request: `${method} ${path}`, status: String(reply.status), token, body: indented(body), answer };
}

/** A path as people write it, or as it came where it can't be decoded. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function indented(body: string | undefined): string {
  try {
    return body === undefined ? '' : JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body ?? '';
  }
}
