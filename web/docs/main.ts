// The API's documentation: our own document, shown by Swagger UI from our own origin.

import './trust.ts' // First: what follows makes markup as soon as it runs.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'

SwaggerUI({
  url: '/api/v1/openapi.json',
  dom_id: '#document',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // It would ask another origin whether the document is good; a test of ours does.
  validatorUrl: null,
})

/** As the app is: what was chosen there, else what the system says. `theme.js` has read the choice. */
const root = document.documentElement
const system = matchMedia('(prefers-color-scheme: dark)')
const follow = () => {
  root.classList.toggle(
    'dark-mode',
    (root.dataset['theme'] ?? (system.matches && 'dark')) === 'dark',
  )
}
system.addEventListener('change', follow)
follow()
