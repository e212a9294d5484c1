/**
 * A style sheet for a shadow root that a strict Content-Security-Policy allows: constructed where the
 * browser can, else linked. (A <style> in the shadow, which Lit falls back to, would be refused.)
 */
export function style(root: ShadowRoot, css: string, address: string): void {
  if ('adoptedStyleSheets' in Document.prototype && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } else {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    root.append(link);
  }
}
