import { number } from './i18n/language';

/** US dollars; of small sums as much as there is to see. */
export function dollars(sum: number): string {
  return number(sum, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: sum >= 1 ? 2 : 6,
  });
}
