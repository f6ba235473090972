/** One address of a contact as CiviCRM has it (civicrm-api.md 2.2). */
export interface ContactAddress {
  readonly id: number;
  readonly address: string;
  readonly isPrimary: boolean;
  readonly isBulkmail: boolean;
  readonly isOnHold: boolean;
}
