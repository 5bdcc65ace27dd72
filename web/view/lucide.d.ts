// What web/build/lucide-nodes.ts makes of an icon.

declare module 'lucide-static/icons/*.svg' {
  const shapes: readonly (readonly [tag: string, attributes: Record<string, string>])[]
  export default shapes
}
