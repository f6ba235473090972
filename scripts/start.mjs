// npm start: worker and dashboard, on whatever the environment names. They live and end together.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bootstrap } from './bootstrap.mjs';
import { main, root } from './processes.mjs';

const PROGRAMS = ['apps/worker/dist/main.js', 'apps/dashboard/dist/main.js'];
const BAD_SETTINGS = 2;

main(async () => {
  process.chdir(root); // what DATA_DIR is relative to, wherever we were called from
  await bootstrap();
  if (!(await areSettingsGood())) return BAD_SETTINGS;
  // The channel is how they learn that they are to stop: also by its end, should this process be killed.
  const children = PROGRAMS.map((program) =>
    spawn(process.execPath, [program], { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }),
  );
  const stop = () => {
    for (const child of children) if (child.connected) child.disconnect();
  };
  // Not passed on as a signal: whoever stops a whole group of processes has told them already, and the second signal would end them at once.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const endings = children.map(exitCode);
  await Promise.race(endings);
  stop();
  return Math.max(...(await Promise.all(endings)));
});

/** 1 where a signal ended it. By `exit`: `close` never comes where we end the channel (Node.js 20). */
async function exitCode(child) {
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** Both would say the same; so it is said once, before they start. */
async function areSettingsGood() {
  const { readSettings } = await import('../packages/core/dist/settings.js');
  try {
    readSettings(process.env);
    return true;
  } catch (error) {
    if (error.code !== 'BAD_SETTINGS') throw error;
    for (const problem of error.problems) console.error(problem);
    return false;
  }
}
