import { readdirSync } from 'node:fs';
import type { Request, Response } from 'express';
import { VIEWS } from '../../../../apps/web/assets';
import { type Page, Pages, type ViewName } from '../../../../apps/web/pages/pages';
import { formIn } from '../../../../apps/web/sessions/beneficiary-form';
import { PAGE_ERRORS } from '../../../../apps/web/http/page-error';

const CLAIMS = { sub: '1', iat: 0, name: 'Ada Lovelace', emails: ['ada@example.org'] };
const POLICY = {
  policyNumber: '4821937465',
  beneficiary: 'Grace <Hopper>',
  email: 'ada@example.org',
  createdAt: '2026-06-01T08:00:00.000Z',
  updatedAt: '2026-06-02T14:05:00.000Z',
  history: [{ beneficiary: 'Grace <Hopper>', changedAt: '2026-06-02T14:05:00.000Z', key: 'k'.repeat(43) }],
  etag: '"4821937465-2"',
};
/** Data of each view, as its route gives them. */
const DATA: Readonly<Record<ViewName, object>> = {
  account: { policy: POLICY },
  beneficiary: {
    policy: POLICY,
    form: formIn({ ...POLICY, beneficiary: 'Alan', oid: '1' }),
    faults: {},
    maxLength: 100,
  },
  claims: { rows: [{ name: 'oid', value: '1', meaning: 'Your number' }] },
  error: { ...PAGE_ERRORS['not-found'], requestId: 'request-1' },
  home: {},
  profile: { canEdit: true },
  public: { text: 'All is well.' },
  'reset-password': {},
  'sign-out': {},
  'signed-out': { isComplete: true },
  welcome: {},
};

/** The page as somebody who is signed in gets it. */
function render(page: Page): string {
  let html = '';
  const session = { state: { csrfToken: 'csrf', signedIn: { claims: CLAIMS } } };
  const response = { type: () => response, send: (text: string) => (html = text) } as unknown as Response;
  new Pages({ stylesheet: '/style.css', script: '/dates.js' }).show(
    { path: '/account', session } as unknown as Request,
    response,
    page,
  );
  return html;
}

test('every template is a view with data of its own', () => {
  const templates = readdirSync(VIEWS).map((file) => file.replace('.eta', ''));
  expect(Object.keys(DATA)).toEqual(templates.filter((name) => name !== 'layout').toSorted());
});

test.each(Object.entries(DATA) as [ViewName, object][])('%s is a whole page with one heading', (name, data) => {
  const html = render({ name, title: 'Title', data });
  expect(html.match(/<h1/g)).toHaveLength(1);
  expect(html).toContain('</html>');
  expect(html).not.toMatch(/undefined|\[object/);
});

test('the policy is shown with its beneficiary, escaped, and its history', () => {
  const html = render({ name: 'account', title: 'Your policy', data: DATA.account });
  expect(html).toContain('4821 9374 65');
  expect(html.match(/Grace &lt;Hopper&gt;/g)).toHaveLength(2);
  expect(html).toContain('<time datetime="2026-06-02T14:05:00.000Z">2 June 2026 at 14:05 UTC</time>');
});

test('a notice is said at the top, and in the title', () => {
  const html = render({ name: 'account', title: 'Your policy', notice: 'beneficiary-saved', data: DATA.account });
  expect(html).toContain('<title>Saved: Your policy ·');
  expect(html).toMatch(/<p class="notice good" role="status">/);
});
