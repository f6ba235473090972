import type { RuleId } from '../domain/decision.ts';
import type { ContactState, GroupStatus, MemberStatus, Side } from '../domain/facts.ts';

/**
 * What a member's status means to the table of rules section 2. `out`: has been here and is not now. `absent`: never was, as far as we have seen.
 * `transactional` is one or the other by whether they were ever seen subscribed.
 */
export type MemberCell = 'in' | 'pending' | 'out' | 'absent' | 'gone' | 'unknown';

/** The lines of the table by base: what both sides last agreed. */
export type BaseCell = Side | 'none';

/** Everything the choice of a rule rests on. `unmatched`: no contact holds, or held, the address. */
export type Cell =
  | {
      readonly contact: 'live';
      readonly member: MemberCell;
      readonly group: GroupStatus;
      readonly base: BaseCell;
    }
  | {
      readonly contact: Exclude<ContactState, 'live'> | 'unmatched';
      readonly member: MemberCell;
      readonly base: BaseCell;
    };

/** The rules that are lines of the table; the others are looked at before or after it. */
export type TableRule = Exclude<
  RuleId,
  'R5' | '1.1' | '2.1' | '2.3' | '4' | '5' | 'A1' | 'A2' | 'A3' | 'A4' | 'A5' | 'E28' | 'undo'
>;

type ByBase = Readonly<Record<BaseCell, TableRule>>;
const always = (rule: TableRule): ByBase => ({ in: rule, out: rule, none: rule });

/** How a group row counts: `Removed` and `Deleted` alike are somebody's act, `Pending` and unknown texts are nobody's. */
const GROUP_CLASS = {
  Added: 'added',
  Removed: 'left',
  Deleted: 'left',
  none: 'none',
  Pending: 'unconfirmed',
  unknown: 'unconfirmed',
} as const satisfies Record<GroupStatus, string>;
type GroupClass = (typeof GROUP_CLASS)[GroupStatus];

const BOTH_OUT = { left: always('R2'), none: always('R2'), unconfirmed: always('R2') } as const;

/** Rules section 2, R1–R4 and R6, for a live contact. A cell without a rule does not compile. */
const LIVE: Readonly<Record<MemberCell, Readonly<Record<GroupClass, ByBase>>>> = {
  in: {
    added: always('R1'),
    left: { in: 'R3a', out: 'R3b', none: 'R3d' },
    none: { in: 'R3a', out: 'R3b', none: 'R3c' },
    unconfirmed: { in: 'R3e', out: 'R3b', none: 'R3e' },
  },
  pending: {
    added: always('R6a'),
    left: { in: 'R6b', out: 'R6c', none: 'R6c' },
    none: { in: 'R6b', out: 'R6c', none: 'R6c' },
    unconfirmed: { in: 'R3e', out: 'R6c', none: 'R6c' },
  },
  out: { added: { in: 'R4a', out: 'R4b', none: 'R4d' }, ...BOTH_OUT },
  absent: { added: { in: 'R4g', out: 'R4c', none: 'R4c' }, ...BOTH_OUT },
  gone: { added: { in: 'R4e', out: 'R4f', none: 'R4f' }, ...BOTH_OUT },
  unknown: { added: always('1'), left: always('1'), none: always('1'), unconfirmed: always('1') },
};

/** E11, E12, E12b and section 3, for a contact that is in the trash or erased; `removal` is the one of the two that applies. */
const lost = (removal: 'E11' | 'E12'): Readonly<Record<MemberCell, ByBase>> => ({
  in: { in: removal, out: 'E12b', none: '3' },
  pending: { in: 'R6b', out: 'R6c', none: 'R6c' },
  out: always(removal),
  absent: always(removal),
  gone: always(removal),
  unknown: always('1'),
});

/** Nobody in CiviCRM holds the address: no opinion there, so E1 or nothing. A base `in` without a contact is no cell of the page. */
const UNMATCHED: Readonly<Record<MemberCell, ByBase>> = {
  in: { in: 'unlisted', out: 'R3b', none: 'R3c' },
  pending: { in: 'unlisted', out: 'R6c', none: 'R6c' },
  out: always('R2'),
  absent: always('R2'),
  gone: always('R2'),
  unknown: always('1'),
};

const NOT_LIVE: Readonly<Record<'trashed' | 'erased' | 'unmatched', Readonly<Record<MemberCell, ByBase>>>> = {
  trashed: lost('E11'),
  erased: lost('E12'),
  unmatched: UNMATCHED,
};

/** The one rule whose line fits the cell (rules section 2; E11–E13 before it). R5 and links (1.1) are looked at before. */
export function ruleFor(cell: Cell): TableRule {
  if (cell.contact === 'merged') return 'E13';
  if (cell.contact !== 'live') return NOT_LIVE[cell.contact][cell.member][cell.base];
  return LIVE[cell.member][GROUP_CLASS[cell.group]][cell.base];
}

const MEMBER_CELL: Readonly<Record<MemberStatus, MemberCell>> = {
  subscribed: 'in',
  pending: 'pending',
  unsubscribed: 'out',
  cleaned: 'out',
  archived: 'out',
  transactional: 'out',
  absent: 'absent',
  gone: 'gone',
  unknown: 'unknown',
};

/**
 * The column of a status. Transactional people who were never seen subscribed are like absent ones (R4c); a base `in` shows that they were reached through
 * this link, so they count as seen.
 */
export function memberCell(status: MemberStatus, wasSeenIn: boolean): MemberCell {
  return status === 'transactional' && !wasSeenIn ? 'absent' : MEMBER_CELL[status];
}
