/**
 * Keeps the page as tall as what is visible of it. iOS lays its keyboard over the page instead of making the page
 * smaller; without this the composer would be behind it.
 */
export function followVisibleViewport(root: HTMLElement): void {
  const visible = window.visualViewport
  if (!visible) return
  const apply = () => {
    // Pinched to zoom: the page stays as it is.
    if (visible.scale > 1.01) return
    root.style.setProperty('--visible-height', `${Math.round(visible.height)}px`)
    root.style.setProperty('--visible-top', `${Math.round(visible.offsetTop)}px`)
  }
  visible.addEventListener('resize', apply)
  visible.addEventListener('scroll', apply)
  apply()
}
