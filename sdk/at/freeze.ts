/**
 * Freezes a table of plain records with all that they hold, so that the linker of a board leaves it in flash: each object that is
 * not frozen costs RAM there. What is frozen already is taken as frozen throughout; functions stay as they are.
 */
export function deepFreeze<T>(table: T): T {
	if (typeof table !== "object" || table === null || Object.isFrozen(table)) return table;
	Object.freeze(table);
	for (const part of Object.values(table)) deepFreeze(part);
	return table;
}
