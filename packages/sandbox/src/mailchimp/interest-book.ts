import type { Random } from '../random.ts';

export type InterestCategoryType = 'checkboxes' | 'dropdown' | 'radio' | 'hidden';

export interface Interest {
  readonly id: string;
  readonly name: string;
  readonly displayOrder: number;
}

export interface InterestCategory {
  readonly id: string;
  readonly title: string;
  readonly type: InterestCategoryType;
  readonly displayOrder: number;
  readonly interests: readonly Interest[];
}

/** The interest categories of an audience and their interests; ids are 10 hex and outlast renaming (reference 8.1). */
export class InterestBook {
  #categories: readonly InterestCategory[] = [];
  #ids: readonly string[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get categories(): readonly InterestCategory[] {
    return this.#categories;
  }

  /** Ids of all interests of all categories. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  findCategory(categoryId: string): InterestCategory | undefined {
    return this.#categories.find((category) => category.id === categoryId);
  }

  addCategory(title: string, type: InterestCategoryType): InterestCategory {
    const id = this.#random.hex(10);
    const category: InterestCategory = {
      id,
      title,
      type,
      displayOrder: this.#categories.length,
      interests: [],
    };
    this.#set([...this.#categories, category]);
    return category;
  }

  changeCategory(
    category: InterestCategory,
    change: Partial<Omit<InterestCategory, 'id' | 'interests'>>,
  ): void {
    this.#set(
      this.#categories.map((present) => (present === category ? { ...present, ...change } : present)),
    );
  }

  removeCategory(categoryId: string): void {
    this.#set(this.#categories.filter(({ id }) => id !== categoryId));
  }

  changeInterest(categoryId: string, interestId: string, change: Partial<Omit<Interest, 'id'>>): void {
    const category = this.findCategory(categoryId);
    if (category === undefined) return;
    const interests = category.interests.map((interest) =>
      interest.id === interestId ? { ...interest, ...change } : interest,
    );
    this.#replace(category, interests);
  }

  /** Throws on an unknown category. */
  add(categoryId: string, name: string): Interest {
    const category = this.findCategory(categoryId);
    if (category === undefined) throw new Error(`There is no interest category ${categoryId}`);
    const displayOrder = category.interests.length + 1;
    const interest: Interest = { id: this.#random.hex(10), name, displayOrder };
    this.#replace(category, [...category.interests, interest]);
    return interest;
  }

  /** An unknown one is no error. */
  remove(interestId: string): void {
    for (const category of this.#categories) {
      const left = category.interests.filter((interest) => interest.id !== interestId);
      if (left.length < category.interests.length) this.#replace(category, left);
    }
  }

  #replace(category: InterestCategory, interests: readonly Interest[]): void {
    this.#set(
      this.#categories.map((present) => (present.id === category.id ? { ...present, interests } : present)),
    );
  }

  #set(categories: readonly InterestCategory[]): void {
    this.#categories = categories;
    this.#ids = categories.flatMap((category) => category.interests.map((interest) => interest.id));
  }
}
