import type { Examination } from '../../../src/doctor/examination';

/** One check of each outcome, with names that mean something to Markdown, XML and terminals. */
export const EXAMINATION: Examination = {
  estate: 'sandbox',
  examinedAt: '2026-06-01T12:00:00.000Z',
  seconds: 2.5,
  notCompared: ['owners of the <application>', 'optional claims'],
  totals: { failure: 1, warning: 1, unknown: 1, ok: 1 },
  checks: [
    {
      id: 'access-assignments',
      area: 'access',
      title: 'Assignments are those of the estate',
      outcome: 'failure',
      observations: [
        {
          outcome: 'failure',
          message: 'group "<b>& @team | \u202e" has Admin in prod (1), which is not in the estate',
          advice: 'take it away',
        },
        { outcome: 'warning', message: 'another thing', advice: 'look at it' },
      ],
    },
    {
      id: 'access-snapshot',
      area: 'access',
      title: 'The organization is that of the snapshot',
      outcome: 'warning',
      observations: Array.from({ length: 25 }, (_, index) => ({
        outcome: 'warning' as const,
        message: `account ${index} is new`,
        advice: 'npx --no entra-aws snapshot',
      })),
    },
    {
      id: 'scim-job',
      area: 'scim',
      title: 'Provisioning runs',
      outcome: 'unknown',
      observations: [{ outcome: 'unknown', message: 'could not be read', advice: 'allow Graph', permission: 'Graph' }],
    },
    {
      id: 'saml-addresses',
      area: 'saml',
      title: 'Addresses are as declared',
      outcome: 'ok',
      observations: [{ outcome: 'ok', message: 'identifier and reply URL are as declared' }],
    },
  ],
};
