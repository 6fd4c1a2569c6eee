/** A change of a file: the first place that has a text gets another one. */
export interface FileChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What a field of the policy takes beside the beneficiary, as docs/application.md lists it: who that is to the customer. */
export const FIELD: readonly FileChange[] = [
  {
    file: 'apps/service/policy.ts',
    from: 'z.strictObject({ beneficiary: Beneficiary })',
    to: "z.strictObject({ beneficiary: Beneficiary, relationship: z.string().trim().max(40).default('') })",
  },
  { file: 'apps/service/policy.ts', from: '{ beneficiary: null }', to: '{ beneficiary: null, relationship: null }' },
  {
    file: 'apps/service/policy.ts',
    from: 'const HistoryEntry = z.object({',
    to: "const HistoryEntry = z.object({\n  relationship: z.string().default(''),",
  },
  {
    file: 'apps/service/policy.ts',
    from: 'export const PolicyView = z.object({',
    to: 'export const PolicyView = z.object({\n  relationship: z.string().nullable().default(null),',
  },
  {
    file: 'apps/web/sessions/beneficiary-form.ts',
    from: 'const TYPED = { beneficiary: field };',
    to: 'const TYPED = { beneficiary: field, relationship: field };',
  },
  {
    file: 'apps/web/views/beneficiary.eta',
    from: '<div class="actions">',
    to: '<label for="relationship">Relationship to you</label>\n<input id="relationship" name="relationship" value="<%= form.relationship %>" maxlength="40">\n<div class="actions">',
  },
  {
    file: 'apps/web/views/account.eta',
    from: '<div><dt>Email address</dt>',
    to: "<div><dt>Relationship</dt><dd><%= policy.relationship ?? 'Not given' %></dd></div>\n<div><dt>Email address</dt>",
  },
  {
    file: 'test/system/apps/api/policy-suite.ts',
    from: '      beneficiary: null,',
    to: '      beneficiary: null,\n      relationship: null,',
  },
  {
    file: 'test/system/apps/api/policy-suite.ts',
    from: "changedAt: changed.body['updatedAt']",
    to: "relationship: '', changedAt: changed.body['updatedAt']",
  },
];
