/** Times that a desk enters and reads. Pure; the browser's own zone is the hall's. */

const DAY_MS = 86_400_000;

/** "14:30" → that moment, the next one after `nowMs`; null for what is no time. ms since 1970. */
export function nextTime(text: string, nowMs: number): number | null {
  const parts = /^(\d{1,2})[:.](\d{2})$/.exec(text.trim());
  if (!parts) return null;
  const [hour, minute] = [Number(parts[1]), Number(parts[2])];
  if (hour > 23 || minute > 59) return null;
  const at = new Date(nowMs);
  at.setHours(hour, minute, 0, 0);
  if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
  return at.getTime();
}

/** So many minutes from now, on a whole five: what a chair says. "14:30". */
export function inMinutes(minutes: number, nowMs: number): string {
  const at = new Date(Math.ceil((nowMs + minutes * 60_000) / 300_000) * 300_000);
  return hourMinute(at.getTime());
}

export function hourMinute(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function hourMinuteSecond(ms: number): string {
  return `${hourMinute(ms)}:${two(new Date(ms).getSeconds())}`;
}

/** "2026-12-31" → the end of that day, which must not be over; null otherwise. */
export function endOfDay(text: string, nowMs: number): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (!parts) return null;
  const day = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]), 23, 59, 0, 0);
  if (day.getMonth() !== Number(parts[2]) - 1 || day.getTime() <= nowMs) return null;
  return day.getTime();
}

/** What is left of a turn, as its big clock: "4:07", "−0:12". */
export function turnClock(leftUs: number): string {
  const seconds = leftUs < 0 ? Math.floor(-leftUs / 1e6) : Math.ceil(leftUs / 1e6);
  const text = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return leftUs < 0 && seconds > 0 ? `−${text}` : text;
}

/** How a turn stands: `short` in its last minute, `over` beyond its end. */
export function urgency(leftUs: number | null): 'calm' | 'short' | 'over' {
  if (leftUs === null || leftUs > 60e6) return 'calm';
  return leftUs > 0 ? 'short' : 'over';
}

/** Whole days until a moment, 0 where it is past. */
export function daysUntil(ms: number, nowMs: number): number {
  return Math.max(0, Math.ceil((ms - nowMs) / DAY_MS));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
