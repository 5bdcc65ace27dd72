// English: every word the app shows, by the screen that shows it.

import { enFailures } from './en-failures.ts'
import { plural } from './plural.ts'

const count = (number: number, one: string, other: string): string =>
  plural('en', number, { one, other })

export const en = {
  language: 'en',
  direction: 'ltr',
  failures: enFailures,

  app: {
    name: 'Parley',
    title: (page: string) => `${page} · Parley`,
    skip: 'Skip to content',
    loading: 'Loading…',
    retry: 'Try again',
    reload: 'Reload',
    cancel: 'Cancel',
    close: 'Close',
    back: 'Back to rooms',
    crashed: 'This part of Parley stopped working',
    crashedHint: 'Nothing you sent is lost. Reload to go on.',
    couldNotLoad: 'This could not be loaded',
  },

  nav: {
    main: 'Main',
    rooms: 'Rooms',
    directory: 'Directory',
    publicRooms: 'Public rooms',
    login: 'Log in',
    register: 'Get started',
    account: 'Your account',
    profile: 'Your profile',
    settings: 'Settings',
    logout: 'Log out',
    theme: 'Theme',
    themes: { auto: 'Match the system', light: 'Light', dark: 'Dark' },
  },

  home: {
    title: 'A calm place for your people to talk',
    lead: 'Parley is a chat of your own: rooms that load at once, keep their order, and never lose a line.',
    facts: [
      {
        title: 'Nothing gets lost',
        text: 'Write on a train. What you send waits in order and arrives once, even after a reload.',
      },
      {
        title: 'Close to everyone',
        text: 'Each room runs at the edge of the network, so words arrive as they are spoken.',
      },
      {
        title: 'Yours',
        text: 'No trackers, no ads, no third parties. One small app that you run yourself.',
      },
    ],
    rooms: 'Rooms open to everyone',
    noRooms: 'No public rooms yet. Yours could be the first.',
    allRooms: 'See all rooms',
    preview: {
      label: 'A picture of a conversation',
      lines: [
        { name: 'Ana Lindqvist', text: 'The ferry leaves at nine. Who is in?' },
        { name: 'Tomás', text: 'In. I will bring the coffee.' },
        { name: 'Ana Lindqvist', text: 'Then it is settled.' },
      ],
    },
  },

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
    wait: (seconds: number) => count(seconds, 'Try again in # second', 'Try again in # seconds'),
    noAccount: 'New here?',
  },

  rooms: {
    title: 'Rooms',
    list: 'Your rooms',
    filter: 'Filter rooms',
    create: 'New room',
    browse: 'Browse the directory',
    more: 'Show more',
    empty: 'No rooms yet',
    emptyHint: 'Open one for your people, or look at what is public.',
    noMatch: (query: string) => `No room of yours matches “${query}”.`,
    pick: 'Pick a room to read along',
    pickHint: 'Everything said since you were last here is waiting in its place.',
    noMessages: 'No messages yet',
    draft: 'Draft',
    excerpt: (author: string, text: string) => `${author}: ${text}`,
    private: 'Private room',
  },

  newRoom: {
    title: 'New room',
    visibility: 'Who can come in?',
    public: 'Public',
    publicHint: 'Listed in the directory. Anyone can read its card and join.',
    private: 'Private',
    privateHint: 'Not listed. Only its members know it exists.',
    submit: 'Create room',
    busy: 'Creating the room…',
  },

  directory: {
    title: 'Directory',
    lead: 'Rooms open to everyone here.',
    search: 'Search rooms',
    members: (number: number) => count(number, '# member', '# members'),
    join: 'Join',
    joining: 'Joining…',
    joined: 'Joined',
    more: 'Show more',
    empty: 'No public rooms yet',
    emptyHint: 'Create the first one and it appears here.',
    nothing: (query: string) => `Nothing called “${query}”`,
    nothingHint: 'It could be yours.',
    createNamed: (name: string) => `Create “${name}”`,
    noTopic: 'No topic yet',
  },

  room: {
    back: 'Back to rooms',
    details: 'Room details',
    closeDetails: 'Close details',
    members: 'Members',
    public: 'Public room',
    private: 'Private room',
    topic: 'Topic',
    noTopic: 'No topic yet',
    roles: { owner: 'Owner', moderator: 'Moderator', member: 'Member', guest: 'Guest' },
    roleGroups: { owner: 'Owner', moderator: 'Moderators', member: 'Members', guest: 'Guests' },
    you: 'you',
    leave: 'Leave room',
    leaveTitle: (name: string) => `Leave “${name}”?`,
    leavePublic: 'You can join again at any time.',
    leavePrivate: 'It is private: you cannot come back by yourself.',
    outsideTitle: 'You are not in this room yet',
    outsideHint: 'Join to read along and write.',
    join: 'Join room',
    loginToJoin: 'Log in to join',
    forbidden: 'You can no longer read this room',
    forbiddenHint: 'Your membership ended. Its messages are gone from this device.',
    gone: 'This room was deleted',
    goneHint: 'Its messages are gone for everyone.',
    unsent: 'You had not sent this yet:',
    outdated: 'Parley was updated',
    outdatedHint: 'Reload to go on. What you wrote is kept.',
    toRooms: 'See your rooms',
    formerMember: 'Former member',
  },

  timeline: {
    label: 'Messages',
    beginning: (name: string) => `This is where ${name} begins`,
    beginningHint: 'Everything said here, from the first line on.',
    emptyHint: 'Say something; whoever joins will find it.',
    loadingOlder: 'Loading earlier messages…',
    olderFailed: 'Earlier messages could not be loaded.',
    today: 'Today',
    yesterday: 'Yesterday',
    newBelow: (number: number) => count(number, '# new', '# new'),
    newBelowLabel: (number: number) => count(number, 'Go to # new message', 'Go to # new messages'),
    latest: 'Latest',
    wayBack: 'Back to where you were',
    deleted: 'Message deleted',
    edited: 'edited',
    joined: (names: string) => `${names} joined`,
    left: (names: string) => `${names} left`,
    others: (number: number) => count(number, '# other', '# others'),
  },

  draft: {
    waiting: 'Waiting to send',
    sending: 'Sending…',
    sent: 'Sent',
    stillSending: 'Still sending…',
    failed: 'Not sent',
    retry: 'Retry',
    copy: 'Copy',
    copied: 'Copied',
    discard: 'Delete',
  },

  composer: {
    label: (room: string) => `Message ${room}`,
    send: 'Send message',
    left: (number: number) => count(number, '# character left', '# characters left'),
    over: (number: number) => count(number, '# character too many', '# characters too many'),
    hint: 'Enter sends, Shift+Enter starts a new line',
  },

  connection: {
    connecting: 'Connecting…',
    catchingUp: 'Catching up…',
    reconnectingIn: (seconds: number) =>
      count(
        seconds,
        'Connection lost. Trying again in # second',
        'Connection lost. Trying again in # seconds',
      ),
    reconnecting: 'Connection lost. Connecting…',
    retryNow: 'Retry now',
    offline: 'You are offline. Messages will be sent when you are back.',
    signedOut: 'You were logged out. What you wrote is kept.',
  },

  profile: {
    title: 'Profile',
    memberSince: (date: string) => `Here since ${date}`,
    edit: 'Edit profile',
    email: 'E-mail',
    phone: 'Phone',
    age: 'Age',
    about: 'About',
    noBio: 'Nothing here yet.',
    onlyYou: 'Only you see this',
  },

  settings: {
    title: 'Settings',
    profile: 'Profile',
    lead: 'Others see your display name, username and what you write about yourself.',
    privateLead: 'Only you see these.',
    appearance: 'Appearance',
    save: 'Save changes',
    busy: 'Saving…',
    saved: 'Saved',
    email: 'E-mail and username cannot be changed here.',
  },

  notFound: {
    title: 'There is nothing here',
    hint: 'The address may be mistyped, or it is not yours to see.',
    home: 'Go to the start',
  },
} as const

/** The shape of a catalogue: English with its literals loosened to what another language may say. */
export type Words = Loose<typeof en>

type Loose<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof T]: Loose<T[Key]> }
