// npm run screenshots: pictures of every page of the dashboard into docs/images, at the width of a desktop and of a phone. Needs a chromium; made small where there is a pngquant.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { Failure, findOnPath, main, root, show } from './processes.mjs';

main(async () => {
  await bootstrap();
  const browser = process.env.TEST_BROWSER || findOnPath('chromium', 'chromium-browser', 'google-chrome');
  if (browser === null) throw new Failure('There is no chromium on the PATH.');
  const program = join(root, 'apps/dashboard/testing/make-screenshots.ts');
  const code = await show(process.execPath, ['--conditions=source', '--import', 'tsx', program], {
    TEST_BROWSER: browser,
    // It says how JSX is written there.
    TSX_TSCONFIG_PATH: join(root, 'apps/dashboard/tsconfig.json'),
  });
  const pngquant = findOnPath('pngquant');
  if (code !== 0 || pngquant === null) return code;
  const images = join(root, 'docs/images');
  const files = readdirSync(images).map((file) => join(images, file));
  return await show(pngquant, ['--force', '--ext', '.png', '--strip', '64', ...files]);
});
