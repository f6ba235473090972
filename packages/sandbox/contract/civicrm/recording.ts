import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallerName } from '../../src/civicrm/callers.ts';
import type { Fault } from '../../src/faults.ts';

/** One section of civicrm-recorded.md: what a real CiviCRM 6.13.3 was asked, and what it answered, in order. */
export interface RecordedSection {
  readonly section: string;
  readonly title: string;
  /** `exact`: the steps set the clock to the recorded times, and times must come out the same; else only their shape must. */
  readonly times?: 'exact';
  readonly interactions: readonly RecordedStep[];
}

/** What was asked and answered, or (all other kinds) what was done before it. */
export type RecordedStep = RecordedCall | RecordedRace | Preparation;

export interface RecordedCall {
  readonly kind: 'call';
  readonly name: string;
  readonly request: RecordedRequest;
  readonly answer: RecordedAnswer;
  /** The database promised no order here. */
  readonly order?: 'any';
}

/** The same request several times at once. */
export interface RecordedRace {
  readonly kind: 'parallel';
  readonly name: string;
  readonly request: RecordedRequest;
  readonly answers: readonly RecordedAnswer[];
}

export interface RecordedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** With `params`: who asks, by the usual headers; null: nobody. */
  readonly caller?: CallerName | null;
  readonly params?: unknown;
  /** Without: whose key stands for `{key}` in headers and form. */
  readonly key?: CallerName;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: string;
}

/** What is absent was not recorded. */
export interface RecordedAnswer {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The record of `body` breaks off at its end. */
  readonly isCutOff?: true;
  /** How long the whole of a body that breaks off was, as the recorder wrote it. */
  readonly chars?: number;
  /** `values` of the body, and nothing else of it. */
  readonly values?: readonly unknown[];
  /** Of each value some keys are recorded. */
  readonly isPart?: true;
  /** `count` of the body. */
  readonly count?: number;
  /** How many `values`. */
  readonly rows?: number;
  readonly text?: string;
  /** What the error box on the page says. */
  readonly page?: string;
  /** The title of the page. */
  readonly title?: string;
}

/** What the recordings imply and do not show: somebody had made these contacts, moved the site, broken the database. */
export type Preparation =
  | {
      readonly kind: 'arranged';
      readonly caller: CallerName;
      readonly path: string;
      readonly params: unknown;
    }
  | {
      readonly kind: 'site';
      readonly now?: string;
      readonly timeZone?: string;
      readonly maintenance?: 'on' | 'off';
    }
  /** CiviCRM's own screens and mails. */
  | {
      readonly kind: 'screen';
      readonly screen: 'uiadd' | 'uiremove' | 'mailunsub' | 'uidelete';
      readonly groupId: number;
      readonly contactId: number;
    }
  /** A date put into a row by SQL. */
  | {
      readonly kind: 'store';
      readonly table: 'SubscriptionHistory';
      readonly id: number;
      readonly date: string;
    }
  | { readonly kind: 'fault'; readonly fault: Omit<Fault, 'system'> };

/** All recorded sections in their order. */
export function readRecordings(): readonly RecordedSection[] {
  const folder = join(import.meta.dirname, 'recorded');
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}
