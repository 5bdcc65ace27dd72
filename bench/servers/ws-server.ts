// A peer: Node's `ws`, relaying every frame to every socket. Stores nothing.

import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const frame = String(data)
    for (const client of server.clients) client.send(frame)
  })
})
server.on('listening', () => {
  const { port } = server.address() as AddressInfo
  console.log(port)
})
