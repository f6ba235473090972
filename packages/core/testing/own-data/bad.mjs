/** It gives no function. */
export const mergeTags = ['EVENTS'];
