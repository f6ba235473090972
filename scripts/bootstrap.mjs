// Makes a fresh clone runnable, and costs a moment where it is already: dependencies, Prisma's client, compiled
// code. Plain Node.js, because before it has run nothing else is there. Progress goes to standard error: standard
// output belongs to the program that follows.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, Failure, root } from './processes.mjs';

const OLDEST_NODE = [20, 19];

/** Brings everything up to date. May run twice. Throws a `Failure` that says what to do. */
export async function bootstrap() {
  if (process.env.NODE_ENV === 'production') return; // the image is built whole, and holds no compiler
  checkNode();
  await installDependencies();
  await generateClient();
  await compile();
}

/**
 * Installs what package-lock.json says, unless it is installed. Only needed alone by scripts that do not run our
 * code.
 */
export async function installDependencies() {
  if (isInstalled()) return;
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, which a registry may
  // not have had. This installs the same versions and leaves the lock file alone. None of the install scripts is
  // needed, and Prisma's would download from elsewhere.
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await step('Installing dependencies', () => capture('npm', ['install', ...options]));
}

/** Generates Prisma's client, unless it is there for this schema. */
export async function generateClient() {
  const stamp = join(root, 'packages/core/src/store/generated/made-from');
  const wanted = digest('prisma/schema.prisma', 'node_modules/prisma/package.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step("Generating Prisma's client", () => prisma('generate'));
  writeFileSync(stamp, wanted);
}

/**
 * Prisma's command line looks for a program of its own and would download it, though it has no use for it here. So
 * it is told of one: any will do.
 * @param {...string} args
 */
export function prisma(...args) {
  return capture(process.execPath, ['node_modules/prisma/build/index.js', ...args], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  });
}

/** The compiler itself knows best what is out of date. */
function compile() {
  return step('Compiling', () => capture(process.execPath, ['node_modules/typescript/bin/tsc', '-b']));
}

/** Says what takes long, when it takes long. */
async function step(title, work) {
  const startedAt = Date.now();
  const announce = setTimeout(() => process.stderr.write(`${title}…\n`), 300);
  try {
    await work();
  } catch (error) {
    throw new Failure(`${title} failed:\n${error.message}`);
  } finally {
    clearTimeout(announce);
  }
  const seconds = (Date.now() - startedAt) / 1000;
  if (seconds > 1) process.stderr.write(`${title}: done in ${seconds.toFixed(1)} s\n`);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Failure(`Node.js ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

/** Compares what is wanted with npm's own record of what is there, so that an `npm install` by hand counts too. */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages);
  return wanted.every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true; // ours
    return optional || link || installed[path]?.version === version;
  });
}

function digest(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
