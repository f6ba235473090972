/** Whose a member was, and whose it is now (A4), in a sentence. */
export const relinkWords = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  `The member is contact ${to}’s now, who holds the address; before it was contact ${from}’s.`;
