/** A text on a page of a user flow. */
export interface ReportPageText {
  readonly language: string;
  readonly page: string;
  /** `UxElement/heading`, `ClaimType/email/DisplayName`. */
  readonly id: string;
  readonly text: string;
}

/** Pages with texts. */
export interface WithPageTexts {
  /** By language and page; absent where all are Microsoft's. */
  readonly texts?: readonly ReportPageText[];
}
