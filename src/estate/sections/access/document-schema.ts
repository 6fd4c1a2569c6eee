import { oneKeyOf } from '../shared/rules';

const TEXTS = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };

/** Statement of a policy that an identity has (IAM User Guide, 'IAM JSON policy elements reference'). */
export const STATEMENT_FORM = {
  type: 'object',
  properties: {
    Sid: { description: 'Name of the statement.', type: 'string' },
    Effect: { description: 'Whether it allows or denies.', type: 'string', enum: ['Allow', 'Deny'] },
    Action: {
      description: 'Actions that it is about, such as s3:GetObject; * is any run of characters.',
      ...TEXTS,
    },
    NotAction: { description: 'All actions but these.', ...TEXTS },
    Resource: { description: 'ARNs that it is about; * is any run of characters.', ...TEXTS },
    NotResource: { description: 'All resources but these.', ...TEXTS },
    Condition: { description: 'When it holds: operator, key and values.', type: 'object' },
  },
  required: ['Effect'],
  additionalProperties: false,
  allOf: [oneKeyOf('Action', 'NotAction'), oneKeyOf('Resource', 'NotResource')],
};

/** Form of a policy document, for the meta of its schema: editors complete and check it; `checkDocument` has the rule. */
export const DOCUMENT_FORM = {
  properties: {
    Version: { description: 'Version of the policy language.', type: 'string', const: '2012-10-17' },
    Id: { description: 'Name of the document.', type: 'string' },
    Statement: {
      description: 'What is allowed and what is denied.',
      anyOf: [STATEMENT_FORM, { type: 'array', minItems: 1, items: STATEMENT_FORM }],
    },
  },
  required: ['Version', 'Statement'],
  additionalProperties: false,
};
