// What somebody wrote: plain text with its line breaks, addresses made links. Never markup. [TML10]

import { type Called, pieces } from '../text/mentions.ts'
import { segments } from '../text/segments.ts'

interface Props {
  readonly body: string
  readonly called?: readonly Called[]
}

export function MessageText({ body, called = [] }: Props) {
  return (
    <p class="message-text" dir="auto">
      {segments(body).map((part) =>
        part.kind === 'text' ? (
          <Words text={part.text} called={called} />
        ) : (
          <a href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {part.text}
          </a>
        ),
      )}
    </p>
  )
}

function Words({ text, called }: { text: string; called: readonly Called[] }) {
  return pieces(text, called).map((piece) =>
    piece.kind === 'text' ? (
      piece.text
    ) : (
      <span class="mention" data-own={piece.own || undefined}>
        <bdi>{piece.text}</bdi>
      </span>
    ),
  )
}
