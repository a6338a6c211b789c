import { TemplateResult, html, nothing, svg } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call } from '../api';
import { Key, date, number, t } from '../i18n/language';
import { dollars } from '../money';
import { Topic } from '../topics';
import { icons } from './icons';
import { Sheet } from './sheet';

/** What replies used. */
interface Used {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** US dollars. */
  readonly cost: number;
}

interface Usage {
  /** The first day, in UTC, as in all of this. */
  readonly from: string;
  readonly usage: readonly (Used & { readonly day: string; readonly model: string })[];
  readonly total: Used;
  readonly has_more: boolean;
}

/** What was used between two days. */
interface Bar {
  readonly first: string;
  readonly last: string;
  readonly used: Used;
}

const NOTHING: Used = { input_tokens: 0, output_tokens: 0, cost: 0 };
const SPANS = [7, 31, 92, 366] as const;
const SPAN_STANDARD = 31;
/** More days than this are drawn by the week. */
const DAYS_DRAWN_MAX = 92;
const WEEK_DAYS = 7;
const DAY_MILLIS = 86_400_000;
const CHART = { width: 600, height: 140, gap: 0.25 } as const;

/** What the reader's replies used and cost, by day and by model. */
@customElement('hubbub-usage')
export class HubbubUsage extends Sheet {
  protected override readonly topics: readonly Topic[] = ['models'];
  protected override readonly kind = 'usage';
  @state() private days: number = SPAN_STANDARD;
  @state() private usage: Usage | undefined;
  @state() private problem = '';

  protected override heading(): string {
    return t('usageTitle');
  }

  protected override opened(): void {
    void this.load(this.days);
  }

  protected override closed(): void {
    this.usage = undefined;
  }

  protected override body(): TemplateResult {
    return html`<div class="sheet-tools">
        <fieldset class="segments">
          <legend class="visually-hidden">${t('usageSpan')}</legend>
          ${SPANS.map(
            (days) =>
              html`<label>
                <input
                  type="radio"
                  name="usage-span"
                  .checked=${this.days === days}
                  @change=${() => this.load(days)}
                />
                <span>${t('usageDays', { count: days })}</span>
              </label>`,
          )}
        </fieldset>
      </div>
      <div class="sheet-body" tabindex="0" role="region" aria-label=${t('usageTitle')}>
        ${
          this.problem === ''
            ? nothing
            : html`<p class="error" role="alert">${this.problem}</p>
                <button type="button" class="button" @click=${() => this.load(this.days)}>
                  ${t('again')}
                </button>`
        }
        ${this.usage === undefined ? this.waiting() : this.figures(this.usage)}
      </div>`;
  }

  private waiting(): TemplateResult | typeof nothing {
    return this.problem !== ''
      ? nothing
      : html`<div class="skeleton" role="status" aria-label=${t('usageLoading')}>
          <i></i><i class="short"></i>
        </div>`;
  }

  private figures(usage: Usage): TemplateResult {
    if (usage.usage.length === 0) {
      return html`<div class="empty" role="status">
        ${icons.chart}
        <p>${t('usageNone')}</p>
      </div>`;
    }
    const bars = inBars(usage);
    const models = byModel(usage);
    return html`<dl class="figures">
        ${figure('usageCost', dollars(usage.total.cost))}
        ${figure('usageInput', number(usage.total.input_tokens))}
        ${figure('usageOutput', number(usage.total.output_tokens))}
      </dl>
      ${chart(bars, usage.total.cost > 0)}
      ${table(
        t('usageByModel'),
        models.map(({ model, used }) => ({ name: this.nameOf(model), used })),
      )}
      <details>
        <summary>${t('usageByDay')}</summary>
        ${table(
          t('usageByDay'),
          bars
            .filter(({ used }) => used.input_tokens + used.output_tokens > 0)
            .reverse()
            .map((bar) => ({ name: span(bar), used: bar.used })),
        )}
      </details>
      <p class="soft">${usage.has_more ? t('usageMore') : t('usageNote')}</p>`;
  }

  private nameOf(model: string): string {
    return this.workspace.models.find(({ id }) => id === model)?.display_name ?? model;
  }

