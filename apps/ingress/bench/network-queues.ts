import { readFileSync } from 'node:fs';

/**
 * Bytes that wait in the kernel's buffers between clients on this machine and a server's port, as /proc/net/tcp tells them:
 * what clients wrote and the server has not read. Null where there is no such file.
 */
export function bytesOnTheirWay(port: number): number | null {
  let table: string;
  try {
    table = readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    return null;
  }
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  let sum = 0;
  for (const line of table.split('\n').slice(1)) {
    const [, local, remote, , queues] = line.trim().split(/\s+/);
    const [unsent = '0', unread = '0'] = (queues ?? '').split(':');
    if (local?.endsWith(`:${wanted}`)) sum += Number.parseInt(unread, 16);
    else if (remote?.endsWith(`:${wanted}`)) sum += Number.parseInt(unsent, 16);
  }
  return sum;
}
