// npm run bench [-- NAME…]: runs bench/*.bench.ts, or those whose names contain one of the words, one after the
// other, against the compiled code.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { Failure, main, root, show } from './processes.mjs';

main(async (words) => {
  await bootstrap();
  const all = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.bench.ts'));
  const chosen = all.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  if (chosen.length === 0) throw new Failure(`No benchmark of that name. There are: ${all.join(', ')}`);
  let worst = 0;
  for (const file of chosen)
    worst = Math.max(worst, await show(process.execPath, ['--import', 'tsx', join('bench', file)]));
  return worst;
});
