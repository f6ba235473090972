// Loaded into a worker's process before the worker (`node --import`): kills it at a named step boundary, as `kill -9` would. CHAOS_KILL_AT is a step, a `#` and which time
// it is passed, for instance `batch-submitted#2`; CHAOS_SIGNAL=SIGSTOP freezes it there instead. This is the only file that reads them, and no program of ours loads this file.
import { subscribe } from 'node:diagnostics_channel';

const [step, time = '1'] = (process.env.CHAOS_KILL_AT ?? '').split('#');
const signal = process.env.CHAOS_SIGNAL ?? 'SIGKILL';
let left = Number(time);

subscribe('mcsync:step', (passed) => {
  if (passed !== step) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, signal);
});