  private async load(days: number): Promise<void> {
    this.days = days;
    this.problem = '';
    try {
      const usage = await call<Usage>('GET', `/api/usage?days=${days}`);
      if (days === this.days && this.shown) {
        this.usage = usage;
      }
    } catch (reason) {
      if (days === this.days) {
        this.usage = undefined;
        this.problem = reason instanceof Error ? reason.message : String(reason);
      }
    }
  }
}

function figure(label: Key, value: string): TemplateResult {
  return html`<div>
    <dt>${t(label)}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** The highest bar fills the chart. It shows costs where there are any, else tokens. */
function chart(bars: readonly Bar[], ofCost: boolean): TemplateResult {
  const value = ({ used }: Bar): number =>
    ofCost ? used.cost : used.input_tokens + used.output_tokens;
  const told = (bar: Bar): string =>
    ofCost ? dollars(value(bar)) : t('tokens', { count: value(bar) });
  const highest = bars.reduce((one, other) => (value(other) > value(one) ? other : one));
  const label = t('usageChart', { most: told(highest), when: span(highest) });
  const step = CHART.width / bars.length;
  return html`<figure class="usage-chart">
    <svg
      role="img"
      aria-label=${label}
      viewBox="0 0 ${CHART.width} ${CHART.height}"
      preserveAspectRatio="none"
    >
      ${bars.map((bar, at) => {
        const share = value(bar) / (value(highest) || 1);
        const height = share === 0 ? 0 : Math.max(2, share * CHART.height);
        return svg`<rect
          x=${at * step}
          y=${CHART.height - height}
          width=${step * (1 - CHART.gap)}
          height=${height}
        ><title>${span(bar)}: ${told(bar)}</title></rect>`;
      })}
    </svg>
    <figcaption aria-hidden="true">
      <span>${day(bars[0]!.first)}</span>
      <span>${label}</span>
      <span>${day(bars[bars.length - 1]!.last)}</span>
    </figcaption>
  </figure>`;
}

function table(
  caption: string,
  rows: readonly { readonly name: string; readonly used: Used }[],
): TemplateResult {
  return html`<table class="usage-table">
    <caption class="visually-hidden">
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">${caption}</th>
        <th scope="col">${t('usageInput')}</th>
        <th scope="col">${t('usageOutput')}</th>
        <th scope="col">${t('usageCost')}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ name, used }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${number(used.input_tokens)}</td>
            <td>${number(used.output_tokens)}</td>
            <td>${dollars(used.cost)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function byModel({ usage }: Usage): readonly { readonly model: string; readonly used: Used }[] {
  const sums = new Map<string, Used>();
  usage.forEach((one) => sums.set(one.model, plus(sums.get(one.model) ?? NOTHING, one)));
  return [...sums]
    .map(([model, used]) => ({ model, used }))
    .sort(
      (one, other) =>
        other.used.cost - one.used.cost ||
        other.used.input_tokens +
          other.used.output_tokens -
          one.used.input_tokens -
          one.used.output_tokens,
    );
}

/** All days up to today, those without a reply too; many of them by the week. */
function inBars({ from, usage }: Usage): readonly Bar[] {
  const byDay = new Map<string, Used>();
  usage.forEach((one) => byDay.set(one.day, plus(byDay.get(one.day) ?? NOTHING, one)));
  const first = Date.parse(from);
  const last = Math.max(startOfToday(), ...[...byDay.keys()].map((one) => Date.parse(one)));
  const days: string[] = [];
  for (let at = first; at <= last; at += DAY_MILLIS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  const size = days.length > DAYS_DRAWN_MAX ? WEEK_DAYS : 1;
  const bars: Bar[] = [];
  for (let end = days.length; end > 0; end -= size) {
    const some = days.slice(Math.max(0, end - size), end);
    bars.unshift({
      first: some[0]!,
      last: some[some.length - 1]!,
      used: some.reduce((sum, one) => plus(sum, byDay.get(one) ?? NOTHING), NOTHING),
    });
  }
  return bars;
}

function startOfToday(): number {
  return Math.floor(Date.now() / DAY_MILLIS) * DAY_MILLIS;
}

function plus(one: Used, other: Used): Used {
  return {
    input_tokens: one.input_tokens + other.input_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
    cost: one.cost + other.cost,
  };
}

function span({ first, last }: Bar): string {
  return first === last ? day(first) : `${day(first)} – ${day(last)}`;
}

function day(of: string): string {
  return date(new Date(of), { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
