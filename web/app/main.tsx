// The app's entry: draws the pages over the real services.

import { render } from 'preact'
import { App } from './app.tsx'
import { createServices } from './services.ts'

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no #app')
render(<App services={createServices()} />, root)
