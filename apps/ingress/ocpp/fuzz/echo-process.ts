import { WebSocketServer } from 'ws';

/** A bare WebSocket server that says everything back: what this machine, busy as it is, gives any process just now. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data) => socket.send(data));
});
server.once('listening', () => process.send?.((server.address() as { port: number }).port));
process.once('disconnect', () => process.exit(0));
