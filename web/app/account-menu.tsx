// Who one is, and what one may do about it. [APP18]

import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import type { Account } from '../../protocol/api/accounts.ts'
import type { FailureCode } from '../../protocol/failures.ts'
import { words } from '../i18n/words.ts'
import { Avatar } from '../view/avatar.tsx'
import { Icon } from '../view/icon.tsx'
import { codeOf } from './loaded.ts'
import { useServices } from './services.ts'

export function AccountMenu({ account }: { account: Account }) {
  const { session } = useServices()
  const menu = useRef<HTMLDivElement>(null)
  const open = useSignal(false)
  const failed = useSignal<FailureCode | null>(null)
  const { route } = useLocation()
  const text = words().nav
  const logout = async () => {
    failed.value = null
    try {
      await session.logout()
      route('/') // Not to the login page with a way back: leaving was meant.
    } catch (error) {
      failed.value = codeOf(error)
    }
  }
  const close = () => menu.current?.hidePopover()
  return (
    <>
      <button
        type="button"
        class="account-button"
        popovertarget="account-menu"
        aria-expanded={open.value}
      >
        <Avatar id={account.id} name={account.displayName} />
        <span class="visually-hidden">{text.account}:</span>
        <span class="account-names">
          <bdi class="ellipsis">{account.displayName}</bdi>
          <span class="ellipsis badge">@{account.username}</span>
        </span>
      </button>
      <div
        class="menu account-menu"
        id="account-menu"
        popover="auto"
        ref={menu}
        onToggle={(event) => {
          open.value = event.newState === 'open'
        }}
      >
        <a class="menu-item" href={`/users/${account.id}`} onClick={close}>
          <Icon name="person" />
          {text.profile}
        </a>
        <a class="menu-item" href="/settings" onClick={close}>
          <Icon name="settings" />
          {text.settings}
        </a>
        <button type="button" class="menu-item" onClick={() => void logout()}>
          <Icon name="logout" />
          {text.logout}
        </button>
        {failed.value && (
          <p class="menu-note field-error" role="alert">
            {words().failures[failed.value]}
          </p>
        )}
      </div>
    </>
  )
}
