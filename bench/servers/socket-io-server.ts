// A peer: Socket.IO over WebSocket only, emitting every message to its room. Stores nothing.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'

const http = createServer()
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
io.on('connection', (socket) => {
  socket.join('room')
  socket.on('message', (body: string) => io.to('room').emit('message', body))
})
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo
  console.log(port)
})
