/** What became of one case run one way. */
export type Status = "passed" | "failed" | "not offered";

export interface Outcome {
  readonly area: string;
  readonly file: string;
  readonly case: string;
  /** How the operation was spelled: "function", "method", "inplace", or the kind of case where there is only one way. */
  readonly via: string;
  readonly status: Status;
  /** Empty for a case that passed. */
  readonly message: string;
}
