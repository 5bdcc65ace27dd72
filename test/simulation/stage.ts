// The room, its people, their browsers and pages: everything that takes part in a simulated run.

import type { Archive } from '../../durable/archive.ts'
import type { OpenRoom } from '../../durable/open-room.ts'
import type { Answer, Asker, PersonAsOf } from '../../durable/room-calls.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { commandsBurst, commandsPerSecond } from '../../protocol/limits.ts'
import { roomId, userId } from '../support/ids.ts'
import { Browser } from './browser.ts'
import { Checks } from './checks.ts'
import type { BackupRows } from './deeds.ts'
import { isStruck } from './disk.ts'
import { Page } from './page.ts'
import { MemoryPostgres } from './postgres.ts'
import { SimServer } from './server.ts'
import type { Variant } from './variant.ts'
import type { World } from './world.ts'

export interface Player {
  readonly userId: UserId
  name: string
  person(asOf?: number): PersonAsOf
}

const room: RoomId = roomId(1)

export class Stage {
  readonly world: World
  readonly checks: Checks
  readonly postgres: MemoryPostgres
  readonly server: SimServer
  readonly players: Player[] = []
  readonly browsers: Browser[] = []
  readonly pages: Page[] = []
  /** All that were ever opened. */
  readonly everyPage: Page[] = []
  /** Who came without a browser. */
  readonly passersBy: UserId[] = []
  backup: BackupRows | null = null
  /** What may be missing: gone with a page before it reached the disk, or with a life of the room. */
  readonly excused = new Set<string>()

  constructor(world: World, variant: Variant) {
    this.world = world
    this.checks = new Checks(world)
    const entry = { name: 'Kitchen', topic: '', visibility: 'public' as const, version: 1 }
    this.postgres = new MemoryPostgres(world, entry, variant.isMirrorGuarded ?? true)
    for (let n = world.whole(3, 6); n > 0; n -= 1) this.players.push(playerOf(n, world))
    const [first] = this.players
    const seed = { id: room, ...entry, owner: first!.person(world.nowMs) }
    this.server = new SimServer({
      ...{ world, seed, postgres: this.postgres, checks: this.checks, variant },
      page: world.random() < 0.6 ? { rows: world.whole(2, 12), bytes: 50_000 } : null,
      allowance:
        world.random() < 0.5
          ? { burst: commandsBurst, perSecond: commandsPerSecond }
          : { burst: 1_000, perSecond: 1_000 },
    })
    const tokenMs = world.whole(90_000, 300_000)
    for (const player of this.players) {
      if (player !== first) this.join(player, this.askerOf(player))
      for (let n = world.whole(1, 2); n > 0; n -= 1) {
        this.browsers.push(new Browser(world, player.userId, tokenMs))
      }
    }
    for (const browser of this.browsers) this.sit(browser)
    for (let n = world.whole(0, 2); n > 0; n -= 1) this.sit(world.pick(this.browsers)!)
  }

  sit(browser: Browser): void {
    if (this.pages.filter((page) => page.browser === browser).length >= 3) return
    const person = this.players.findIndex((player) => player.userId === browser.userId)
    const name = `${person}.${this.everyPage.length}`
    const page = new Page(browser, this.server, room, name)
    this.pages.push(page)
    this.everyPage.push(page)
  }

  /** What had not reached the disk, nor the room, may be gone with the page. Nothing else. */
  kill(page: Page): void {
    page.kill()
    const safe = new Set([...page.kept, ...this.checks.born.values()])
    for (const body of page.written) if (!safe.has(body)) this.excused.add(body)
    this.#goes(page)
    this.sit(page.browser)
  }

  close(page: Page): void {
    page.close()
    this.kill(page)
  }

  #goes(page: Page): void {
    this.pages.splice(this.pages.indexOf(page), 1)
  }

  someone(): Player {
    return this.world.pick(this.players)!
  }

  playerOf(id: UserId): Player {
    return this.players.find((player) => player.userId === id)!
  }

  somebodyWhoMay(): Player {
    const { rights } = this.server.open
    const may = this.players.filter((player) => {
      const role = rights.roleOf(player.userId)
      return role === 'owner' || role === 'moderator'
    })
    return this.world.pick(may) ?? this.someone()
  }

  /** With the sign-in of one of their browsers. */
  askerOf({ userId: id }: Player): Asker {
    const browser = this.browsers.find((one) => one.userId === id)
    return {
      userId: id,
      sessionId: browser?.sessionId ?? (this.world.mintId() as Asker['sessionId']),
    }
  }

  join(player: Player, asker: Asker): void {
    const person = player.person(this.world.nowMs)
    this.http(player, 'join', ({ people, archive }) => {
      const answer = people.join(asker, person, true)
      this.catchUp(archive)
      return answer
    })
  }

  /** Asked through the Worker: it may get lost, and an object that dies leaves it half asked. */
  http(player: Player, what: string, ask: (open: OpenRoom) => Answer<unknown>): void {
    const { world } = this
    if (world.strikes(0.05)) return
    world.later(
      () => {
        this.server.turn(`${what} of ${player.name}`, (open) => {
          const answer = ask(open)
          if (!answer.ok) world.note(`refused ${answer.refusal.code}`)
        })
      },
      world.between(2, 300),
    )
  }

  catchUp(archive: Archive): void {
    archive.catchUp().catch((error: unknown) => {
      if (!isStruck(error)) throw error
    })
  }
}

function playerOf(n: number, world: World): Player {
  return {
    userId: userId(n),
    name: `Person${n}`,
    person(asOf = world.nowMs) {
      return { id: this.userId, name: this.name, avatar: null, asOf }
    },
  }
}
