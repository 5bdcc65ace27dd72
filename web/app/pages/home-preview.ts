// Two people who are not: their ids give the front page's faces their colours.

import { parse } from 'valibot'
import { UserId } from '../../../protocol/ids.ts'

export const previewPeople = [
  parse(UserId, '01938f00-0000-7000-8000-000000000003'),
  parse(UserId, '01938f00-0000-7000-8000-00000000000c'),
] as const
