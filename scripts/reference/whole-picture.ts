import type { Lane, LaneBox, LaneStep } from '../../src/preview/blocks/block';
import { contentsOf, drawAcross, drawDown, type LanesPicture, viewBoxOf } from '../../src/preview/blocks/page-lanes';
import { Html, markup } from '../../src/preview/blocks/html';
import { describeLanes } from '../../src/preview/blocks/lanes';

const ESTATE: LaneBox = { title: 'Estate', notes: ['one file in git,', 'a reviewed change'] };
const CDK: LaneBox = { title: 'CDK', notes: ['cdk deploy'] };
const AWS: LaneBox = { title: 'AWS', notes: ['IAM Identity Center', 'and the application'] };
const STAFF: LaneBox = { title: 'Staff', notes: ['reach accounts'] };
const CUSTOMERS: LaneBox = { title: 'Customers', notes: ['sign in to', 'the application'] };

const step = (amount?: string): LaneStep => ({ amount, changes: [] });

/** Every estate in general, in the lanes in which the preview draws one. */
const WHOLE: readonly Lane[] = [
  {
    boxes: [ESTATE, { title: 'Pulumi', notes: ['workforce'] }, { title: 'Entra ID', notes: ['SAML, SCIM'] }, STAFF],
    steps: [step(), step('groups'), step('identity')],
  },
  { boxes: [ESTATE, CDK, AWS, STAFF], steps: [step(), step('permission sets, hosting'), step('assignments')] },
  { boxes: [ESTATE, CDK, AWS, CUSTOMERS], steps: [step(), step('permission sets, hosting'), step('the pages')] },
  {
    boxes: [
      ESTATE,
      { title: 'Pulumi', notes: ['customers'] },
      { title: 'External ID', notes: ['or Azure AD B2C'] },
      CUSTOMERS,
    ],
    steps: [step(), step('user flows'), step('sign-in')],
  },
  {
    boxes: [ESTATE, { title: 'Bicep', notes: ['comes first'] }, { title: 'Azure', notes: ["Pulumi's state,", 'logs'] }],
    steps: [step(), step('storage, keys')],
  },
];

/** The colours of the preview's page, in the scheme of whoever looks. */
const STYLE = `
  svg { --surface: #fff; --sunken: #f2f4f5; --text: #1d2126; --muted: #59636e; --line: #c5ccd3; --chip: #e8eef3; }
  @media (prefers-color-scheme: dark) {
    svg { --surface: #191d21; --sunken: #0d1012; --text: #e4e7ea; --muted: #9ca7b2; --line: #3a434b; --chip: #25313b; }
  }
  text { font: 12px system-ui, sans-serif; fill: var(--text); }
  .title { font-size: 14px; font-weight: 600; }
  .note { fill: var(--muted); }
  rect { fill: var(--surface); stroke: var(--line); }
  .c0 rect { fill: var(--chip); stroke: none; }
  .c1 rect { fill: var(--sunken); }
  .c3 rect { rx: 22px; }
  path { fill: none; stroke: var(--muted); stroke-width: 1.3; }
  .down text, .across > text { text-anchor: middle; }
  .down .title { font-size: 12px; }
  .down text:not(.title) { font-size: 11.2px; }
`;

/** Pictures of the whole by their file: one for a window, one for a phone. Each needs nothing else. */
export function wholePictures(): Readonly<Record<string, string>> {
  return {
    'whole.svg': svgOf(drawAcross(WHOLE), 'across'),
    'whole-phone.svg': svgOf(drawDown(WHOLE), 'down'),
  };
}

function svgOf(picture: LanesPicture, css: string): string {
  const { width, height } = picture;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="${css}" role="img" ${viewBoxOf(picture)} width="${Math.ceil(width) + 2}" height="${Math.ceil(height) + 2}">
<title>From an estate by its engines and clouds to people</title>
<desc>${describeLanes(WHOLE)}</desc>
<style>${Html.trusted(STYLE)}</style>
${contentsOf(picture)}</svg>
`.markup;
}
