// Loaded before a program of ours: it lives so many milliseconds later than everybody else.
const laterMs = Number(process.env.LATER_MS);
const { now } = Date;
const RealDate = Date;
Date.now = () => now() + laterMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget),
});
