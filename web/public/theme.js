// Runs before the first paint, so that a chosen theme never flashes in. app/theme.ts writes what this reads.
{
  let theme = null
  try {
    theme = localStorage.getItem('parley:theme')
  } catch {
    // Storage is refused in some private windows: the system's theme it is.
  }
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
}
