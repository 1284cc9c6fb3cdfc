import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A place to fetch firmware from and to put logs, for tests. */
export class FileServer {
  readonly files = new Map<string, Buffer>();
  readonly requests: string[] = [];
  /** The statuses of the next answers; after them everything works. */
  readonly failures: number[] = [];
  private readonly server: Server = createServer((request, response) => {
    const path = request.url ?? '/';
    this.requests.push(`${request.method} ${path}`);
    const failure = this.failures.shift();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (failure !== undefined) response.writeHead(failure).end();
      else if (request.method === 'PUT') {
        this.files.set(path, Buffer.concat(chunks));
        response.writeHead(201).end();
      } else {
        const file = this.files.get(path);
        response.writeHead(file ? 200 : 404).end(file);
      }
    });
  });

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
