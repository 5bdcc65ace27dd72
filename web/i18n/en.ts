// English: every word the app shows, by the screen that shows it.

import { enFailures } from './en-failures.ts'
import { enForms } from './en-forms.ts'
import { plural } from './plural.ts'

const count = (number: number, one: string, other: string): string =>
  plural('en', number, { one, other })

export const en = {
  language: 'en',
  failures: enFailures,
  ...enForms,

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
    unread: (number: string) => `${number} unread`,
    unreadMentions: (number: string) => `${number} unread, you were mentioned`,
    many: '99+',
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
    roleGroups: { owner: 'Owner', moderator: 'Moderators', member: 'Members', guest: 'Guests' },
    you: 'you',
    leave: 'Leave room',
    leaveTitle: (name: string) => `Leave “${name}”?`,
    leavePublic: 'You can join again at any time.',
    leavePrivate: 'It is private: you cannot come back by yourself.',
    outsideTitle: 'You are not in this room',
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
    online: (number: number) => count(number, '# online', '# online'),
    isOnline: 'online',
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
    joined: (names: string) => `${names} joined`,
    left: (names: string) => `${names} left`,
    removed: (by: string, whom: string) => `${by} removed ${whom}`,
    banned: (by: string, whom: string) => `${by} banned ${whom}`,
    renamed: (by: string, name: string) => `${by} named the room “${name}”`,
    roleChanged: {
      owner: (by: string, whom: string) => `${by} handed the room over to ${whom}`,
      moderator: (by: string, whom: string) => `${by} made ${whom} a moderator`,
      member: (by: string, whom: string) => `${by} made ${whom} a member`,
      guest: (by: string, whom: string) => `${by} made ${whom} a guest`,
    },
    edited: '(edited)',
    repliesTo: (name: string) => `In reply to ${name}`,
    repliesToEarlier: 'In reply to an earlier message',
    earlier: 'An earlier message',
    originalDeleted: 'Original deleted',
    reactions: 'Reactions',
    reaction: (emoji: string, number: number, names: string) => `${emoji} ${number}: ${names}`,
    typing: (names: string, number: number) =>
      plural('en', number, { one: `${names} is typing…`, other: `${names} are typing…` }),
    manyTyping: 'Several people are typing…',
    others: (number: number) => count(number, '# other', '# others'),
  },

  deeds: {
    edit: 'The message was not edited.',
    delete: 'The message was not deleted.',
    react: 'The reaction was not changed.',
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
    mutedUntil: (time: string) => `You were muted here. You can write again from ${time}`,
    slow: (seconds: number) =>
      count(
        seconds,
        'Slow mode: # second to your next message',
        'Slow mode: # seconds to your next message',
      ),
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
    noBio: 'Nothing here yet.',
    onlyYou: 'Only you see this',
  },

  settings: {
    title: 'Settings',
    profile: 'Profile',
    lead: 'Others see your display name, username and what you write about yourself.',
    appearance: 'Appearance',
    save: 'Save changes',
    busy: 'Saving…',
    saved: 'Saved',
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
