/** Keywords of the estate's JSON Schema that are for editors alone: they say nothing about what is valid. */
export const EDITOR_KEYWORDS = [
  'defaultSnippets',
  'errorMessage',
  'inserted',
  'markdownDescription',
  'patternErrorMessage',
];
