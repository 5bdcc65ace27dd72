// How a room is opened: the engine, unless tests or the gallery bring another. Loaded with the room's page.

import { createContext } from 'preact'
import { openRoom } from '../../store/open-room.ts'

export const OpenRoom = createContext(openRoom)
