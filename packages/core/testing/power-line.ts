import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Everything that a process says to a server, and hears from it, goes through this; cut, it is as if the process had been killed. */
export interface PowerLine {
  /** The address of the server, by way of this line. */
  url(server: string): string;
  /** Cuts by itself once so many more pieces of talk, in either direction, have passed. */
  cutAfter(pieces: number): void;
  /** Breaks so many of the connections that are made from now on, at once. */
  refuse(connections: number): void;
  /** From now on nothing passes in either direction, and every connection is broken. */
  cut(): void;
  /** Resolves when it is cut. */
  readonly isCut: Promise<void>;
  /** Whether it is cut. */
  isDead(): boolean;
  close(): Promise<void>;
}

/** A line to the server at this address, on a port of 127.0.0.1. */
export async function openPowerLine(server: string): Promise<PowerLine> {
  const target = new URL(server);
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let refused = 0;
  let tellCut: () => void = () => undefined;
  const isCut = new Promise<void>((resolve) => {
    tellCut = resolve;
  });
  const cut = () => {
    left = 0;
    for (const socket of sockets) socket.destroy();
    tellCut();
  };
  const pass = (from: Socket, to: Socket) => {
    from.on('data', (piece) => {
      if (left <= 0) return;
      left -= 1;
      if (left <= 0) cut();
      else to.write(piece);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    sockets.add(from);
  };
  const line = createServer((near) => {
    if (left <= 0 || refused > 0) {
      refused -= 1;
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    near.setNoDelay(true);
    far.setNoDelay(true);
    pass(near, far);
    pass(far, near);
  });
  const port = await listen(line);
  return {
    url(address) {
      const url = new URL(address);
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return url.href;
    },
    cutAfter(pieces) {
      left = pieces;
    },
    refuse(connections) {
      refused = connections;
    },
    cut,
    isCut,
    isDead: () => left <= 0,
    async close() {
      cut();
      line.close();
      await once(line, 'close');
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The line has no port');
  return address.port;
}
