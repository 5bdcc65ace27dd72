// Which sentence stands beside which field: for what a schema refuses, and for what the server does.

import type * as v from 'valibot'
import type { Failure } from '../../../protocol/failures.ts'
import { words } from '../../i18n/words.ts'

export type FieldErrors = Readonly<Record<string, string>>

/** What the form holds, by the names of its fields. */
export type Given = Readonly<Record<string, string>>

/** Judged before sending, by the very schema the server will use. */
export function errorsOfIssues(issues: readonly v.BaseIssue<unknown>[], given: Given): FieldErrors {
  const names = issues.flatMap(
    (issue) => issue.path?.slice(0, 1).map((step) => String(step.key)) ?? [],
  )
  return sentences(names, given)
}

/** Empty for a failure that concerns no field: it is said above the button instead. */
export function errorsOfFailure(failure: Failure, given: Given): FieldErrors {
  const failures = words().failures
  switch (failure.code) {
    case 'emailTaken':
      return { email: failures.emailTaken }
    case 'usernameTaken':
      return { username: failures.usernameTaken }
    case 'nameTaken':
      return { name: failures.nameTaken }
    default:
      return sentences(
        failure.errors.map((error) => error.path.split('.')[0] ?? ''),
        given,
      )
  }
}

function sentences(names: readonly string[], given: Given): FieldErrors {
  return Object.fromEntries(
    names.flatMap((name) => {
      const sentence = sentenceFor(name, given[name] ?? '')
      return sentence === null ? [] : [[name, sentence]]
    }),
  )
}

function sentenceFor(name: string, value: string): string | null {
  const fields = words().fields
  if (!isField(name)) return null
  const { missing, invalid } = fields[name]
  return value.trim() === '' && missing !== '' ? missing : invalid
}

type Fields = ReturnType<typeof words>['fields']
export type FieldName = {
  [Name in keyof Fields]: Fields[Name] extends { invalid: string } ? Name : never
}[keyof Fields]

function isField(name: string): name is FieldName {
  const fields: object = words().fields
  return Object.hasOwn(fields, name) && typeof Reflect.get(fields, name) === 'object'
}
