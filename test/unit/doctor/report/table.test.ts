import { countedByRow, type Examination } from '../../../../src/doctor/examination';
import { renderTable, renderTableMarkdown } from '../../../../src/doctor/report/render';

const EXAMINATION: Examination = countedByRow({
  estate: 'sandbox',
  examinedAt: '2026-06-01T12:00:00.000Z',
  seconds: 2.5,
  totals: { failure: 0, warning: 0, unknown: 0, ok: 0 },
  notCompared: ['service control policies'],
  checks: [
    {
      id: 'preflight-policies',
      area: 'preflight',
      title: 'Policies and boundaries are in the accounts',
      outcome: 'failure',
      observations: [
        { outcome: 'failure', message: '/Boundary is missing', advice: 'bring it there', where: ['a (1)', 'b (2)'] },
        { outcome: 'unknown', message: '/Boundary could not be read', advice: 'allow IAM', where: ['c | d (3)'] },
        { outcome: 'ok', message: '/Boundary is there', where: ['e (4)'] },
      ],
    },
    {
      id: 'preflight-quotas',
      area: 'preflight',
      title: 'Quotas leave room',
      outcome: 'ok',
      observations: [{ outcome: 'ok', message: '1 of 2' }],
    },
  ],
});

test('a check that fails in one account and could not be made in another counts as both', () => {
  expect(EXAMINATION.totals).toEqual({ failure: 1, warning: 0, unknown: 1, ok: 2 });
});

test('the table has a row for each thing that was asked, and every place below it', () => {
  expect(renderTable(EXAMINATION, { colour: false })).toMatchInlineSnapshot(`
    "Before a deployment of sandbox
      Outcome            Asked                                        Where             Found
      [failure]          Policies and boundaries are in the accounts  a (1) and 1 more  /Boundary is missing
      (could not check)  Policies and boundaries are in the accounts  c | d (3)         /Boundary could not be read
      ok                 Policies and boundaries are in the accounts  e (4)             /Boundary is there
      ok                 Quotas leave room                                              1 of 2

    To do
      failure          /Boundary is missing
                       a (1), b (2)
                       to do: bring it there
      could not check  /Boundary could not be read
                       c | d (3)
                       to do: allow IAM

    1 failure, 0 warnings, 1 could not check, 2 ok

    Not asked: service control policies.
    "
  `);
});

test('a comment has the same', () => {
  expect(renderTableMarkdown(EXAMINATION)).toMatchInlineSnapshot(`
    "## Before a deployment of sandbox

    1 failure, 0 warnings, 1 could not check, 2 ok.

    | Outcome | Asked | Where | Found |
    | --- | --- | --- | --- |
    | **[failure]** | Policies and boundaries are in the accounts | a (1) and 1 more | &#47;Boundary is missing |
    | (could not check) | Policies and boundaries are in the accounts | c &#124; d (3) | &#47;Boundary could not be read |
    | ok | Policies and boundaries are in the accounts | e (4) | &#47;Boundary is there |
    | ok | Quotas leave room |  | 1 of 2 |

    ### To do

    - **failure**: &#47;Boundary is missing
      - a (1), b (2)
      - to do: bring it there
    - **could not check**: &#47;Boundary could not be read
      - c &#124; d (3)
      - to do: allow IAM

    Not asked: service control policies.
    "
  `);
});
