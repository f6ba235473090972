// npm start: worker and dashboard, on whatever the environment names. They live and end together.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bootstrap } from './bootstrap.mjs';
import { exitCode, main, relayStop, root } from './processes.mjs';

const PROGRAMS = ['apps/worker/dist/main.js', 'apps/dashboard/dist/main.js'];

main(async () => {
  await bootstrap();
  const children = PROGRAMS.map((program) =>
    spawn(process.execPath, [program], { cwd: root, stdio: 'inherit' }),
  );
  relayStop(children);
  const codes = Promise.all(children.map(exitCode));
  await Promise.race(children.map((child) => once(child, 'exit')));
  for (const child of children) child.kill('SIGTERM');
  return Math.max(...(await codes));
});
