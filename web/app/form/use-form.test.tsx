// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import { LoginRequest, RegisterRequest } from '../../../protocol/api/accounts.ts'
import { Failure } from '../../../protocol/failures.ts'
import { Field } from './field.tsx'
import { FormError, Submit } from './form-end.tsx'
import { PasswordField } from './password-field.tsx'
import { useForm } from './use-form.ts'

afterEach(cleanup)

function Register({ send }: { send: (request: unknown) => Promise<void> }) {
  const form = useForm({ schema: RegisterRequest, request: (given) => given, send })
  return (
    <form onSubmit={form.onSubmit}>
      <Field name="email" errors={form.errors} />
      <Field name="username" errors={form.errors} />
      <PasswordField errors={form.errors} choosing />
      <FormError form={form} />
      <Submit form={form} label="Create" busy="Creating" />
    </form>
  )
}

const field = (label: string) =>
  screen.getByLabelText<HTMLInputElement>(label, { selector: 'input' })
const type = (label: string, value: string) => fireEvent.input(field(label), { target: { value } })
const submit = () => fireEvent.submit(document.querySelector('form') as HTMLFormElement)

async function fill() {
  await type('E-mail', 'ana@example.com')
  await type('Username', 'ana')
  await type('Password', 'correct horse')
}

test('[APP2] every wrong field has its own sentence, and the first has the focus', async () => {
  const send = vi.fn()
  render(<Register send={send} />)
  await type('Username', '!')
  await submit()
  await vi.waitFor(() => expect(document.activeElement).toBe(field('E-mail')))
  expect(screen.getByText('Enter your e-mail address.')).toBeTruthy()
  expect(
    screen.getByText('Use 3 to 32 letters and digits, with _ . - only between them.'),
  ).toBeTruthy()
  expect(screen.getByText('Enter a password.')).toBeTruthy()
  expect(send).not.toHaveBeenCalled()
})

test('[APP2] a taken name is said beside its field, and nothing typed is lost', async () => {
  render(<Register send={() => Promise.reject(new Failure('usernameTaken'))} />)
  await fill()
  await submit()
  await vi.waitFor(() => expect(document.activeElement).toBe(field('Username')))
  expect(screen.getByText('This username is taken. Try another.')).toBeTruthy()
  expect(field('E-mail').value).toBe('ana@example.com')
  expect(field('Password').value).toBe('correct horse')
})

test('[APP2] password rules are ticked as they are met', async () => {
  render(<Register send={vi.fn()} />)
  const met = () => document.querySelectorAll('.rules [data-met]').length
  expect(met()).toBe(0)
  await type('Password', 'short')
  expect(met()).toBe(1)
  await type('Password', 'long enough')
  expect(met()).toBe(2)
})

test('[APP2] errors the server names by path stand beside their fields', async () => {
  const failure = new Failure('invalid', { errors: [{ path: 'email', message: 'no' }] })
  render(<Register send={() => Promise.reject(failure)} />)
  await fill()
  await submit()
  expect(await screen.findByText('This does not look like an e-mail address.')).toBeTruthy()
})

function Login({ failure, asked = vi.fn() }: { failure: Failure; asked?: () => void }) {
  const form = useForm({
    schema: LoginRequest,
    request: (given) => given,
    send: () => {
      asked()
      return Promise.reject(failure)
    },
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Field name="login" errors={form.errors} />
      <PasswordField errors={form.errors} />
      <FormError form={form} />
      <Submit form={form} label="Log in" busy="…" />
    </form>
  )
}

test('[APP3] slowed down, the button counts, keeps its focus and sends nothing', async () => {
  const asked = vi.fn()
  render(<Login failure={new Failure('rateLimited', { retryAfterMs: 30_000 })} asked={asked} />)
  await type('E-mail or username', 'ana')
  await type('Password', 'wrong')
  await submit()
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: /Try again in 30/ })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  expect(button.disabled).toBe(false)
  await submit()
  expect(asked).toHaveBeenCalledTimes(1)
})

test('[APP3] wrong credentials are said once, with both fields kept', async () => {
  render(<Login failure={new Failure('wrongCredentials')} />)
  await type('E-mail or username', 'ana')
  await type('Password', 'wrong')
  await submit()
  expect(await screen.findByText('The name or the password is not right.')).toBeTruthy()
  expect(field('Password').value).toBe('wrong')
})
