import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { type EmbeddedHome, findHome } from './embedded-home.ts';
import { claimUse, startKeeper } from './embedded-keeper.ts';
import { withProcessLock } from './embedded-lock.ts';
import { findPostmaster, type Postmaster } from './embedded-postmaster.ts';
import { dataDirectory, readPassword, SUPERUSER, startServer } from './embedded-server.ts';
import { ensureDatabase, type ServerAddress, tryToConnect } from './embedded-session.ts';

export interface EmbeddedOptions {
  /**
   * Where the server keeps its files; made where missing. One server per folder, shared by all processes of this
   * machine that open it.
   */
  readonly dataDir: string;
  /** Made where missing. */
  readonly database: string;
  /** How long the server waits for somebody new when its last user has gone; 5 by default. */
  readonly lingerSeconds?: number;
  /** Settings of PostgreSQL over ours, if it is we who start it: tests have no use for safe writes. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedDatabase {
  readonly url: string;
  /** This process no longer uses the server; when the last one has left, it stops by itself. May run twice. */
  close(): Promise<void>;
}

/** Our place among the users of a running server. */
interface Seat {
  readonly address: ServerAddress;
  /** Carries our claim: the server is not stopped while this session lasts. */
  readonly session: pg.Client;
  /** On which the keeper runs, if it is this process that started it. */
  readonly keeper: pg.Client | null;
}

const LINGER_SECONDS = 5;
/** Ample for another process to finish starting the server, or for a stopping one to be gone. */
const JOIN_TIMEOUT_MS = 60_000;
const RETRY_MS = 20;

/**
 * A real PostgreSQL for where none is configured: started where it is not running, shared where it is. It survives
 * its users' being killed, is started again (on the same port) if it is killed itself, and stops by itself when
 * nobody uses it. May run any number of times, in any number of processes, at once.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const seat = await takeSeat(options, null);
  const { port, password } = seat.address;
  const use = new EmbeddedUse(options, seat);
  try {
    await ensureDatabase(seat.session, options.database);
  } catch (error) {
    await use.end();
    throw error;
  }
  return {
    url: `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${options.database}`,
    close: () => use.end(),
  };
}

/** Holds a seat, and takes it again when it is lost. */
class EmbeddedUse {
  readonly #options: EmbeddedOptions;
  #seat: Seat;
  #hasEnded = false;

  constructor(options: EmbeddedOptions, seat: Seat) {
    this.#options = options;
    this.#seat = seat;
    this.#returnWhenLost();
  }

  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await leave(this.#seat);
  }

  #returnWhenLost(): void {
    this.#seat.session.once('end', () => {
      if (!this.#hasEnded) this.#return();
    });
  }

  #return(): void {
    takeSeat(this.#options, this.#seat.address.port).then(
      async (seat) => {
        this.#seat = seat;
        if (this.#hasEnded) await leave(seat);
        else this.#returnWhenLost();
      },
      // Nothing more we could do. Whoever uses the database meets the same trouble on a connection of their own,
      // and says so.
      () => undefined,
    );
  }
}

async function takeSeat(options: EmbeddedOptions, preferredPort: number | null): Promise<Seat> {
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  return await withProcessLock(join(dataDir, 'postgres.lock'), JOIN_TIMEOUT_MS, async () => {
    const home = await findHome(dataDir);
    const deadline = Date.now() + JOIN_TIMEOUT_MS;
    for (;;) {
      const postmaster = await findPostmaster(dataDirectory(home));
      if (postmaster === null) await startServer(home, { preferredPort, settings: options.settings ?? {} });
      const seat =
        postmaster && (await tryToSitDown(home, postmaster, options.lingerSeconds ?? LINGER_SECONDS));
      if (seat !== null) return seat;
      if (Date.now() > deadline) throw new Error(`The embedded PostgreSQL in ${home.dir} does not answer.`);
      await delay(RETRY_MS);
    }
  });
}

/** `null` while the server is starting or stopping. */
async function tryToSitDown(
  home: EmbeddedHome,
  { pid, port }: Postmaster,
  lingerSeconds: number,
): Promise<Seat | null> {
  if (port === null) return null;
  const address = { pid, port, password: await readPassword(home) };
  const session = await tryToConnect(address);
  if (session === null) return null;
  if (await claimUse(session)) {
    return { address, session, keeper: await startKeeper(address, lingerSeconds) };
  }
  await session.end();
  return null;
}

async function leave({ session, keeper }: Seat): Promise<void> {
  await Promise.all([session.end(), keeper?.end()]);
}
