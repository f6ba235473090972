/** A developer's module, as docs/guide/own-data.md has it. What it knows is set by the test, through `globalThis.ownData`. */
export const mergeTags = ['EVENTS'];
export const tags = ['Regular'];
export const fetchExtraData = async (request) => globalThis.ownData(request);
