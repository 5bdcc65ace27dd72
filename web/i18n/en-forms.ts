// English: what stands in forms, beside their fields and on their buttons.

import { plural } from './plural.ts'

export const enForms = {
  fields: {
    email: {
      label: 'E-mail',
      missing: 'Enter your e-mail address.',
      invalid: 'This does not look like an e-mail address.',
    },
    username: {
      label: 'Username',
      hint: '3 to 32 letters and digits, with _ . - between them.',
      missing: 'Choose a username.',
      invalid: 'Use 3 to 32 letters and digits, with _ . - only between them.',
    },
    login: {
      label: 'E-mail or username',
      missing: 'Enter your e-mail address or username.',
      invalid: 'Enter your e-mail address or username.',
    },
    password: {
      label: 'Password',
      missing: 'Enter a password.',
      invalid: 'Use 8 to 128 characters.',
    },
    displayName: {
      label: 'Display name',
      hint: 'What others see. Your username if left empty.',
      missing: 'Enter a name.',
      invalid: 'Use at most 64 characters.',
    },
    phone: {
      label: 'Phone',
      hint: 'Seen only by you.',
      missing: '',
      invalid: 'Use digits, blanks and + ( ) . -, at least 5.',
    },
    age: {
      label: 'Age',
      hint: 'Seen only by you.',
      missing: '',
      invalid: 'Enter a whole number from 13 to 150.',
    },
    bio: {
      label: 'About you',
      hint: 'A line or two for your profile.',
      missing: '',
      invalid: 'Use at most 500 characters.',
    },
    name: { label: 'Name', missing: 'Give the room a name.', invalid: 'Use 3 to 50 characters.' },
    topic: {
      label: 'Topic',
      hint: 'What the room is about.',
      missing: '',
      invalid: 'Use at most 250 characters.',
    },
    optional: 'optional',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    counter: (used: number, most: number) => `${used} of ${most} characters`,
  },

  register: {
    title: 'Create your account',
    lead: 'It takes a minute. You can change everything but the username later.',
    rules: {
      label: 'Your password needs',
      atLeast: 'at least 8 characters',
      atMost: 'at most 128 characters',
      met: 'met',
      open: 'not met yet',
    },
    more: 'More about you',
    submit: 'Create account',
    busy: 'Creating your account…',
    haveAccount: 'Have an account?',
  },

  login: {
    title: 'Log in',
    lead: 'Welcome back.',
    submit: 'Log in',
    busy: 'Logging in…',
    wait: (seconds: number) =>
      plural('en', seconds, {
        one: 'Try again in # second',
        other: 'Try again in # seconds',
      }),
    noAccount: 'New here?',
  },
} as const
