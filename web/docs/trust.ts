// Swagger UI makes markup of strings, which our policy forbids elsewhere. It is given one way, on this
// page alone, which shows nothing but our own document. [S22]

const pass = (text: string) => text

/** Not in every browser, nor in the compiler's own list. */
declare const trustedTypes:
  | {
      createPolicy(
        name: string,
        rules: Record<'createHTML' | 'createScript' | 'createScriptURL', typeof pass>,
      ): void
    }
  | undefined

if (typeof trustedTypes !== 'undefined') {
  trustedTypes.createPolicy('default', {
    createHTML: pass,
    createScript: pass,
    createScriptURL: pass,
  })
}
