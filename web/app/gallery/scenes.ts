// Every screen in every state worth looking at, by name.

import { parse } from 'valibot'
import { Seq } from '../../../protocol/ids.ts'
import type { RoomScene } from './fake-room.ts'
import { type Answers, never, Refused } from './fake-server.ts'
import { lively } from './lively.ts'
import { chatter, draft, hard, rows, talk, three } from './messages.ts'
import {
  account,
  ana,
  cards,
  harbour,
  ivan,
  long,
  longRooms,
  me,
  myRooms,
  NOW_MS,
  sara,
  tomas,
} from './people.ts'

export interface Scene {
  readonly path: string
  readonly signedIn?: boolean
  readonly answers?: Answers
  readonly room?: RoomScene
  /** Text that waits in the composer. */
  readonly text?: string
}

const MINE = 'GET /rooms/mine'
const ROOMS = 'GET /rooms'
const listed = (rooms: readonly unknown[], next: string | null = null) => ({ rooms, next })
const away = new Refused('unavailable')

const base: Answers = {
  [MINE]: listed(myRooms),
  [ROOMS]: listed(cards, 'more'),
  [`GET /rooms/${harbour.id}`]: harbour,
  [`GET /users/${ana.id}`]: {
    ...{ id: ana.id, username: 'ana', displayName: ana.name },
    ...{ bio: 'Harbour master. Mornings only.', createdAt: '2025-11-04T09:00:00.000Z' },
  },
  'POST /auth/register': new Refused('usernameTaken'),
  'POST /auth/login': new Refused('wrongCredentials'),
  'POST /rooms': new Refused('nameTaken'),
  'PATCH /users/me': account,
}

const path = `/rooms/${harbour.id}`
const room = (scene: RoomScene, more: Partial<Scene> = {}): Scene => ({
  path,
  signedIn: true,
  room: scene,
  ...more,
})

