// The catalogue in use.

import { signal } from '@preact/signals'
import { en, type Words } from './en.ts'

const current = signal<Words>(en)

/** Read while drawing, so that a view is drawn again when the language changes. */
export const words = (): Words => current.value
