// What somebody wrote: plain text with its line breaks, addresses made links. Never markup. [TML10]

import { segments } from '../text/segments.ts'

export function MessageText({ body }: { body: string }) {
  return (
    <p class="message-text" dir="auto">
      {segments(body).map((part) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          <a href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {part.text}
          </a>
        ),
      )}
    </p>
  )
}
