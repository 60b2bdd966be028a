// A service that costs almost nothing: every request gets the same 20 kB of JSON. gateway.ts runs it as a separate process.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const item = { id: '01890a5d-ac96-774b-bcce-b302099a8057', number: 'A-001', name: { zh: '展位', en: 'Booth' }, availability: 'free' };
const body = JSON.stringify({ items: Array.from({ length: 150 }, () => item), nextCursor: null });
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(body),
  'cache-control': 'no-store',
};

const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on('disconnect', () => process.exit());
