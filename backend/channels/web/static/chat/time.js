// The time between bubbles, as WeChat shows it: today's hour, yesterday, a weekday, a date. Always China's time.

import { t } from "./texts.js";

const ZONE = "Asia/Shanghai";
const DAY = 86_400_000;
const GAP = 5 * 60_000;
const locale = document.documentElement.lang;
const hour = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat(locale, { timeZone: ZONE, weekday: "long" });
const date = new Intl.DateTimeFormat(locale, { timeZone: ZONE, year: "numeric", month: "long", day: "numeric" });
const key = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** Whole calendar days in China from one instant to another. */
const daysBetween = (from, to) => Math.round((Date.parse(key.format(to)) - Date.parse(key.format(from))) / DAY);

/** Whether the time is shown again before a message of `at` that follows one of `before` (null: nothing before it). */
export const showsTime = (before, at) => before === null || at - before > GAP || daysBetween(before, at) !== 0;

/** "14:05", "昨天 14:05", "星期二 14:05" or "2026年11月2日 14:05". */
export function saidTime(at, now = new Date()) {
  const days = daysBetween(at, now);
  const clock = hour.format(at);
  if (days <= 0) return clock;
  if (days === 1) return `${t("yesterday")} ${clock}`;
  return `${days < 7 ? weekday.format(at) : date.format(at)} ${clock}`;
}
