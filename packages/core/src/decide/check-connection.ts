/** What is wrong, by its stable code, and what to do about it. */
export interface Problem {
  readonly code:
    | 'GROUP_MISSING'
    | 'GROUP_IS_SMART'
    | 'GROUP_HAS_CHILDREN'
    | 'GROUP_INACTIVE'
    | 'GROUP_HIDDEN'
    | 'CIVICRM_RIGHTS_MISSING'
    | 'CIVICRM_NOT_SIGNED_IN'
    | 'CIVICRM_TOO_OLD';
  readonly message: string;
}

/** A check is data: it tells all that is wrong at once. */
interface Check<Subject> {
  readonly code: Problem['code'];
  readonly fails: (subject: Subject) => boolean;
  readonly message: string;
}

/** A group, as far as it can make a connection impossible (civicrm-api.md 6). */
export interface CheckedGroup {
  readonly isActive: boolean;
  readonly isHidden: boolean;
  readonly isSmart: boolean;
  readonly hasChildren: boolean;
}

const GROUP_CHECKS: readonly Check<CheckedGroup>[] = [
  {
    code: 'GROUP_IS_SMART',
    fails: (group) => group.isSmart,
    message:
      'The group is a smart group, whose members follow from a search. Pick a group that is filled by hand.',
  },
  {
    code: 'GROUP_HAS_CHILDREN',
    fails: (group) => group.hasChildren,
    message: 'The group has child groups, whose members count as its own. Pick a group without child groups.',
  },
  {
    code: 'GROUP_INACTIVE',
    fails: (group) => !group.isActive,
    message: 'The group is disabled in CiviCRM. Enable it there, or pick another.',
  },
  {
    code: 'GROUP_HIDDEN',
    fails: (group) => group.isHidden,
    message: 'The group is a hidden group that CiviCRM made for itself. Pick a group that staff can see.',
  },
];

/** E17, E21: every reason why a group cannot be a subscription group; null: there is none with this id. */
export function checkGroup(group: CheckedGroup | null): readonly Problem[] {
  if (group === null) {
    return [
      {
        code: 'GROUP_MISSING',
        message:
          'CiviCRM has no group with this id that the API user may see. Check the id under Contacts, Manage Groups.',
      },
    ];
  }
  return failing(GROUP_CHECKS, group);
}

/** What our key may see and do (civicrm-api.md 1.4). */
export interface CheckedRights {
  readonly isSignedIn: boolean;
  readonly seesContacts: boolean;
  readonly seesTrash: boolean;
  readonly seesHistory: boolean;
  readonly mayEditContacts: boolean;
  readonly mayAddContacts: boolean;
}

const RIGHT_CHECKS: readonly Check<CheckedRights>[] = [
  right((rights) => rights.seesContacts, 'view all contacts'),
  right((rights) => rights.seesTrash, 'access deleted contacts'),
  right((rights) => rights.seesHistory, 'view all contacts'),
  right((rights) => rights.mayEditContacts, 'edit all contacts'),
  right((rights) => rights.mayAddContacts, 'add contacts'),
];

/** E24: every right that is missing. A stranger lacks them all, so that is the one thing told. */
export function checkRights(rights: CheckedRights): readonly Problem[] {
  if (!rights.isSignedIn) {
    return [
      {
        code: 'CIVICRM_NOT_SIGNED_IN',
        message:
          'CiviCRM answered as to a stranger. Check that the API key is right and that no proxy strips the X-Civi-Auth header.',
      },
    ];
  }
  return [...new Map(failing(RIGHT_CHECKS, rights).map((problem) => [problem.message, problem])).values()];
}

function right(has: (rights: CheckedRights) => boolean, permission: string): Check<CheckedRights> {
  const message = `The API user lacks the permission "${permission}". Give it to the user's role in the CMS.`;
  return { code: 'CIVICRM_RIGHTS_MISSING', fails: (rights) => !has(rights), message };
}

/** Below 5.81 refused, below 6.7 warned about: trashing does not move `modified_date` there (rules section 9). `unknown`: our key may not ask. */
export function checkVersion(version: string | null): 'fine' | 'unknown' | 'old' | 'too-old' {
  const [major, minor] =
    /^(\d+)\.(\d+)/
      .exec(version ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  if (major === undefined || minor === undefined) return 'unknown';
  if (isBefore(major, minor, 5, 81)) return 'too-old';
  return isBefore(major, minor, 6, 7) ? 'old' : 'fine';
}

const isBefore = (major: number, minor: number, thanMajor: number, thanMinor: number): boolean =>
  major < thanMajor || (major === thanMajor && minor < thanMinor);

const failing = <Subject>(checks: readonly Check<Subject>[], subject: Subject): readonly Problem[] =>
  checks.filter(({ fails }) => fails(subject)).map(({ code, message }) => ({ code, message }));
