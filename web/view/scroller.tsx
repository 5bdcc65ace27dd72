// A list that grows at both ends and never moves under its reader. [TML3, TML4]

import { Component, type ComponentChildren, createRef } from 'preact'
import { goToEnd, isAtEnd, type Place, placeOf, returnTo } from './scroll-place.ts'

interface Props {
  readonly label: string
  /** Where the list hands itself to whoever sends the reader to its end. Preact 11 gives components no ref. */
  readonly handle: { current: Scroller | null }
  readonly children: ComponentChildren
  /** Another value means the reader wrote something: the list goes to its end. */
  readonly ownLatest: string | null
  /** Told when the reader comes to the end or leaves it. */
  readonly onFollowing: (following: boolean) => void
  /** Told when less than a view is left above the reader. */
  readonly onNearStart: () => void
  /** Told with the way back when one's own message took the reader away. */
  readonly onTakenAway: (back: () => void) => void
}

/**
 * A class, because only `getSnapshotBeforeUpdate` sees the list as it was right before it changes:
 * a place remembered from the last scroll event is stale while the reader scrolls.
 */
export class Scroller extends Component<Props> {
  #list = createRef<HTMLDivElement>()
  #rows = createRef<HTMLDivElement>()
  #following = true
  #resized: ResizeObserver | null = null

  override componentDidMount() {
    this.props.handle.current = this
    this.toEnd()
    // The keyboard opens, the composer grows, a font loads: whoever reads the end stays there.
    this.#resized = new ResizeObserver(() => this.#following && this.toEnd())
    if (this.#list.current) this.#resized.observe(this.#list.current)
    if (this.#rows.current) this.#resized.observe(this.#rows.current)
    this.#askForMore()
  }

  override componentWillUnmount() {
    this.props.handle.current = null
    this.#resized?.disconnect()
  }

  override getSnapshotBeforeUpdate(): Place | null {
    return this.#list.current && placeOf(this.#list.current)
  }

  override componentDidUpdate(before: Props, _: unknown, place: Place | null) {
    const list = this.#list.current
    if (!list) return
    const wrote = this.props.ownLatest !== null && this.props.ownLatest !== before.ownLatest
    if (wrote && !this.#following && place) {
      this.props.onTakenAway(() => returnTo(list, place))
    }
    if (wrote || this.#following) this.toEnd()
    else if (place) returnTo(list, place)
    this.#askForMore()
  }

  /** For whoever asked to go there: the button they pressed goes away, the list takes the focus. */
  goToEnd() {
    this.toEnd()
    this.#list.current?.focus({ preventScroll: true })
  }

  toEnd() {
    if (this.#list.current) goToEnd(this.#list.current)
    this.#follow(true)
  }

  #follow(following: boolean) {
    if (following === this.#following) return
    this.#following = following
    this.props.onFollowing(following)
  }

  #scrolled = () => {
    if (this.#list.current) this.#follow(isAtEnd(this.#list.current))
    this.#askForMore()
  }

  #askForMore() {
    const list = this.#list.current
    if (list && list.scrollTop < list.clientHeight) this.props.onNearStart()
  }

  override render({ label, children }: Props) {
    return (
      <div
        class="timeline"
        ref={this.#list}
        onScroll={this.#scrolled}
        role="log"
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too. [ACC1]
        tabIndex={0}
      >
        <div class="timeline-rows" ref={this.#rows}>
          {children}
        </div>
      </div>
    )
  }
}
