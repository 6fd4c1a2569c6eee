import { type Request, type Response, Router, urlencoded } from 'express';
import { ownFormsOnly, ownHostOnly, textsIn } from '../../base/own-pages';
import { renderPage, sendPage, stylesheet } from '../../pages/render';
import { certificateOf } from './identity-provider';
import type { Portal, SignInRefusal } from './portal';

const LINKS = [
  { href: '/start', text: 'Access portal' },
  { href: '/identity-provider', text: 'Identity provider' },
];
const PAGE = { service: 'AWS IAM Identity Center', links: LINKS };
const COOKIE = 'portal';

const ownHost = ownHostOnly();
const form = urlencoded({ extended: false, limit: '1mb' });

/** The address at which an ACS URL is answered on this machine, by its place in the list. */
export function acsPath(index: number): string {
  return `/acs/${index}`;
}

/** The access portal, the ACS endpoints, and the page on which somebody uploads the identity provider's metadata. */
export function portalRoutes(portal: Portal): Router {
  const router = Router();
  router.get('/style.css', (_req, res) => {
    res.type('css').send(stylesheet());
  });
  router.get('/start', ownHost, (req, res) => {
    const view = portal.view(sessionOf(req));
    if (view !== undefined) {
      sendPage(res, { body: renderPage('portal', { ...PAGE, title: 'AWS access portal', ...view }) });
      return;
    }
    const target = portal.requestUrl();
    if (typeof target === 'string') res.redirect(302, target);
    else refuse(res, target);
  });
  portal.options.replyUrls.forEach((replyUrl, index) => {
    router.post(acsPath(index), ownHost, form, (req, res) => {
      const { SAMLResponse = '' } = textsIn(req.body);
      const outcome = portal.signIn(Buffer.from(SAMLResponse, 'base64').toString(), replyUrl);
      if (outcome.kind === 'refused') refuse(res, outcome);
      else res.cookie(COOKIE, outcome.session, { httpOnly: true, sameSite: 'lax' }).redirect(303, '/start');
    });
  });
  router.post('/sign-out', ownHost, ownFormsOnly, (req, res) => {
    portal.signOut(sessionOf(req));
    sendPage(res, {
      body: renderPage('message', { ...PAGE, title: 'Signed out', text: 'You have signed out of the portal.' }),
    });
  });
  return router.use(providerRoutes(portal));
}

function providerRoutes(portal: Portal): Router {
  const { provider } = portal.options;
  const router = Router();
  router.get('/identity-provider', ownHost, (_req, res) => {
    sendPage(res, { body: providerPage(portal) });
  });
  router.post('/identity-provider', ownHost, ownFormsOnly, form, (req, res) => {
    const { remove, metadata } = textsIn(req.body);
    if (remove !== undefined) provider.remove(remove);
    if (metadata === undefined || provider.upload(metadata)) res.redirect(303, '/identity-provider');
    else sendPage(res, { status: 400, body: providerPage(portal, NO_METADATA) });
  });
  return router;
}

const NO_METADATA = 'This is not the metadata of an identity provider with a signing certificate.';

function sessionOf({ headers: { cookie = '' } }: Request): string {
  return new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(cookie)?.[1] ?? '';
}

function providerPage({ options }: Portal, fault?: string): string {
  const { provider, identifier, replyUrls, now } = options;
  const certificates = provider.metadata?.certificates.map(certificateOf).map((one) => ({
    subject: one.subject,
    fingerprint: one.fingerprint,
    ends: one.validToDate.toISOString().slice(0, 10),
    hasEnded: one.validToDate <= now(),
  }));
  const { entityId, signOnUrl } = provider.metadata ?? {};
  const title = 'Identity provider';
  return renderPage('provider', { ...PAGE, title, fault, identifier, replyUrls, entityId, signOnUrl, certificates });
}

/**
 * Words of AWS's pages: 'Troubleshooting IAM Identity Center issues' names certificate and time for the first, re:Post's 'How do I
 * troubleshoot IAM Identity Center SSO login failures?' user and ACS URL for the second; the others are our reading.
 */
const US = "It's not you, it's us";
const UNEXPECTED = 'An unexpected error has occurred';
const UNEXPECTED_REASONS: readonly SignInRefusal['reason'][] = [
  'wrong-audience',
  'wrong-destination',
  'wrong-recipient',
  'wrong-name-id',
  'unknown-user',
  'disabled-user',
];

/** What somebody does on this machine about the most frequent ones. */
const REMEDIES: Partial<Readonly<Record<SignInRefusal['reason'], string>>> = {
  'no-provider': "Upload the application's federation metadata.",
  'signed-by-another': "Entra has activated another certificate: upload the application's metadata again.",
  'expired-certificate': "Activate another certificate in Entra, and upload the application's metadata again.",
  'unknown-user': 'Let a provisioning cycle bring the user.',
  'disabled-user': 'Assign the user to the application again, and let a provisioning cycle enable them.',
};

function refuse(res: Response, { reason, detail }: SignInRefusal): void {
  const remedy = REMEDIES[reason];
  const title = UNEXPECTED_REASONS.includes(reason) ? UNEXPECTED : US;
  sendPage(res, {
    status: 403,
    body: renderPage('refused', { ...PAGE, title, reason, detail, remedy }),
  });
}