const scenes: Readonly<Record<string, Scene>> = {
  home: { path: '/' },
  'home-no-rooms': { path: '/', answers: { [ROOMS]: listed([]) } },
  register: { path: '/register' },
  login: { path: '/login' },
  'login-slowed': {
    path: '/login',
    answers: { 'POST /auth/login': new Refused('rateLimited', { retryAfterMs: 42_000 }) },
  },
  'login-away': { path: '/login', answers: { 'POST /auth/login': away } },
  'login-busy': { path: '/login', answers: { 'POST /auth/login': never } },

  rooms: { path: '/rooms', signedIn: true },
  'rooms-loading': { path: '/rooms', signedIn: true, answers: { [MINE]: never } },
  'rooms-empty': { path: '/rooms', signedIn: true, answers: { [MINE]: listed([]) } },
  'rooms-error': { path: '/rooms', signedIn: true, answers: { [MINE]: away } },
  'rooms-many': { path: '/rooms', signedIn: true, answers: { [MINE]: listed(longRooms, 'more') } },
  'new-room': { path: '/rooms', signedIn: true },

  directory: { path: '/directory', signedIn: true },
  'directory-visitor': { path: '/directory' },
  'directory-loading': { path: '/directory', signedIn: true, answers: { [ROOMS]: never } },
  'directory-empty': { path: '/directory', signedIn: true, answers: { [ROOMS]: listed([]) } },
  'directory-nothing': {
    path: '/directory?query=pottery',
    signedIn: true,
    answers: { [ROOMS]: listed([]) },
  },
  'directory-error': { path: '/directory', signedIn: true, answers: { [ROOMS]: away } },
  'directory-long': {
    path: '/directory',
    signedIn: true,
    answers: { [ROOMS]: listed(longRooms.map((one) => ({ ...one, role: null }))) },
  },

  room: room({ messages: rows(talk) }),
  'room-details': room({ messages: rows(talk) }, { path: `${path}?details` }),
  'room-lively': room({
    messages: lively,
    presence: { online: new Set([me.id, ana.id, tomas.id]), count: 3 },
    typing: [tomas.id, sara.id],
  }),
  'room-lively-details': room(
    { messages: lively, presence: { online: new Set([me.id, ana.id]), count: 2 } },
    { path: `${path}?details` },
  ),
  'room-crowd': room(
    {
      messages: lively,
      membersComplete: false,
      presence: { online: null, count: 412 },
      typing: [ana.id, tomas.id, sara.id, ivan.id],
    },
    {
      path: `${path}?details`,
      answers: {
        [`GET /rooms/${harbour.id}/members`]: {
          members: [ana, ivan, me, tomas, sara, long].map((one) => ({
            ...{ ...one, role: one === ana ? 'owner' : 'member', mutedUntil: null },
          })),
          next: 'more',
        },
      },
    },
  ),
  'room-muted': room(
    { messages: rows(three), mutedUntil: NOW_MS + 45 * 60_000 },
    { text: 'But I' },
  ),
  'room-slow': room({
    messages: rows(three),
    slowModeSeconds: 30,
    slowUntilMs: NOW_MS + 18_000,
    drafts: [draft(1, 'Waits for its turn', { state: 'waiting' })],
  }),
  'room-mishap': room({
    messages: lively,
    mishap: { deed: { type: 'edit', seq: parse(Seq, 1), body: '' }, code: 'editClosed' },
  }),
  'room-loading': room({ unknown: true, face: { face: 'connecting' } }),
  'room-empty': room({}),
  'room-three': room({ messages: rows(three) }),
  'room-long': room({
    messages: rows(hard),
    name: 'Donaudampfschifffahrtselektrizitätenhauptbetriebsw',
    topic:
      'A topic of two hundred and fifty characters, which is a lot for a topic, and which goes on for a while '
        .repeat(3)
        .slice(0, 250),
  }),
  'room-scroll': room({ messages: chatter(50, 501), atBeginning: false }),
  'room-drafts': room({
    messages: rows(talk),
    drafts: [
      draft(1, 'This one is on its way', { state: 'sending', sinceMs: NOW_MS }),
      draft(2, 'This one failed', { state: 'failed', code: 'idConflict' }),
      draft(3, 'This one waits for its turn', { state: 'waiting' }),
    ],
  }),
  'room-catching-up': room({ messages: rows(talk), face: { face: 'catchingUp' } }),
  'room-reconnecting': room({
    messages: rows(talk),
    face: { face: 'reconnecting', retryAtMs: NOW_MS + 8_000 },
  }),
  'room-offline': room({
    messages: rows(talk),
    face: { face: 'offline' },
    drafts: [draft(1, 'Written on the train', { state: 'waiting' })],
  }),
  'room-forbidden': room({ face: { face: 'stopped', code: 'forbidden' } }),
  'room-gone': room(
    { face: { face: 'stopped', code: 'roomGone' } },
    { text: 'I had just begun to write this' },
  ),
  'room-outdated': room({ face: { face: 'stopped', code: 'unsupportedProtocol' } }),
  'room-over': room({ messages: rows(three) }, { text: 'word '.repeat(820) }),
  'room-outside': {
    path,
    signedIn: true,
    answers: { [MINE]: listed([]), [`GET /rooms/${harbour.id}`]: { ...harbour, role: null } },
  },
  'room-visitor': { path, answers: { [`GET /rooms/${harbour.id}`]: { ...harbour, role: null } } },

  profile: { path: `/users/${me.id}`, signedIn: true },
  'profile-other': { path: `/users/${ana.id}`, signedIn: true },
  'profile-error': {
    path: `/users/${tomas.id}`,
    signedIn: true,
    answers: { [`GET /users/${tomas.id}`]: away },
  },
  settings: { path: '/settings', signedIn: true },
  'not-found': { path: '/nowhere', signedIn: true },
  'not-found-visitor': { path: '/nowhere' },
}

export function sceneOf(name: string): Scene {
  const scene = scenes[name]
  if (!scene) throw new Error(`no scene ${name}`)
  return { ...scene, answers: { ...base, ...scene.answers } }
}

export const sceneNames = Object.keys(scenes)
