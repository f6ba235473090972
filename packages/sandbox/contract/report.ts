/** What a contract check found out about one system, for `npm run contract`. */
export interface ContractReport {
  readonly system: 'civicrm' | 'mailchimp';
  readonly lines: readonly {
    readonly name: string;
    readonly passed: number;
    readonly total: number;
    readonly failures: readonly string[];
  }[];
  readonly knownDifferences: readonly string[];
}
