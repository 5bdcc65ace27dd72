// One good request of each kind, for readers of the document. A test sends each through its schema.

export const examples: Readonly<Record<string, unknown>> = {
  RegisterRequest: {
    email: 'ana@example.com',
    username: 'ana',
    password: 'a long and secret sentence',
    displayName: 'Ana',
    transport: 'body',
  },
  LoginRequest: {
    login: 'ana@example.com',
    password: 'a long and secret sentence',
    transport: 'body',
  },
  RefreshRequest: { refreshToken: '0199….….…' },
  LogoutRequest: { everywhere: true },
  ValidateRequest: { token: 'eyJ….….…', live: true },
  PasswordRequest: { current: 'a long and secret sentence', next: 'another one, longer still' },
  AccountPatch: { role: 'admin' },
  ProfilePatch: { displayName: 'Ana Lima', phone: null, bio: 'Keeps bees.' },
  DeleteMeRequest: { password: 'a long and secret sentence', messages: 'erase' },
  DeleteUserRequest: { messages: 'keep' },
  CreateRoomRequest: { name: 'Kitchen', topic: 'What is for lunch', visibility: 'public' },
  RoomPatch: { topic: 'What is for dinner', settings: { slowModeSeconds: 30 } },
  MemberPatch: { role: 'moderator' },
  InviteRequest: { expiresIn: 86_400, maxUses: 10 },
  BotRequest: { name: 'Weather', rights: ['send', 'react'] },
  WebhookRequest: { url: 'https://example.com/parley', events: ['messages'] },
  WebhookPatch: { paused: false },
  PostRequest: { id: '01a1b2c3-d4e5-7f60-8a9b-0c1d2e3f4a5b', body: 'Hello **everybody**' },
  EditRequest: { body: 'Hello, everybody' },
  ReadRequest: { seq: 41 },
}
