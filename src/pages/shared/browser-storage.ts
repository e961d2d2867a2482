/** Remembers texts. A browser that forbids storage forgets them at the end of the page; nothing breaks. */
export interface TextStorage {
  read(key: string): string | null
  write(key: string, value: string | null): void
}

export function createTextStorage(kind: 'localStorage' | 'sessionStorage'): TextStorage {
  const fallback = new Map<string, string>()
  return {
    read(key) {
      try {
        return window[kind].getItem(key)
      } catch {
        return fallback.get(key) ?? null
      }
    },
    write(key, value) {
      if (value === null) fallback.delete(key)
      else fallback.set(key, value)
      try {
        if (value === null) window[kind].removeItem(key)
        else window[kind].setItem(key, value)
      } catch {
        // Full or forbidden: what is remembered in the page is enough.
      }
    },
  }
}
